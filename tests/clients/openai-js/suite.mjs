// npm `openai`, unmodified: chat completions, responses, completions, embeddings, audio and models, streamed and whole.

import assert from "node:assert/strict";
import test from "node:test";

import OpenAI, { APIUserAbortError, BadRequestError, NotFoundError, toFile } from "openai";
import { zodFunction, zodResponseFormat, zodResponsesFunction, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

const client = new OpenAI({ baseURL: `${process.env.CORRAL_URL}/v1`, apiKey: "none", maxRetries: 0 });
const hello = [{ role: "user", content: "hello" }];
const sum = [{ role: "user", content: "What is one plus two?" }];
const brief = { temperature: 0, max_completion_tokens: 8 };
const endless = { model: "talker", messages: hello, stream: true, num_ctx: 8192 };
const add = {
    type: "function",
    function: {
        name: "add",
        description: "Adds two numbers",
        parameters: { type: "object", required: ["a", "b"], properties: { a: { type: "integer" }, b: { type: "integer" } } },
    },
};

async function collect(stream) {
    const parts = [];
    for await (const part of stream) parts.push(part);
    return parts;
}

// --- chat completions

test("a chat completion", async () => {
    const answer = await client.chat.completions.create({ model: "tiny", messages: hello, ...brief });
    assert.equal(answer.object, "chat.completion");
    assert.match(answer.id, /^chatcmpl-/);
    assert.equal(answer.model, "tiny");
    assert.equal(answer.choices[0].message.role, "assistant");
    assert.equal(answer.choices[0].finish_reason, "length");
    assert.equal(answer.usage.completion_tokens, 8);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + 8);
});

test("a streamed chat completion is the same text", async () => {
    const request = { model: "tiny", messages: hello, ...brief };
    const whole = await client.chat.completions.create(request);
    const parts = await collect(
        await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } }),
    );
    const text = parts.flatMap((part) => part.choices.map((choice) => choice.delta.content ?? "")).join("");
    assert.equal(text, whole.choices[0].message.content);
    assert.equal(parts[0].choices[0].delta.role, "assistant");
    assert.equal(new Set(parts.map((part) => part.id)).size, 1);
    assert.equal(parts.at(-2).choices[0].finish_reason, "length");
    assert.deepEqual(parts.at(-1).choices, []);
    assert.equal(parts.at(-1).usage.completion_tokens, 8);
});

test("the streaming helper gathers the message", async () => {
    const stream = client.chat.completions.stream({ model: "cria", messages: hello, ...brief });
    let text = "";
    stream.on("content", (delta) => (text += delta));
    const final = await stream.finalChatCompletion();
    assert.equal(final.choices[0].message.content, text);
    assert.ok(text.length > 0);
});

test("max_tokens, stop and seed", async () => {
    const request = { model: "tiny", messages: hello, max_tokens: 6, seed: 7, temperature: 1.5 };
    const [one, two] = [await client.chat.completions.create(request), await client.chat.completions.create(request)];
    assert.equal(one.choices[0].message.content, two.choices[0].message.content);
    assert.equal(one.usage.completion_tokens, 6);
    const stopped = await client.chat.completions.create({ model: "thinker", messages: hello, stop: ["-two"] });
    assert.equal(stopped.choices[0].message.content, "Forty");
    assert.equal(stopped.choices[0].finish_reason, "stop");
});

test("several choices", async () => {
    const answer = await client.chat.completions.create({ model: "tiny", messages: hello, n: 3, seed: 1, max_tokens: 4 });
    assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1, 2]);
    assert.equal(answer.usage.completion_tokens, 12);
    const parts = await collect(
        await client.chat.completions.create({ model: "tiny", messages: hello, n: 2, max_tokens: 2, stream: true }),
    );
    const ends = parts.filter((part) => part.choices[0].finish_reason).map((part) => part.choices[0].index);
    assert.deepEqual(ends, [0, 1]);
});

test("logprobs", async () => {
    const answer = await client.chat.completions.create({
        model: "tiny", messages: hello, ...brief, logprobs: true, top_logprobs: 3,
    });
    const entries = answer.choices[0].logprobs.content;
    assert.equal(entries.length, 8);
    for (const entry of entries) {
        assert.equal(entry.top_logprobs.length, 3);
        assert.deepEqual(Buffer.from(entry.bytes), Buffer.from(entry.token));
        assert.ok(entry.logprob <= 0);
    }
});

