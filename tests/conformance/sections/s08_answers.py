"""8.5, 8.6 Generate and chat: what is theirs alone; the rest is in sections 5 to 7."""

import re

from conformance.rows import *

SHOT = {"num_predict": 2, "temperature": 0}
RAW_CONFLICT = refused(400, "raw mode does not support template, system, or context")


def generate(model="tiny", **fields):
    return POST("/api/generate", {"model": model, "prompt": "hello", "stream": False, "options": SHOT, **fields})


def chat(model="tiny", **fields):
    return POST(
        "/api/chat",
        {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": False, "options": SHOT, **fields})


METRICS = {
    "total_duration": positive, "load_duration": positive, "prompt_eval_count": positive,
    "prompt_eval_duration": positive, "eval_count": positive, "eval_duration": positive
}
GENERATED = {
    "model": str, "created_at": utc_time, "response": str, "done": True, "done_reason": str,
    "context": [many(int, at_least=1)], **METRICS
}
WITHOUT_CONTEXT = {key: value for key, value in GENERATED.items() if key != "context"}
CHATTED = {
    "model": str, "created_at": utc_time, "message": {"role": "assistant", "content": str}, "done": True,
    "done_reason": str, **METRICS
}

ROWS = rows(
    "8.5", row("key order", generate(), ok(GENERATED)),
    row("raw has no context", generate(raw=True), ok(WITHOUT_CONTEXT)),
    *(row(f"raw and {name}", generate(raw=True, **{name: value}), RAW_CONFLICT) for name, value in (
        ("system", "x"), ("template", "{{ .Prompt }}"),
        ("context", [1]))), row("raw and an empty context", generate(raw=True, context=[]), ok(WITHOUT_CONTEXT)),
    row("raw and an empty system", generate(raw=True, system="", template=""), ok(WITHOUT_CONTEXT)),
    row("raw before think", generate(raw=True, system="x", think=True), RAW_CONFLICT),
    row("name is no alias", POST("/api/generate", {"name": "tiny"}), refused(404, "model '' not found")),
    row("chat has no alias either", POST("/api/chat", {"name": "tiny"}), refused(400, "model is required")),
    row("messages and tools are ignored", generate(messages=[{"role": "user", "content": 5}], tools="x"),
        ok(GENERATED)), row("context goes on", generate(context=[1, 300, 301]), ok(GENERATED)),
    row("context with a token that is none", generate(context=[99999999]), any_of(500)),
    row("context with a negative token", generate(context=[-1]), any_of(500)),
    row("a prompt with markup comes back escaped", generate(prompt="<&>", _debug_render_only=True),
        Expected(200, JSON, lambda value: dict(dict(value)["_debug_info"])["rendered_template"] == "<&>")),
    row(
        "streamed text adds up", generate(stream=True, options={**SHOT, "num_predict": 6}),
        lines(many({"model": str, "created_at": utc_time, "response": str, "done": False}, at_least=1),
              {**GENERATED, "response": ""})),
) + rows(
    "8.6", row("key order", chat(), ok(CHATTED)),
    row("top-level fields of generate are ignored",
        chat(system=5, template=5, raw="x", context="y", suffix=1, images=3, prompt=[]), ok(CHATTED)),
    row(
        "logprobs before the metrics", chat(logprobs=True),
        ok({
            "model": ..., "created_at": ..., "message": ..., "done": ..., "done_reason": ..., "logprobs": list,
            **METRICS
        })),
    row(
        "the debug reply", chat("chatty", _debug_render_only=True),
        ok({
            "model": "chatty", "created_at": utc_time, "message": {"role": "", "content": ""}, "done": False,
            "_debug_info": {"rendered_template": "<|user|>hi\n<|assistant|>"}
        })),
    row(
        "streamed", chat(stream=True),
        lines(
            many(
                {"model": str, "created_at": utc_time, "message": {"role": "assistant", "content": str}, "done": False},
                at_least=1), {**CHATTED, "message": {"role": "assistant", "content": ""}})),
)

# --- tools and thinking, with models whose words are known

ADD = {
    "type": "function", "function": {
        "name": "add", "description": "Adds two numbers", "parameters": {
            "type": "object", "required": ["a", "b"],
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}
        }
    }
}
CALL = {"id": re.compile("call_[0-9a-z]{8}|[0-9A-Za-z]{32}"), "function": {"index": 0, "name": "add", "arguments": {"a": 1, "b": 2}}}
QUESTION = {"role": "user", "content": "What is one plus two?"}
RESULT = [
    QUESTION, {
        "role": "assistant", "content": "", "tool_calls": [{"function": {"name": "add", "arguments": {"a": 1, "b": 2}}}]
    }, {"role": "tool", "content": "3", "tool_name": "add"}
]
PIECE = {
    "model": str, "created_at": utc_time, "message": {"role": "assistant", "content": str, "thinking?": str},
    "done": False
}


def ask(model, messages=(QUESTION, ), **fields):
    return POST("/api/chat", {"model": model, "messages": list(messages), "stream": False, **fields})


def said(message, **more):
    return ok({**CHATTED, "message": message, "done_reason": "stop", **more})


ROWS += rows(
    "8.6",
    row("a tool call", ask("caller", tools=[ADD]), said({"role": "assistant", "content": "", "tool_calls": [CALL]})),
    row(
        "a tool call, streamed, is on the final object", ask("caller", tools=[ADD], stream=True),
        lines(
            many(PIECE),
            {**CHATTED, "message": {"role": "assistant", "content": "", "tool_calls": [CALL]}, "done_reason": "stop"})),
    row("a tool's result", ask("caller", RESULT, tools=[ADD]),
        said({"role": "assistant", "content": "The sum is three."})),
    row("an unknown tool's result is a message like any other",
        ask("caller", [*RESULT[:2], {"role": "tool", "content": "3", "tool_call_id": "x"}], tools=[ADD]),
        said({"role": "assistant", "content": "The sum is three."})),
    *(row(f"a tool with parameters {parameters}", ask("caller", tools=[{"type": "function", "function": {
        "name": "add", **({} if parameters is None else {"parameters": parameters})}}]),
        said({"role": "assistant", "content": "", "tool_calls": [holding({"function": dict})]}))
      for parameters in (None, {}, {"type": "object"}, {"type": "object", "properties": {}})),
    row("no tools, no call", ask("caller"), said({"role": "assistant", "content": "The sum is three."})),
    row("thoughts are apart", ask("muser"),
        said({"role": "assistant", "content": containing("Forty-two!"), "thinking": containing("Let me see.")})),
    *(row(f"think {think!r}", ask("muser", think=think),
          said({"role": "assistant", "content": containing("Forty-two!"), "thinking": containing("Let me see.")}))
      for think in (True, "low", "medium", "high", "max")),
    row("think False", ask("muser", think=False), said({"role": "assistant", "content": containing("Just forty-two?")
                                                       })),
    row(
        "thoughts are streamed", ask("muser", stream=True),
        lines(many(PIECE, at_least=1),
              {**CHATTED, "message": {"role": "assistant", "content": ""}, "done_reason": "stop"})),
) + rows(
    "8.5",
    row("a model without a Go template keeps its thoughts in the answer",
        POST("/api/generate", {"model": "muser", "prompt": "hi", "stream": False}),
        ok(holding({"response": containing("<think>", "Let me see.", "</think>", "Forty-two!"), "done": True}))),
)
