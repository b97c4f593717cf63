// npm `ollama`, unmodified: every method, streamed and whole, with every option it has.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";

import { Ollama } from "ollama";
import { Ollama as BrowserOllama } from "ollama/browser";

const host = process.env.CORRAL_URL;
const client = new Ollama({ host });
const greedy = { temperature: 0, num_predict: 8 };
const hello = [{ role: "user", content: "hello" }];
const add = {
    type: "function",
    function: {
        name: "add",
        description: "Adds two numbers",
        parameters: {
            type: "object",
            required: ["a", "b"],
            properties: { a: { type: "integer", description: "the first" }, b: { type: "integer" } },
        },
    },
};

async function collect(stream) {
    const parts = [];
    for await (const part of stream) parts.push(part);
    return parts;
}

const failure = (status, message) => (error) => {
    assert.equal(error.name, "ResponseError");
    assert.equal(error.status_code, status);
    assert.match(error.message, message);
    return true;
};

// --- about the server

test("version", async () => assert.match((await client.version()).version, /^\d+\.\d+\.\d+$/));

test("list", async () => {
    const { models } = await client.list();
    const cria = models.find((model) => model.name === "cria:latest");
    assert.equal(cria.details.format, "gguf");
    assert.ok(cria.size > 0 && cria.digest.length === 64 && !Number.isNaN(Date.parse(cria.modified_at)));
});

test("ps", async () => {
    await client.generate({ model: "tiny", prompt: "", keep_alive: "10m" });
    const tiny = (await client.ps()).models.find((model) => model.name === "tiny:latest");
    assert.ok(tiny.size > 0 && tiny.context_length > 0 && Date.parse(tiny.expires_at) > Date.now());
});

test("show", async () => {
    const shown = await client.show({ model: "cria" });
    assert.ok(shown.modelfile.includes("FROM") && shown.capabilities.includes("completion"));
    assert.equal(shown.model_info["general.architecture"], shown.details.family);
});

test("show verbose", async () => {
    const shown = await client.show({ model: "tiny", verbose: true, system: "Be kind." });
    assert.equal(shown.model_info["tokenizer.ggml.tokens"].length, 512);
    assert.equal(shown.system, "Be kind.");
});

test("show of a missing model", () =>
    assert.rejects(client.show({ model: "nope" }), failure(404, /model 'nope:latest' not found/)));

// --- generate

test("generate", async () => {
    const answer = await client.generate({ model: "tiny", prompt: "hello", options: greedy });
    assert.equal(answer.done, true);
    assert.equal(answer.eval_count, 8);
    assert.ok(answer.response.length > 0 && answer.context.length > 8 && answer.total_duration > 0);
});

test("generate streamed", async () => {
    const whole = await client.generate({ model: "tiny", prompt: "hello", options: greedy });
    const parts = await collect(
        await client.generate({ model: "tiny", prompt: "hello", options: greedy, stream: true }),
    );
    assert.equal(parts.map((part) => part.response).join(""), whole.response);
    assert.deepEqual(
        parts.map((part) => part.done),
        [...Array(parts.length - 1).fill(false), true],
    );
});

test("generate continues a context", async () => {
    const first = await client.generate({ model: "tiny", prompt: "hello", options: greedy });
    const second = await client.generate({ model: "tiny", prompt: "more", context: first.context, options: greedy });
    assert.ok(second.prompt_eval_count > first.prompt_eval_count);
});

test("generate raw, with a system text, with a template", async () => {
    for (const fields of [{ raw: true }, { system: "Be kind." }, { template: "{{ .Prompt }}" }]) {
        const answer = await client.generate({ model: "tiny", prompt: "hello", options: greedy, ...fields });
        assert.ok(answer.response.length > 0);
    }
});

test("generate with a suffix needs a model that can", () =>
    assert.rejects(
        client.generate({ model: "tiny", prompt: "a", suffix: "b" }),
        failure(400, /does not support insert/),
    ));

