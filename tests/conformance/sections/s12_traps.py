"""12 Traps: the surprises that clients depend on, by number; many are in the sections before in full."""

import re

from conformance.rows import *

SHOT = {"num_predict": 3, "temperature": 0}
USER = {"role": "user", "content": "hi"}


def generate(model="tiny", **fields):
    return POST("/api/generate", {"model": model, "prompt": "hello", "options": SHOT, **fields})


def chat(model="tiny", **fields):
    return POST("/api/chat", {"model": model, "messages": [USER], "options": SHOT, **fields})


STREAM = lines(many({"model": str, "created_at": utc_time, "response": str, "done": False}),
               {"model": str, "created_at": utc_time, "response": "", "done": True, ...: ...},
              )
LOADED = ok({"model": str, "created_at": utc_time, "response": "", "done": True, "done_reason": "load"})
UNLOADED = ok({"model": str, "created_at": utc_time, "response": "", "done": True, "done_reason": "unload"})
ANSWERED = ok({"model": str, "created_at": utc_time, "response": str, "done": True, ...: ...})
CHATTED = ok({
    "model": str, "created_at": utc_time, "message": {"role": "assistant", "content": str, ...: ...}, "done": True,
    ...: ...,
})

ROWS = [
    rule("12.1", "generate streams unless told otherwise", generate(), STREAM),
    rule("12.2", "a load is one object although it streams", POST("/api/generate", {"model": "tiny", "stream": True}),
         LOADED),
    rule("12.3", "a first event that fails has its status", generate(format="xml"),
         refused(500, containing("invalid format"), PLAIN_JSON)),
    rule("12.3", "a later one is a line under 200", POST("/api/push", {"model": "me/nope"}),
         lines({"status": str}, {"status": str}, {"error": str})),
    rule("12.4", "a stream ends with done", generate(), STREAM),
    rule("12.4", "progress ends with success", POST("/api/create", {"model": "trap", "from": "tiny"}),
         lines(many(...), {"status": "success"})),
    rule("12.6", "blanks are no body", POST("/api/generate", b" \n"), refused(400, "missing request body")),
    rule("12.6", "null is a request", POST("/api/show", b"null"), refused(400, "model is required")),
    rule("12.6", "{} is a request", POST("/api/generate", b"{}"), refused(404, "model '' not found")),
    rule("12.7", "garbage behind, capitals, unknown keys, any type",
         request("POST", "/api/show", b'{"NAME":"tiny","x":[]}garbage', {"Content-Type": "image/png"}),
         ok({"modelfile": str, ...: ...})),
    rule("12.8", "generate", generate("nope"), refused(404, "model 'nope' not found")),
    rule("12.8", "show", POST("/api/show", {"model": "nope"}), refused(404, "model 'nope:latest' not found")),
    rule("12.8", "copy", POST("/api/copy", {"source": "nope", "destination": "x"}),
         refused(404, 'model "nope" not found')),
    rule("12.9", "an empty name is 404 on generate", generate(""), refused(404, "model '' not found")),
    rule("12.9", "and 400 on chat", chat(""), refused(400, "model is required")),
    rule("12.10", "a bad option is 500", generate(options={"top_k": "x"}),
         refused(500, 'option "top_k" must be of type integer')),
    rule("12.10", "a bad format is 500", generate(format=5), refused(500, containing("invalid format"), PLAIN_JSON)),
    rule("12.10", "unknown options are ignored", generate(options={"nope": 1, **SHOT}), STREAM),
    *(rule("12.11", f"keep_alive {value!r} loads", POST("/api/generate", {"model": "tiny", "keep_alive": value}), LOADED)
      for value in (10, "10s", -1, "-1s", "-1m")),
    *(rule("12.11", f"keep_alive {value!r} is not", POST("/api/generate", {"model": "tiny", "keep_alive": value}),
           refused(400, f'time: missing unit in duration "{value}"'))
      for value in ("10", "-1")),
    rule("12.13", "thinking that cannot be is found before loading",
         POST("/api/generate", {"model": "tiny", "think": True}), refused(400, '"tiny" does not support thinking')),
    rule("12.14", "think has a case", POST("/api/generate", {"model": "tiny", "think": "Low"}),
         refused(400, containing('"Low"'))),
    rule("12.14", "think null is unset", POST("/api/generate", {"model": "tiny", "think": None}), LOADED),
    rule("12.15", "a blank is a prompt", generate(prompt=" ", stream=False), ANSWERED),
    rule("12.15", "nothing is a load", generate(prompt=""), LOADED),
    rule("12.17", "generate: logprobs behind the metrics", generate(logprobs=True, stream=False),
         ok({...: ..., "eval_duration": positive, "logprobs": list})),
    rule("12.17", "chat: logprobs before the metrics", chat(logprobs=True, stream=False),
         ok(holding({"logprobs": list, "total_duration": positive, "eval_duration": positive}))),
    rule("12.18", "an overflow names context and exceed",
         generate(prompt="word " * 300, truncate=False, stream=False, options={**SHOT, "num_ctx": 64}),
         refused(400, containing("context", "exceed"))),
    rule("12.19", "cached prompts count", generate(stream=False), ANSWERED, generate(stream=False),
         ok(holding({"load_duration": positive, "prompt_eval_count": positive}))),
    rule("12.20", "num_predict 0 of chat is one token", chat("chatty", stream=False, options={"num_predict": 0}),
         ok(holding({"done_reason": "length", "eval_count": 1}))),
    rule("12.21", "generation goes past the context",
         generate(stream=False, options={"num_ctx": 32, "num_predict": 60, "temperature": 0}), ANSWERED),
    rule("12.22", "the same again does not reload", generate(stream=False), ANSWERED,
         generate(stream=False, options={**SHOT, "top_k": 7}), ANSWERED),
    rule("12.24", "content is a text", chat(messages=[{"role": "user", "content": [{"type": "text", "text": "x"}]}]),
         refused(400, "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string")),
    rule("12.24", "arguments are an object",
         chat(messages=[{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]),
         refused(400, "Value looks like object, but can't find closing '}' symbol")),
    rule("12.26", "no tools need no capability", chat(tools=[], stream=False), CHATTED),
    rule("12.28", "generate without a template sends the prompt", generate(_debug_render_only=True),
         ok({...: ..., "_debug_info": {"rendered_template": "hello"}})),
    rule("12.28", "chat without a template takes the engine's", chat(_debug_render_only=True),
         ok({...: ..., "_debug_info": {"rendered_template": containing("hi")}})),
    rule("12.31", "copy is empty", POST("/api/copy", {"source": "tiny", "destination": "tiny"}), empty(200)),
    rule("12.32", "copy of an unknown model onto itself", POST("/api/copy", {"source": "nope", "destination": "nope"}),
         empty(200)),
    rule("12.33", "show takes name", POST("/api/show", {"model": "", "name": "tiny"}), ok({"modelfile": str,
                                                                                           ...: ...})),
    rule("12.33", "generate does not", POST("/api/generate", {"name": "tiny"}), refused(404, "model '' not found")),
    rule("12.34", "tensors without verbose, arrays null", POST("/api/show", {"model": "tiny"}),
         ok(holding({"model_info": holding({"tokenizer.ggml.tokens": None}), "tensors": list}))),
    rule(
        "12.35", "parameters and modelfile quote differently", POST("/api/show", {"model": "dressed"}),
        ok({
            "license": str, "modelfile": containing("PARAMETER stop <|im_end|>"), "parameters": containing(
                '"<|im_end|>"', "1.048576e+06"), ...: ...,
        })),
    rule("12.36", "digests of tags are bare", GET("/api/tags"), ok({"models": [many(holding(
        {"digest": hex_digest}))]})),
    rule("12.36", "those of progress are not", POST("/api/create", {"model": "trap", "from": "tiny"}),
         lines({"status": re.compile("using existing layer sha256:[0-9a-f]{64}")}, many(...))),
    rule("12.37", "modified_at is local, created_at UTC", POST("/api/show", {"model": "tiny"}),
         ok({...: ..., "modified_at": local_time}), generate(stream=False), ANSWERED),
    rule("12.40", "names that differ in case are one", POST("/api/copy", {"source": "tiny", "destination": "Capital"}),
         empty(200), POST("/api/copy", {"source": "tiny", "destination": "cApItAl"}), empty(200),
         DELETE("/api/delete", {"model": "capital"}), empty(200), DELETE("/api/delete", {"model": "Capital"}),
         any_of(404)),
    rule("12.41", "the heartbeat", HEAD("/"), probed(200, "text/plain; charset=utf-8", 17)),
    *(rule("12.41", f"HEAD {path}", HEAD(path), Expected(200, JSON, ...)) for path in ("/api/version", "/api/tags")),
    rule("12.41", "HEAD elsewhere", HEAD("/api/status"), probed(405, "text/plain", 22)),
    rule("12.42", "a browser's null origin", request("GET", "/api/tags", headers={"Origin": "null"}), empty(403)),
    rule("12.42", "a rebound host", GET("/api/tags", {"Host": "attacker.test:11434"}), empty(403)),
    rule("12.45", "a known blob is answered before its body is read",
         POST("/api/blobs/sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", b"hello"),
         any_of(200, 201),
         POST("/api/blobs/sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", b"x" * 4000000),
         empty(200)),
    rule("12.46", "a wrong digest stores all the same", POST("/api/blobs/sha256:" + "1" * 64, b"trap"), any_of(400),
         HEAD("/api/blobs/sha256:11ba65852271cd24c56c865a9635b90616326949ff2bf6cd07eacaf788bad320"), empty(200)),
    rule("12.47", "ps answers at once", GET("/api/ps"), Expected(200, JSON, b'{"models":[]}'), server="empty"),
    rule(
        "12.48", "a conversation with tools",
        chat(
            stream=False, messages=[{"role": "system", "content": "x"}, {
                "role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]
            }, {"role": "tool", "content": "1", "tool_name": "f"}, USER, ]), CHATTED),
    rule("12.49", "roles are lower-cased",
         chat("chatty", messages=[{"role": "User", "content": "hi"}], _debug_render_only=True),
         ok({...: ..., "_debug_info": {"rendered_template": "<|user|>hi\n<|assistant|>"}})),
    rule("12.49", "unknown roles are not refused", chat(messages=[{"role": "wizard", "content": "hi"}], stream=False),
         CHATTED),
    rule("12.50", "markup is escaped", generate(prompt="<a href='x'>&amp;", _debug_render_only=True),
         ok({...: ..., "_debug_info": {"rendered_template": "<a href='x'>&amp;"}})),
]