test("parts of a message are one message", async () => {
    const parts = [{ type: "text", text: "hel" }, { type: "text", text: "lo" }];
    const split = await client.chat.completions.create({ model: "tiny", messages: [{ role: "user", content: parts }], ...brief });
    const joined = await client.chat.completions.create({
        model: "tiny", messages: [{ role: "user", content: "hel\nlo" }], ...brief,
    });
    assert.equal(split.choices[0].message.content, joined.choices[0].message.content);
    assert.equal(split.usage.prompt_tokens, joined.usage.prompt_tokens);
});

// --- reasoning

test("reasoning comes beside the content", async () => {
    const answer = await client.chat.completions.create({ model: "thinker", messages: hello });
    assert.equal(answer.choices[0].message.reasoning, "Let me see.\n");
    assert.equal(answer.choices[0].message.content, "Forty-two!");
});

test("reasoning is streamed", async () => {
    const parts = await collect(await client.chat.completions.create({ model: "thinker", messages: hello, stream: true }));
    const of = (key) => parts.map((part) => part.choices[0]?.delta[key] ?? "").join("");
    assert.equal(of("reasoning"), "Let me see.\n");
    assert.equal(of("content"), "Forty-two!");
});

test("reasoning_effort none switches it off", async () => {
    const answer = await client.chat.completions.create({ model: "thinker", messages: hello, reasoning_effort: "none" });
    assert.equal(answer.choices[0].message.reasoning, undefined);
    assert.equal(answer.choices[0].message.content, "Just forty-two?");
});

test("reasoning where there is none is refused", () =>
    assert.rejects(
        client.chat.completions.create({ model: "tiny", messages: hello, reasoning_effort: "high" }),
        (error) => error instanceof BadRequestError && /does not support thinking/.test(error.message),
    ));

// --- tools

test("a tool is called", async () => {
    const answer = await client.chat.completions.create({ model: "caller", messages: sum, tools: [add] });
    const [call] = answer.choices[0].message.tool_calls;
    assert.equal(answer.choices[0].finish_reason, "tool_calls");
    assert.equal(answer.choices[0].message.content, "");
    assert.equal(call.function.name, "add");
    assert.deepEqual(JSON.parse(call.function.arguments), { a: 1, b: 2 });
});

test("a tool call is streamed, and its result answered", async () => {
    const stream = client.chat.completions.stream({ model: "caller", messages: sum, tools: [add] });
    const { choices } = await stream.finalChatCompletion();
    const [call] = choices[0].message.tool_calls;
    assert.equal(choices[0].finish_reason, "tool_calls");
    const answer = await client.chat.completions.create({
        model: "caller",
        messages: [...sum, choices[0].message, { role: "tool", tool_call_id: call.id, content: "3" }],
        tools: [add],
    });
    assert.equal(answer.choices[0].message.content, "The sum is three.");
});

test("the tool runner goes round", async () => {
    const runner = client.chat.completions.runTools({
        model: "caller",
        messages: sum,
        tools: [zodFunction({ name: "add", parameters: z.object({ a: z.number().int(), b: z.number().int() }),
                              function: ({ a, b }) => String(a + b) })],
    });
    assert.equal(await runner.finalContent(), "The sum is three.");
});

test("tool_choice none hides the tools", async () => {
    const answer = await client.chat.completions.create({ model: "caller", messages: sum, tools: [add], tool_choice: "none" });
    assert.equal(answer.choices[0].message.tool_calls, undefined);
    assert.equal(answer.choices[0].finish_reason, "stop");
});

// --- structured output

test("a schema from zod is kept, and parsed", async () => {
    const format = zodResponseFormat(z.object({ name: z.string().regex(/^[a-z]{1,5}$/), age: z.number().int() }), "person");
    const answer = await client.chat.completions.parse({ model: "tiny", messages: hello, response_format: format });
    const { parsed } = answer.choices[0].message;
    assert.equal(typeof parsed.name, "string");
    assert.ok(Number.isInteger(parsed.age));
});

