// A reporter for node:test: one JSON line for each test of a suite.

export default async function* report(events) {
    for await (const { type, data } of events) {
        if ((type !== "test:pass" && type !== "test:fail") || data.nesting !== 0) continue;
        const error = data.details?.error;
        const cause = error?.cause ?? error;
        yield (
            JSON.stringify({
                name: data.name,
                passed: type === "test:pass",
                error: cause ? String(cause.stack ?? cause) : "",
            }) + "\n"
        );
    }
}
