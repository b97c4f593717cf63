// npm `@anthropic-ai/sdk`, unmodified: messages, streamed and whole, counts, models, tools and their helpers.

import assert from "node:assert/strict";
import test from "node:test";

import Anthropic, { APIUserAbortError, BadRequestError, NotFoundError } from "@anthropic-ai/sdk";
import { betaJSONSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { jsonSchemaOutputFormat } from "@anthropic-ai/sdk/helpers/json-schema";

const client = new Anthropic({ baseURL: process.env.CORRAL_URL, apiKey: "none", maxRetries: 0 });
const hello = [{ role: "user", content: "hello" }];
const sum = [{ role: "user", content: "What is one plus two?" }];
const tiny = { model: "tiny", messages: hello, max_tokens: 8, temperature: 0 };
const thinker = { model: "thinker", messages: hello, max_tokens: 50 };
const add = {
    name: "add",
    description: "Adds two numbers",
    input_schema: {
        type: "object", required: ["a", "b"], properties: { a: { type: "integer" }, b: { type: "integer" } },
    },
};
const caller = { model: "caller", messages: sum, tools: [add], max_tokens: 200 };

test("a message", async () => {
    const message = await client.messages.create(tiny);
    assert.match(message.id, /^msg_[0-9a-f]{24}$/);
    assert.deepEqual([message.type, message.role, message.model], ["message", "assistant", "tiny"]);
    assert.deepEqual([message.stop_reason, message.stop_sequence], ["max_tokens", null]);
    assert.equal(message.content[0].type, "text");
    assert.equal(message.usage.output_tokens, 8);
    assert.match(message._request_id, /^req_[0-9a-f]{24}$/);
});

test("a streamed message is the same text", async () => {
    const whole = await client.messages.create(tiny);
    const events = [];
    for await (const event of await client.messages.create({ ...tiny, stream: true })) events.push(event);
    const text = events.filter((event) => event.type === "content_block_delta").map((event) => event.delta.text).join("");
    assert.equal(text, whole.content[0].text);
    assert.equal(events[0].type, "message_start");
    assert.equal(events.at(-1).type, "message_stop");
    assert.equal(events.at(-2).usage.output_tokens, 8);
});

test("the streaming helper gathers the message", async () => {
    const stream = client.messages.stream({ ...tiny, model: "cria" });
    let text = "";
    stream.on("text", (delta) => (text += delta));
    const message = await stream.finalMessage();
    assert.equal(await stream.finalText(), text);
    assert.equal(message.content[0].text, text);
    assert.ok(text.length > 0);
});

test("thinking", async () => {
    const message = await client.messages.create({ ...thinker, thinking: { type: "enabled", budget_tokens: 1024 } });
    assert.deepEqual(message.content.map((block) => block.type), ["thinking", "text"]);
    assert.deepEqual([message.content[0].thinking, message.content[1].text], ["Let me see.\n", "Forty-two!"]);
    assert.equal(typeof message.content[0].signature, "string");
    const plain = await client.messages.create({ ...thinker, thinking: { type: "disabled" } });
    assert.deepEqual(plain.content, [{ type: "text", text: "Just forty-two?" }]);
});

test("streamed thinking", async () => {
    const stream = client.messages.stream(thinker);
    let thinking = "";
    stream.on("thinking", (delta) => (thinking += delta));
    const message = await stream.finalMessage();
    assert.equal(thinking, "Let me see.\n");
    assert.deepEqual(message.content.map((block) => block.type), ["thinking", "text"]);
    assert.ok(message.content[0].signature.length > 0);
});

test("a model that cannot think is asked all the same", async () => {
    const message = await client.messages.create({ ...tiny, thinking: { type: "enabled", budget_tokens: 1024 } });
    assert.equal(message.content[0].type, "text");
});

test("thinking goes back into the conversation", async () => {
    const first = await client.messages.create(thinker);
    const second = await client.messages.create({
        ...thinker, messages: [...hello, { role: "assistant", content: first.content }, ...hello],
    });
    assert.equal(second.content.at(-1).text, "Forty-two!");
});

test("a stop sequence is told", async () => {
    const message = await client.messages.create({ ...thinker, stop_sequences: ["never", "-two"] });
    assert.deepEqual([message.stop_reason, message.stop_sequence], ["stop_sequence", "-two"]);
    assert.equal(message.content.at(-1).text, "Forty");
    const streamed = await client.messages.stream({ ...thinker, stop_sequences: ["-two"] }).finalMessage();
    assert.deepEqual([streamed.stop_reason, streamed.stop_sequence], ["stop_sequence", "-two"]);
    assert.equal((await client.messages.create(thinker)).stop_reason, "end_turn");
});

test("a system prompt, as text and as blocks", async () => {
    const counts = [];
    for (const system of ["Be brief.", [{ type: "text", text: "Be ", cache_control: { type: "ephemeral" } },
                                        { type: "text", text: "brief." }]]) {
        counts.push((await client.messages.countTokens({ model: "thinker", messages: hello, system })).input_tokens);
    }
    assert.equal(counts[0], counts[1]);
    assert.ok(counts[0] > (await client.messages.countTokens({ model: "thinker", messages: hello })).input_tokens);
});

test("a tool round trip", async () => {
    const called = await client.messages.create(caller);
    assert.equal(called.stop_reason, "tool_use");
    const call = called.content.at(-1);
    assert.deepEqual([call.type, call.name, call.input], ["tool_use", "add", { a: 1, b: 2 }]);
    const result = { type: "tool_result", tool_use_id: call.id, content: [{ type: "text", text: "3" }] };
    const told = await client.messages.create({
        ...caller, messages: [...sum, { role: "assistant", content: called.content }, { role: "user", content: [result] }],
    });
    assert.deepEqual(told.content, [{ type: "text", text: "The sum is three." }]);
    assert.equal(told.stop_reason, "end_turn");
});

test("a streamed tool call", async () => {
    const stream = client.messages.stream(caller);
    let json = "";
    stream.on("inputJson", (delta) => (json += delta));
    const message = await stream.finalMessage();
    assert.deepEqual(JSON.parse(json), { a: 1, b: 2 });
    assert.deepEqual(message.content.at(-1).input, { a: 1, b: 2 });
    assert.equal(message.stop_reason, "tool_use");
});

test("tool_choice", async () => {
    const none = await client.messages.create({ ...caller, tool_choice: { type: "none" } });
    assert.ok(none.content.every((block) => block.type === "text"));
    const forced = await client.messages.create({
        ...caller, tool_choice: { type: "tool", name: "add", disable_parallel_tool_use: true },
    });
    assert.deepEqual(forced.content.filter((block) => block.type === "tool_use").map((block) => block.name), ["add"]);
    await assert.rejects(client.messages.create({ ...caller, tool_choice: { type: "tool", name: "nobody" } }),
                         BadRequestError);
});

test("the tool runner", async () => {
    const run = { ...add, type: "custom", parse: (input) => input, run: ({ a, b }) => String(a + b) };
    const runner = client.beta.messages.toolRunner({ ...caller, tools: [run] });
    const final = await runner;
    assert.equal(final.content.at(-1).text, "The sum is three.");
    // The whole conversation was sent again, with the call and its result.
    const { messages } = runner.params;
    const asked = messages.slice(0, messages.findLastIndex((message) => message.role === "user") + 1);
    assert.deepEqual(asked.map((message) => message.role), ["user", "assistant", "user"]);
    const counted = await client.beta.messages.countTokens({ model: "caller", messages: asked, tools: [add] });
    assert.equal(final.usage.input_tokens + final.usage.cache_read_input_tokens, counted.input_tokens);
});

test("threads are refused in such a way that clients do without", async () => {
    const params = { model: "thinker", max_tokens: 50 };
    const question = { role: "user", content: "hello" };
    await assert.rejects(client.beta.messages.thread(params).send(question), BadRequestError);
    const thread = client.beta.messages.thread({ ...params, unsupportedRequestBehavior: "continue_unthreaded" });
    const inputs = [];
    for (let turn = 0; turn < 2; ++turn) {
        const { content, usage } = await thread.send(question);
        assert.equal(content.at(-1).text, "Forty-two!");
        inputs.push(usage.input_tokens + usage.cache_read_input_tokens);
    }
    assert.ok(inputs[1] > inputs[0]); // the first turn came along
});

test("messages by way of beta are the same", async () => {
    assert.equal((await client.beta.messages.create(thinker)).content.at(-1).text, "Forty-two!");
    assert.equal(await client.beta.messages.stream(thinker).finalText(), "Forty-two!");
    assert.equal((await client.beta.models.retrieve("tiny")).id, "tiny");
    const names = [];
    for await (const model of client.beta.models.list()) names.push(model.id);
    assert.ok(names.some((name) => name.startsWith("tiny")));
});

test("structured output", async () => {
    const message = await client.messages.create({
        ...tiny, max_tokens: 100,
        output_config: { format: { type: "json_schema", schema: { const: 7 } } },
    });
    assert.equal(JSON.parse(message.content[0].text), 7);
});

test("structured output is parsed", async () => {
    const schema = { type: "object", properties: { answer: { enum: ["yes", "no"] } }, required: ["answer"] };
    const request = { ...tiny, max_tokens: 100 };
    for (const message of [
        await client.messages.parse({ ...request, output_config: { format: jsonSchemaOutputFormat(schema) } }),
        await client.beta.messages.parse({ ...request, output_config: { format: betaJSONSchemaOutputFormat(schema) } }),
    ]) {
        assert.ok(["yes", "no"].includes(message.parsed_output.answer));
    }
});

test("counts of tokens are exact", async () => {
    const counted = await client.messages.countTokens({ ...thinker, max_tokens: undefined });
    const { usage } = await client.messages.create(thinker);
    const total = usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;
    assert.equal(counted.input_tokens, total);
    const events = [];
    for await (const event of await client.messages.create({ ...thinker, stream: true })) events.push(event);
    const start = events[0].message.usage;
    assert.equal(start.input_tokens + start.cache_read_input_tokens, total);
    const withTools = await client.messages.countTokens({ model: "caller", messages: sum, tools: [add] });
    const without = await client.messages.countTokens({ model: "caller", messages: sum });
    assert.ok(withTools.input_tokens > without.input_tokens);
});

test("an answer that was begun is gone on with", async () => {
    const message = await client.messages.create({ ...tiny, messages: [...hello, { role: "assistant", content: "Once" }] });
    assert.equal(message.stop_reason, "max_tokens");
});

test("a stream can be aborted", async () => {
    const stream = client.messages.stream({ model: "talker", messages: hello, max_tokens: 1_000_000 });
    stream.once("text", () => stream.abort());
    await assert.rejects(stream.finalMessage(), APIUserAbortError);
    assert.ok(stream.aborted);
});

test("models", async () => {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(names.some((name) => name.startsWith("tiny")));
    const model = await client.models.retrieve("tiny");
    assert.deepEqual([model.type, model.id, model.display_name], ["model", "tiny", "tiny"]);
    assert.ok(Date.parse(model.created_at) > 0);
    await assert.rejects(client.models.retrieve("nope"), NotFoundError);
});

test("errors have a type and an id", async () => {
    await assert.rejects(client.messages.create({ ...tiny, model: "nope" }), (error) => {
        assert.ok(error instanceof NotFoundError);
        assert.equal(error.error.error.type, "not_found_error");
        assert.equal(error.error.error.message, "model 'nope' not found");
        assert.equal(error.requestID, error.error.request_id);
        return true;
    });
    await assert.rejects(client.messages.create({ ...tiny, model: "nope", stream: true }), NotFoundError);
    await assert.rejects(client.messages.create({ ...tiny, messages: [] }), BadRequestError);
    await assert.rejects(client.messages.create({ ...tiny, max_tokens: 0 }), BadRequestError);
    await assert.rejects(client.messages.countTokens({ model: "nope", messages: hello }), NotFoundError);
    await assert.rejects(client.messages.create({ ...tiny, tools: [add] }), BadRequestError);
});

test("many at the same time", async () => {
    const messages = await Promise.all(Array.from({ length: 8 }, () => client.messages.create(thinker)));
    assert.deepEqual(new Set(messages.map((message) => message.content.at(-1).text)), new Set(["Forty-two!"]));
    assert.equal(new Set(messages.map((message) => message.id)).size, 8);
});