test("generate with every option", async () => {
    const options = {
        numa: false,
        num_ctx: 256,
        num_batch: 64,
        num_gpu: 0,
        main_gpu: 0,
        low_vram: false,
        f16_kv: true,
        logits_all: false,
        vocab_only: false,
        use_mmap: true,
        use_mlock: false,
        embedding_only: false,
        num_thread: 1,
        num_keep: 2,
        seed: 7,
        num_predict: 4,
        top_k: 20,
        top_p: 0.8,
        tfs_z: 1,
        typical_p: 0.9,
        repeat_last_n: 32,
        temperature: 0.5,
        repeat_penalty: 1.1,
        presence_penalty: 0.1,
        frequency_penalty: 0.1,
        mirostat: 0,
        mirostat_tau: 5,
        mirostat_eta: 0.1,
        penalize_newline: true,
        stop: ["\u0000never"],
    };
    const [one, two] = [
        await client.generate({ model: "tiny", prompt: "hello", options }),
        await client.generate({ model: "tiny", prompt: "hello", options }),
    ];
    assert.equal(one.response, two.response);
    assert.equal(one.eval_count, 4);
});

test("generate in JSON", async () => {
    const { response, done_reason } = await client.generate({
        model: "tiny",
        prompt: "x",
        format: "json",
        options: { seed: 3, num_predict: 300 },
    });
    if (done_reason === "stop") assert.equal(typeof JSON.parse(response), "object");
    assert.ok(response.trimStart().startsWith("{"));
});

test("generate by a schema", async () => {
    const format = {
        type: "object",
        properties: { ok: { type: "boolean" } },
        required: ["ok"],
        additionalProperties: false,
    };
    const { response } = await client.generate({
        model: "tiny",
        prompt: "x",
        format,
        options: { seed: 3, num_predict: 100 },
    });
    assert.equal(typeof JSON.parse(response).ok, "boolean");
});

test("generate with log probabilities", async () => {
    const { logprobs } = await client.generate({
        model: "tiny",
        prompt: "x",
        raw: true,
        logprobs: true,
        top_logprobs: 2,
        options: greedy,
    });
    assert.equal(logprobs.length, 8);
    for (const entry of logprobs) assert.ok(entry.logprob <= 0 && entry.top_logprobs.length === 2);
});

test("generate refuses an image without eyes", () =>
    assert.rejects(
        client.generate({ model: "tiny", prompt: "x", images: [new Uint8Array([1, 2, 3])] }),
        failure(400, /multimodal/i),
    ));

test("generate loads and unloads", async () => {
    assert.equal((await client.generate({ model: "tiny", prompt: "", keep_alive: -1 })).done_reason, "load");
    assert.equal((await client.generate({ model: "tiny", prompt: "", keep_alive: 0 })).done_reason, "unload");
});

test("generate with bad fields", async () => {
    await assert.rejects(
        client.generate({ model: "tiny", prompt: "x", keep_alive: "10" }),
        failure(400, /missing unit in duration/),
    );
    await assert.rejects(
        client.generate({ model: "tiny", prompt: "x", options: { stop: "x" } }),
        failure(500, /must be of type array/),
    );
    await assert.rejects(
        client.generate({ model: "tiny", prompt: "x", format: "xml" }),
        failure(500, /invalid format/),
    );
    await assert.rejects(
        client.generate({ model: "tiny", prompt: "x", think: true }),
        failure(400, /does not support thinking/),
    );
    await assert.rejects(client.generate({ model: "nope", prompt: "x" }), failure(404, /model 'nope' not found/));
});

// --- chat

test("chat with cria", async () => {
    const { message } = await client.chat({
        model: "cria",
        messages: [{ role: "user", content: "Hello!" }],
        options: { temperature: 0 },
    });
    assert.equal(message.role, "assistant");
    assert.ok(message.content.length > 0);
});

test("chat streamed", async () => {
    const whole = await client.chat({ model: "cria", messages: hello, options: greedy });
    const parts = await collect(await client.chat({ model: "cria", messages: hello, options: greedy, stream: true }));
    assert.equal(parts.map((part) => part.message.content).join(""), whole.message.content);
    assert.equal(parts.at(-1).done, true);
});

