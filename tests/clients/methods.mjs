// Prints the methods of a client's resources as JSON: node methods.mjs PACKAGE.

const { default: Client } = await import(process.argv[2]);
const isResource = (value) => value !== null && typeof value === "object" && "_client" in value;

function* ownMethods(prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
        if (name !== "constructor" && !name.startsWith("_") && typeof value === "function") yield name;
}

function* methods(resource, path) {
    let prototype = Object.getPrototypeOf(resource);
    for (; prototype.constructor.name !== "APIResource" && prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype))
        for (const name of ownMethods(prototype)) yield `${path}${name}`;
    yield* inResources(resource, path);
}

function* inResources(object, path) {
    for (const [name, value] of Object.entries(object))
        if (!name.startsWith("_") && isResource(value)) yield* methods(value, `${path}${name}.`);
}

console.log(JSON.stringify([...inResources(new Client({ baseURL: "http://127.0.0.1", apiKey: "none" }), "")]));
