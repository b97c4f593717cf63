// Real applications' libraries, unmodified: Vercel's `ai` with its OpenAI-compatible, its OpenAI (Responses) and its Anthropic
// provider, LangChain's integrations of OpenAI and Anthropic.

import assert from "node:assert/strict";
import test from "node:test";

import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { embed, generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const baseURL = `${process.env.CORRAL_URL}/v1`;
const compatible = createOpenAICompatible({ name: "corral", baseURL, includeUsage: true });
const openai = createOpenAI({ baseURL, apiKey: "none" });
const anthropic = createAnthropic({ baseURL, apiKey: "none" });
const question = "What is one plus two?";
const numbers = z.object({ a: z.number().int(), b: z.number().int() });
const person = z.object({ name: z.string().regex(/^[a-z]{1,5}$/), age: z.number().int() });
const add = tool({ description: "Adds two numbers", inputSchema: numbers, execute: async ({ a, b }) => a + b });

async function addingWith(model) {
    const { text, steps } = await generateText({ model, prompt: question, tools: { add }, stopWhen: stepCountIs(3) });
    assert.equal(text, "The sum is three.");
    assert.equal(steps.length, 2);
    assert.equal(steps[0].toolResults[0].output, 3);
}

async function streamingWith(model) {
    const result = streamText({ model, prompt: question, tools: { add }, stopWhen: stepCountIs(3) });
    let text = "";
    for await (const part of result.textStream) text += part;
    assert.equal(text, "The sum is three.");
    assert.equal((await result.steps).length, 2);
}

async function thinkingWith(model) {
    const result = streamText({ model, prompt: "hello" });
    await result.consumeStream();
    assert.equal(await result.text, "Forty-two!");
    assert.equal((await result.reasoningText).trim(), "Let me see.");
    assert.ok((await result.usage).outputTokens > 0);
}

// --- ai, chat completions

test("ai: text and thoughts", () => thinkingWith(compatible("thinker")));
test("ai: a tool goes round", () => addingWith(compatible("caller")));
test("ai: a tool goes round in a stream", () => streamingWith(compatible("caller")));

test("ai: an object of a schema", async () => {
    const model = createOpenAICompatible({ name: "corral", baseURL, supportsStructuredOutputs: true })("tiny");
    const { object } = await generateObject({ model, schema: person, prompt: "hello" });
    assert.equal(typeof object.name, "string");
});

test("ai: an embedding", async () => {
    const { embedding } = await embed({ model: compatible.textEmbeddingModel("bert"), value: "hello" });
    assert.ok(embedding.length > 0);
});

test("ai: an error has its message", () =>
    assert.rejects(generateText({ model: compatible("nope"), prompt: "hello", maxRetries: 0 }), /model 'nope' not found/));

// --- ai, responses

test("ai: responses: text and thoughts", async () => {
    const { text } = await generateText({ model: openai.responses("thinker"), prompt: "hello" });
    assert.equal(text, "Forty-two!");
});
test("ai: responses: a stream with thoughts", () => thinkingWith(openai.responses("thinker")));
test("ai: responses: a tool goes round", () => addingWith(openai.responses("caller")));
test("ai: responses: a tool goes round in a stream", () => streamingWith(openai.responses("caller")));

// --- ai, messages

test("ai: anthropic: a stream with thoughts", () => thinkingWith(anthropic("thinker")));
test("ai: anthropic: a tool goes round", () => addingWith(anthropic("caller")));
test("ai: anthropic: a tool goes round in a stream", () => streamingWith(anthropic("caller")));

// --- LangChain

const chat = (model, fields = {}) => new ChatOpenAI({ model, apiKey: "none", configuration: { baseURL }, maxRetries: 0, ...fields });
const sum = langchainTool(async ({ a, b }) => String(a + b), { name: "add", description: "Adds two numbers", schema: numbers });

async function roundWith(model) {
    const messages = [new HumanMessage(question)];
    const called = await model.bindTools([sum]).invoke(messages);
    const [call] = called.tool_calls;
    assert.deepEqual(call.args, { a: 1, b: 2 });
    const result = await sum.invoke(call);
    assert.ok(result instanceof ToolMessage);
    const answer = await model.bindTools([sum]).invoke([...messages, called, result]);
    assert.equal(answer.text, "The sum is three.");
}

test("langchain: a stream", async () => {
    let text = "";
    for await (const part of await chat("thinker").stream("hello")) text += part.text;
    assert.equal(text, "Forty-two!");
});
test("langchain: a tool goes round", () => roundWith(chat("caller")));
test("langchain: responses: a tool goes round", () => roundWith(chat("caller", { useResponsesApi: true })));

test("langchain: anthropic: a tool goes round", () => roundWith(new ChatAnthropic({
    model: "caller", apiKey: "none", anthropicApiUrl: process.env.CORRAL_URL, maxRetries: 0,
})));

test("langchain: structured output", async () => {
    const answer = await chat("tiny").withStructuredOutput(person, { name: "person", method: "jsonSchema" }).invoke("hello");
    assert.ok(Number.isInteger(answer.age));
});

test("langchain: embeddings", async () => {
    const embeddings = new OpenAIEmbeddings({ model: "bert", apiKey: "none", configuration: { baseURL } });
    assert.equal((await embeddings.embedDocuments(["hello", "there"])).length, 2);
});
