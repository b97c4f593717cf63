// npm `@langchain/ollama`, unmodified: chat, streams, tools, structured output, completions, embeddings.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import test from "node:test";

import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { tool } from "@langchain/core/tools";
import { ChatOllama, Ollama, OllamaEmbeddings } from "@langchain/ollama";
import { z } from "zod";

// Node 18, which Debian 12 has, hides what these packages expect to find.
globalThis.crypto ??= webcrypto;

const baseUrl = process.env.CORRAL_URL;
const model = (name, fields = {}) =>
    new ChatOllama({ baseUrl, model: name, temperature: 0, numPredict: 16, ...fields });
const add = tool(({ a, b }) => String(a + b), {
    name: "add",
    description: "Adds two numbers",
    schema: z.object({ a: z.number().int(), b: z.number().int() }),
});

test("chat", async () => {
    const answer = await model("cria").invoke([new SystemMessage("Be brief."), new HumanMessage("Hello!")]);
    assert.ok(answer instanceof AIMessage && answer.content.length > 0);
    assert.ok(answer.usage_metadata.input_tokens > 0 && answer.usage_metadata.output_tokens > 0);
    assert.equal(answer.response_metadata.model, "cria");
});

test("chat with a text", async () => assert.ok((await model("tiny").invoke("hello")).content.length > 0));

test("chat streamed", async () => {
    const whole = await model("cria").invoke("Hello!");
    let text = "";
    let pieces = 0;
    for await (const chunk of await model("cria").stream("Hello!")) {
        text += chunk.content;
        pieces += 1;
    }
    assert.equal(text, whole.content);
    assert.ok(pieces > 2);
});

test("chat in a batch", async () => {
    const answers = await model("tiny").batch(["one", "two", "three", "four"]);
    assert.equal(answers.length, 4);
    for (const answer of answers) assert.ok(answer.content.length > 0);
});

test("chat in a chain", async () => {
    const chain = ChatPromptTemplate.fromMessages([
        ["system", "Be {how}."],
        ["human", "{question}"],
    ])
        .pipe(model("tiny"))
        .pipe(new StringOutputParser());
    assert.ok((await chain.invoke({ how: "kind", question: "Why?" })).length > 0);
});

test("options reach the model", async () => {
    const seeded = () =>
        model("tiny", {
            temperature: 1,
            seed: 5,
            topK: 50,
            topP: 0.95,
            repeatPenalty: 1.1,
            numCtx: 256,
            stop: ["\u0000never"],
        }).invoke("hello");
    assert.equal((await seeded()).content, (await seeded()).content);
});

test("keep alive and format", async () => {
    const answer = await model("tiny", { keepAlive: "1m", format: "json", numPredict: 64 }).invoke("hello");
    assert.ok(answer.content.trimStart().startsWith("{"));
});

test("a tool is called", async () => {
    const answer = await model("caller", { numPredict: 64 }).bindTools([add]).invoke("What is one plus two?");
    assert.equal(answer.tool_calls.length, 1);
    assert.equal(answer.tool_calls[0].name, "add");
    assert.deepEqual(answer.tool_calls[0].args, { a: 1, b: 2 });
});

test("a tool's result is used", async () => {
    const bound = model("caller", { numPredict: 64 }).bindTools([add]);
    const question = new HumanMessage("What is one plus two?");
    const call = await bound.invoke([question]);
    const result = await add.invoke(call.tool_calls[0]);
    assert.ok(result instanceof ToolMessage && result.content === "3");
    assert.equal((await bound.invoke([question, call, result])).content, "The sum is three.");
});

test("a tool call is streamed", async () => {
    let all;
    for await (const chunk of await model("caller", { numPredict: 64 })
        .bindTools([add])
        .stream("What is one plus two?"))
        all = all ? all.concat(chunk) : chunk;
    assert.deepEqual(
        all.tool_calls.map((call) => [call.name, call.args]),
        [["add", { a: 1, b: 2 }]],
    );
});

test("structured output", async () => {
    const schema = z.object({ colour: z.enum(["red", "green"]) });
    const answer = await model("tiny", { numPredict: 64 })
        .withStructuredOutput(schema, { method: "jsonSchema" })
        .invoke("Which?");
    assert.ok(["red", "green"].includes(answer.colour));
});

test("thoughts are apart", async () => {
    const answer = await model("thinker", { numPredict: 64, think: true }).invoke("Why?");
    assert.equal(answer.content.trim(), "Forty-two!");
    assert.match(JSON.stringify(answer.additional_kwargs), /Let me see/);
});

test("a completion", async () => {
    const completion = new Ollama({ baseUrl, model: "tiny", temperature: 0, numPredict: 16 });
    const whole = await completion.invoke("hello");
    let text = "";
    for await (const piece of await completion.stream("hello")) text += piece;
    assert.equal(text, whole);
});

test("embeddings", async () => {
    const embeddings = new OllamaEmbeddings({ baseUrl, model: "bert", truncate: true });
    const [question, ...texts] = [
        await embeddings.embedQuery("hello"),
        ...(await embeddings.embedDocuments(["hello", "good bye"])),
    ];
    assert.equal(texts.length, 2);
    assert.ok(Math.abs(question.reduce((sum, x, i) => sum + x * texts[0][i], 0) - 1) < 1e-3);
});

test("embeddings of fewer dimensions", async () => {
    const embeddings = new OllamaEmbeddings({ baseUrl, model: "bert", dimensions: 8 });
    assert.equal((await embeddings.embedQuery("hello")).length, 8);
});

test("an abort ends a stream", async () => {
    const control = new AbortController();
    await assert.rejects(async () => {
        for await (const _ of await model("talker", { numPredict: -1, numCtx: 8192 }).stream("hello", { signal: control.signal }))
            control.abort();
    });
});

test("a missing model is named", () =>
    assert.rejects(model("nope", { maxRetries: 0 }).invoke("hello"), /model 'nope' not found/));

test("a missing model is pulled when asked to", () =>
    assert.rejects(model("nope", { checkOrPullModel: true, maxRetries: 0 }).invoke("hello"), /pull|not available/));