test("a JSON object", async () => {
    const answer = await client.chat.completions.create({
        model: "cria", messages: hello, response_format: { type: "json_object" }, temperature: 0, max_tokens: 500,
    });
    if (answer.choices[0].finish_reason === "stop") assert.equal(typeof JSON.parse(answer.choices[0].message.content), "object");
    else assert.match(answer.choices[0].message.content.trim(), /^\{/);
});

// --- abort and errors

test("a stream is aborted", async () => {
    const stream = await client.chat.completions.create(endless);
    let n = 0;
    for await (const _ of stream) if (++n === 3) stream.controller.abort(); // the iterator just ends
    assert.ok(n < 100000);
    const { choices } = await client.chat.completions.create({ model: "talker", messages: hello, max_tokens: 2, num_ctx: 8192 });
    assert.equal(choices[0].finish_reason, "length");
});

test("a waiting request is aborted", () =>
    assert.rejects(
        client.chat.completions.create({ ...endless, stream: false }, { signal: AbortSignal.timeout(50) }),
        APIUserAbortError,
    ));

test("a missing model is a NotFoundError", () =>
    assert.rejects(client.chat.completions.create({ model: "nope", messages: hello }), (error) => {
        assert.ok(error instanceof NotFoundError);
        assert.equal(error.type, "not_found_error");
        assert.match(error.message, /model 'nope' not found/);
        return true;
    }));

test("bad requests are BadRequestErrors", async () => {
    for (const [fields, message] of [
        [{ messages: [] }, /is too short - 'messages'/],
        [{ messages: [{ role: "user", content: 5 }] }, /invalid message content type: float64/],
        [{ messages: hello, top_logprobs: 21 }, /top_logprobs must be between 0 and 20/],
        [{ messages: hello, max_tokens: 1.5 }, /number 1.5/],
        [{ messages: hello, n: 0 }, /n must be between/],
    ]) {
        await assert.rejects(client.chat.completions.create({ model: "tiny", ...fields }),
                             (error) => error instanceof BadRequestError && message.test(error.message));
    }
});

// --- responses

const quiet = { reasoning: { effort: "none" } };
const { name, description, parameters } = add.function;
const addFlat = { type: "function", name, description, parameters, strict: false };

test("a response", async () => {
    const answer = await client.responses.create({ model: "thinker", input: "hello", instructions: "be brief", ...quiet });
    assert.equal(answer.object, "response");
    assert.match(answer.id, /^resp_/);
    assert.equal(answer.status, "completed");
    assert.equal(answer.output_text, "Just forty-two?");
    assert.equal(answer.instructions, "be brief");
    assert.equal(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens);
});

test("the tokens of a response's input are counted", async () => {
    const asked = { model: "thinker", input: "hello", instructions: "be brief" };
    const counted = await client.responses.inputTokens.count(asked);
    assert.equal(counted.object, "response.input_tokens");
    assert.equal(counted.input_tokens, (await client.responses.create(asked)).usage.input_tokens);
});

test("a streamed response", async () => {
    const events = await collect(await client.responses.create({ model: "thinker", input: "hello", stream: true }));
    assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, i) => i));
    const text = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join("");
    const { type, response } = events.at(-1);
    assert.equal(type, "response.completed");
    assert.deepEqual(response.output.map((item) => item.type), ["reasoning", "message"]);
    assert.equal(text, "Forty-two!");
    assert.equal(response.output[1].content[0].text, text);
});

test("the responses helper gathers the response", async () => {
    const stream = client.responses.stream({ model: "thinker", input: "hello" });
    let text = "";
    stream.on("response.output_text.delta", (event) => (text += event.delta));
    const final = await stream.finalResponse();
    assert.equal(final.output_text, "Forty-two!");
    assert.equal(text, final.output_text);
});

test("a response calls a tool, and answers its result", async () => {
    const first = await client.responses.create({ model: "caller", input: sum, tools: [addFlat] });
    const [call] = first.output;
    assert.equal(call.type, "function_call");
    assert.deepEqual(JSON.parse(call.arguments), { a: 1, b: 2 });
    const result = { type: "function_call_output", call_id: call.call_id, output: "3" };
    const replayed = await client.responses.create({ model: "caller", input: [...sum, ...first.output, result], tools: [addFlat] });
    assert.equal(replayed.output_text, "The sum is three.");
    const followed = await client.responses.create({
        model: "caller", input: [result], tools: [addFlat], previous_response_id: first.id,
    });
    assert.equal(followed.output_text, "The sum is three.");
    assert.equal(followed.previous_response_id, first.id);
    assert.equal(followed.usage.input_tokens, replayed.usage.input_tokens);
});

test("a tool call of a response is streamed, and parsed", async () => {
    const tool = zodResponsesFunction({ name: "add", parameters: z.object({ a: z.number().int(), b: z.number().int() }) });
    const stream = client.responses.stream({ model: "caller", input: sum, tools: [tool] });
    const { output } = await stream.finalResponse();
    assert.deepEqual(output[0].parsed_arguments, { a: 1, b: 2 });
});