test("chat calls a tool and uses its result", async () => {
    const messages = [{ role: "user", content: "What is one plus two?" }];
    const { message } = await client.chat({ model: "caller", messages, tools: [add] });
    assert.equal(message.tool_calls.length, 1);
    assert.deepEqual(message.tool_calls[0].function.arguments, { a: 1, b: 2 });
    assert.equal(message.tool_calls[0].function.name, "add");
    assert.ok(!message.content.includes("tool_call"));
    messages.push(message, { role: "tool", content: "3", tool_name: "add" });
    assert.equal((await client.chat({ model: "caller", messages, tools: [add] })).message.content, "The sum is three.");
});

test("chat streams a tool call", async () => {
    const parts = await collect(await client.chat({ model: "caller", messages: hello, tools: [add], stream: true }));
    const calls = parts.flatMap((part) => part.message.tool_calls ?? []);
    assert.deepEqual(
        calls.map((call) => call.function),
        [{ index: 0, name: "add", arguments: { a: 1, b: 2 } }],
    );
});

test("chat thinks by default, and apart from its answer", async () => {
    for (const think of [undefined, true, "low", "medium", "high"]) {
        const { message } = await client.chat({ model: "thinker", messages: hello, think });
        assert.equal(message.thinking.trim(), "Let me see.", `think: ${think}`);
        assert.equal(message.content.trim(), "Forty-two!");
    }
});

test("chat does not think when told not to", async () => {
    const { message } = await client.chat({ model: "thinker", messages: hello, think: false });
    assert.equal(message.thinking, undefined);
    assert.equal(message.content.trim(), "Just forty-two?");
});

test("chat streams its thoughts first", async () => {
    const parts = await collect(await client.chat({ model: "thinker", messages: hello, think: true, stream: true }));
    assert.equal(
        parts
            .map((part) => part.message.thinking ?? "")
            .join("")
            .trim(),
        "Let me see.",
    );
    assert.equal(
        parts
            .map((part) => part.message.content)
            .join("")
            .trim(),
        "Forty-two!",
    );
    const first = (test) => parts.findIndex(test);
    assert.ok(first((part) => part.message.thinking) <= first((part) => part.message.content));
});

test("chat by a schema", async () => {
    const format = { type: "object", properties: { n: { type: "integer", enum: [7] } }, required: ["n"] };
    const { message } = await client.chat({ model: "tiny", messages: hello, format, options: { num_predict: 100 } });
    assert.deepEqual(JSON.parse(message.content), { n: 7 });
});

test("chat with log probabilities", async () => {
    const { logprobs } = await client.chat({
        model: "tiny",
        messages: hello,
        logprobs: true,
        top_logprobs: 1,
        options: greedy,
    });
    assert.equal(logprobs[0].top_logprobs.length, 1);
});

test("chat refuses an image without eyes", () =>
    assert.rejects(
        client.chat({ model: "tiny", messages: [{ role: "user", content: "x", images: [new Uint8Array([1])] }] }),
        failure(500, /image input is not supported/),
    ));

test("chat with tools needs a model that can", () =>
    assert.rejects(
        client.chat({ model: "tiny", messages: hello, tools: [add] }),
        failure(400, /does not support tools/),
    ));

// --- embeddings

test("embed one text and many", async () => {
    const one = await client.embed({ model: "bert", input: "hello", keep_alive: "1m", options: { num_thread: 1 } });
    const many = await client.embed({ model: "bert", input: ["hello", "good bye", ""], truncate: true });
    assert.equal(one.model, "bert");
    assert.equal(many.embeddings.length, 3);
    assert.ok(one.prompt_eval_count > 0 && one.total_duration > 0);
    const cosine = one.embeddings[0].reduce((sum, x, i) => sum + x * many.embeddings[0][i], 0);
    assert.ok(Math.abs(cosine - 1) < 1e-3);
});

test("embed into fewer dimensions", async () => {
    const { embeddings } = await client.embed({ model: "bert", input: "hello", dimensions: 8 });
    assert.equal(embeddings[0].length, 8);
});

test("embed refuses what is too long when told to", () =>
    assert.rejects(
        client.embed({ model: "bert", input: "word ".repeat(500), truncate: false, options: { num_ctx: 16 } }),
        failure(400, /the input length exceeds the context length/),
    ));

test("embeddings, the old way", async () => {
    const { embedding } = await client.embeddings({ model: "bert", prompt: "hello" });
    assert.ok(embedding.length > 8);
});