test("a response is parsed by a schema from zod", async () => {
    const format = zodTextFormat(z.object({ name: z.string().regex(/^[a-z]{1,5}$/), age: z.number().int() }), "person");
    const answer = await client.responses.parse({ model: "tiny", input: "hello", text: { format } });
    assert.equal(typeof answer.output_parsed.name, "string");
    assert.ok(Number.isInteger(answer.output_parsed.age));
});

test("a response is kept, and deleted", async () => {
    const made = await client.responses.create({ model: "thinker", input: "hello", metadata: { a: "b" }, ...quiet });
    const kept = await client.responses.retrieve(made.id);
    assert.equal(kept.output_text, "Just forty-two?");
    assert.deepEqual(kept.metadata, { a: "b" });
    const items = await collect(await client.responses.inputItems.list(made.id));
    assert.equal(items[0].content[0].text, "hello");
    await client.responses.delete(made.id);
    await assert.rejects(client.responses.retrieve(made.id), NotFoundError);
    await assert.rejects(client.responses.create({ model: "thinker", input: "x", previous_response_id: made.id }), (error) => {
        assert.ok(error instanceof BadRequestError);
        assert.equal(error.code, "previous_response_not_found");
        assert.equal(error.param, "previous_response_id");
        return true;
    });
    const unkept = await client.responses.create({ model: "thinker", input: "hello", store: false, ...quiet });
    await assert.rejects(client.responses.retrieve(unkept.id), NotFoundError);
});

test("responses by way of beta are the same", async () => {
    const made = await client.beta.responses.create({ model: "thinker", input: "hello", ...quiet });
    assert.equal((await client.beta.responses.retrieve(made.id)).id, made.id);
    assert.equal((await client.beta.responses.cancel(made.id)).status, "completed");
    assert.equal((await collect(await client.beta.responses.inputItems.list(made.id))).length, 1);
    assert.ok((await client.beta.responses.inputTokens.count({ model: "thinker", input: "hello" })).input_tokens > 0);
    await client.beta.responses.delete(made.id);
    await assert.rejects(client.beta.responses.retrieve(made.id), NotFoundError);
});

const endlessResponse = { model: "talker", input: "hello", num_ctx: 8192 };

test("a response is cancelled from elsewhere", async () => {
    const stream = await client.responses.create({ ...endlessResponse, stream: true });
    let id, last;
    for await (const event of stream) {
        last = event;
        if (event.type === "response.created") id = event.response.id;
        if (event.type !== "response.content_part.added") continue;
        assert.equal((await client.responses.retrieve(id)).status, "in_progress");
        assert.equal((await client.responses.cancel(id)).status, "cancelled");
    }
    assert.equal(last.type, "response.incomplete");
    assert.equal(last.response.status, "cancelled");
    assert.equal((await client.responses.cancel(id)).status, "cancelled");
});

test("a streamed response is aborted", async () => {
    const stream = await client.responses.create({ ...endlessResponse, stream: true });
    let n = 0;
    for await (const _ of stream) if (++n === 6) stream.controller.abort();
    assert.ok(n < 100000);
    const answer = await client.responses.create({ ...endlessResponse, max_output_tokens: 2 });
    assert.equal(answer.status, "incomplete");
    assert.equal(answer.incomplete_details.reason, "max_output_tokens");
});

test("bad responses are refused", async () => {
    await assert.rejects(client.responses.create({ model: "nope", input: "hello" }), NotFoundError);
    await assert.rejects(client.responses.create({ model: "tiny", input: 5 }), /input must be a string or array/);
    await assert.rejects(client.responses.create({ model: "tiny", input: "a", background: true }), /background is not supported/);
});

// --- completions

test("a completion", async () => {
    const answer = await client.completions.create({ model: "tiny", prompt: "hello", temperature: 0, max_tokens: 5 });
    assert.equal(answer.object, "text_completion");
    assert.match(answer.id, /^cmpl-/);
    assert.equal(answer.choices[0].finish_reason, "length");
    assert.equal(answer.usage.completion_tokens, 5);
});

test("completions of several prompts", async () => {
    const request = { model: "tiny", temperature: 0, max_tokens: 5 };
    const both = await client.completions.create({ ...request, prompt: ["a b", "c d"] });
    const second = await client.completions.create({ ...request, prompt: "c d" });
    assert.deepEqual(both.choices.map((choice) => choice.index), [0, 1]);
    assert.equal(both.choices[1].text, second.choices[0].text);
});