// --- abort

const endless = { num_predict: -1, num_ctx: 8192, temperature: 0 };

test("a stream is aborted", async () => {
    const stream = await client.chat({ model: "talker", messages: hello, stream: true, options: endless });
    await assert.rejects(
        async () => {
            for await (const part of stream) if (!part.done) stream.abort();
        },
        { name: "AbortError" },
    );
});

test("abort() ends every stream of a client", async () => {
    const own = new Ollama({ host });
    const request = { model: "talker", prompt: "x", stream: true, options: endless };
    const streams = [await own.generate({ ...request }), await own.generate({ ...request })];
    own.abort();
    for (const stream of streams) await assert.rejects(collect(stream), /abort|Did not receive done/); // the latter from Node 18
});

// --- images

test("encodeImage takes bytes, files and texts", async () => {
    const path = join(process.env.CORRAL_TEST_HOME, "image.bin");
    await writeFile(path, Buffer.from([1, 2, 3]));
    assert.equal(await client.encodeImage(new Uint8Array([1, 2, 3])), "AQID");
    assert.equal(await client.encodeImage(path), "AQID");
    assert.equal(await client.encodeImage("AQID"), "AQID");
});

// --- models

test("create from a model", async () => {
    assert.equal((await client.create({ model: "made-js", from: "tiny", system: "Be kind." })).status, "success");
    assert.equal((await client.show({ model: "made-js" })).system, "Be kind.");
});

test("create streamed, with every field", async () => {
    const parts = await collect(
        await client.create({
            model: "made-js",
            from: "tiny",
            stream: true,
            template: "{{ .Prompt }}",
            license: ["Free"],
            system: "Be brief.",
            parameters: { temperature: 0.5, stop: ["x"] },
            messages: [
                { role: "user", content: "hi" },
                { role: "assistant", content: "ho" },
            ],
        }),
    );
    assert.equal(parts.at(-1).status, "success");
    const shown = await client.show({ model: "made-js" });
    assert.equal(shown.license, "Free");
    assert.match(shown.parameters, /temperature +0\.5/);
    assert.equal(shown.messages.length, 2);
});

test("create says what is wrong", async () => {
    await assert.rejects(client.create({ model: "made-js" }), failure(400, /neither 'from' or 'files' was specified/));
    await assert.rejects(client.create({ model: "a b", from: "tiny" }), failure(400, /invalid model name/));
});

test("copy and delete", async () => {
    assert.deepEqual(await client.copy({ source: "tiny", destination: "copied-js" }), { status: "success" });
    assert.ok((await client.list()).models.some((model) => model.name === "copied-js:latest"));
    assert.deepEqual(await client.delete({ model: "copied-js" }), { status: "success" });
    await assert.rejects(client.delete({ model: "copied-js" }), failure(404, /model 'copied-js' not found/));
});

test("pull of what came with Corral", async () => {
    assert.equal((await client.pull({ model: "cria" })).status, "success");
    const parts = await collect(await client.pull({ model: "cria", stream: true }));
    assert.equal(parts[0].status, "pulling manifest");
    assert.equal(parts.at(-1).status, "success");
});

test("push of a model that is not there", async () => {
    await assert.rejects(client.push({ model: "me/nope" }), failure(500, /no such file or directory/));
    await assert.rejects(collect(await client.push({ model: "me/nope", stream: true })), /no such file or directory/);
});

// --- the client itself

test("headers of the client's own", async () => {
    const own = new Ollama({ host, headers: { Authorization: "Bearer x", "X-Custom": "y", "User-Agent": "mine" } });
    assert.ok((await own.list()).models.length > 0);
});

test("the browser's client", async () => {
    const browser = new BrowserOllama({ host });
    assert.equal(await browser.encodeImage(new Uint8Array([1, 2, 3])), "AQID");
    const parts = await collect(await browser.generate({ model: "tiny", prompt: "x", stream: true, options: greedy }));
    assert.equal(parts.at(-1).done, true);
});

test("an unknown route is an error with its text", () =>
    assert.rejects(client.systemone({ model: "tiny" }), failure(404, /./)));