test("a streamed completion, and logprobs", async () => {
    const request = { model: "tiny", prompt: "hello", temperature: 0, max_tokens: 5 };
    const whole = await client.completions.create({ ...request, logprobs: 2 });
    const parts = await collect(
        await client.completions.create({ ...request, stream: true, stream_options: { include_usage: true } }),
    );
    assert.equal(parts.map((part) => part.choices[0]?.text ?? "").join(""), whole.choices[0].text);
    assert.equal(parts.at(-2).choices[0].finish_reason, "length");
    assert.equal(parts.at(-1).usage.completion_tokens, 5);
    assert.equal(whole.choices[0].logprobs.tokens.length, 5);
    assert.equal(Object.keys(whole.choices[0].logprobs.top_logprobs[0]).length, 2);
});

// --- audio

// A second of a tone as a WAV file: 16 kHz, one channel, 16 bits.
async function tone() {
    const samples = Int16Array.from({ length: 16000 }, (_, i) => 20000 * Math.sin((2 * Math.PI * 440 * i) / 16000));
    const head = Buffer.from("RIFF....WAVEfmt ....................data....", "latin1");
    head.writeUInt32LE(36 + samples.byteLength, 4);
    [[16, 16], [32000, 28], [16000, 24], [samples.byteLength, 40]].forEach(([value, at]) => head.writeUInt32LE(value, at));
    [[1, 20], [1, 22], [2, 32], [16, 34]].forEach(([value, at]) => head.writeUInt16LE(value, at));
    return toFile(Buffer.concat([head, Buffer.from(samples.buffer)]), "tone.wav");
}

test("transcriptions, whole and streamed", async () => {
    const ask = async (fields) => client.audio.transcriptions.create({ model: "hearing", file: await tone(), ...fields });
    const { text } = await ask({});
    assert.ok(text.length > 0);
    assert.equal(await ask({ response_format: "text" }), text);
    const verbose = await ask({ response_format: "verbose_json", language: "en" });
    assert.deepEqual([verbose.duration, verbose.language, verbose.text.length > 0], [1, "en", true]);
    const parts = await collect(await ask({ stream: true }));
    assert.equal(parts.slice(0, -1).map((part) => part.delta).join(""), text);
    assert.equal(parts.at(-1).type, "transcript.text.done");
    assert.equal(parts.at(-1).text, text);
});

test("translations, and a file that is no sound", async () => {
    const { text } = await client.audio.translations.create({ model: "hearing", file: await tone() });
    assert.ok(text.length > 0);
    const file = await toFile(Buffer.from("a text"), "a.wav");
    await assert.rejects(client.audio.transcriptions.create({ model: "hearing", file }), BadRequestError);
});

// --- embeddings and models

test("embeddings, as base64 and as numbers", async () => {
    const packed = await client.embeddings.create({ model: "bert", input: ["hello", "there"] }); // asks for base64
    const plain = await client.embeddings.create({ model: "bert", input: "hello", encoding_format: "float" });
    assert.equal(packed.data.length, 2);
    assert.equal(packed.data[1].index, 1);
    const cosine = plain.data[0].embedding.reduce((total, x, i) => total + x * packed.data[0].embedding[i], 0);
    assert.ok(Math.abs(cosine - 1) < 1e-3);
    assert.ok(packed.usage.prompt_tokens > 0);
    const short = await client.embeddings.create({ model: "bert", input: "hello", dimensions: 8 });
    assert.equal(short.data[0].embedding.length, 8);
});

test("embeddings of tokens are refused", () =>
    assert.rejects(client.embeddings.create({ model: "bert", input: [1, 2] }), /invalid input type/));

test("models are listed and found", async () => {
    const models = await collect(await client.models.list());
    assert.ok(models.some((model) => model.id === "cria:latest" && model.owned_by === "library"));
    const cria = await client.models.retrieve("cria");
    assert.equal(cria.id, "cria");
    assert.ok(cria.created > 0);
    await assert.rejects(client.models.retrieve("nope"), NotFoundError);
});

test("tool_choice required, a named function and parallel_tool_calls", async () => {
    for (const tool_choice of ["required", { type: "function", function: { name: "add" } }]) {
        const answer = await client.chat.completions.create({
            model: "caller", messages: sum, tools: [add], tool_choice, parallel_tool_calls: false,
        });
        assert.deepEqual(answer.choices[0].message.tool_calls.map((call) => call.function.name), ["add"]);
    }
    const nobody = { type: "function", function: { name: "nobody" } };
    await assert.rejects(
        client.chat.completions.create({ model: "caller", messages: sum, tools: [add], tool_choice: nobody }), BadRequestError,
    );
});
