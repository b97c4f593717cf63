"""5 Shared types: keep_alive, think, images, format, options, messages, tools, logprobs, metrics, details."""

from conformance.rows import *

SHOT = {"num_predict": 2, "temperature": 0}


def generate(model="tiny", **fields):
    return POST("/api/generate", {"model": model, "prompt": "hello", "stream": False, "options": SHOT, **fields})


def chat(model="tiny", **fields):
    return POST(
        "/api/chat",
        {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": False, "options": SHOT, **fields})


def load(**fields):
    """A request that only loads, so that nothing but its fields is looked at."""
    return POST("/api/generate", {"model": "tiny", **fields})


LOADED = ok({"model": str, "created_at": utc_time, "response": "", "done": True, "done_reason": "load"})
UNLOADED = ok({"model": str, "created_at": utc_time, "response": "", "done": True, "done_reason": "unload"})
ANSWERED = ok({"model": str, "created_at": utc_time, "response": str, "done": True, ...: ...})
CHATTED = ok({
    "model": str, "created_at": utc_time, "message": {"role": "assistant", "content": str, ...: ...}, "done": True,
    ...: ...
})

GOOD_KEEP_ALIVES = [
    None, 300, 0.5, 10, 1e3, -1, -0.5, "10s", "5m", "1h30m", "1.5h", "-1s", "-1m", "300ms", "2us", "3µs", "4μs", "+5m",
    "1h0m0.5s"
]
ZERO_KEEP_ALIVES = [0, 0.0, "0", "0s", "0h0m", "-0s", "+0"]
BAD_KEEP_ALIVES = [("10", 'time: missing unit in duration "10"'), ("-1", 'time: missing unit in duration "-1"'),
                   ("1.5", 'time: missing unit in duration "1.5"'), ("", 'time: invalid duration ""'),
                   ("abc", 'time: invalid duration "abc"'), ("-", 'time: invalid duration "-"'),
                   (".s", 'time: invalid duration ".s"'), ("5 m", 'time: unknown unit " m" in duration "5 m"'),
                   ("5x", 'time: unknown unit "x" in duration "5x"'), ("1d", 'time: unknown unit "d" in duration "1d"'),
                   ("5M", 'time: unknown unit "M" in duration "5M"'), ("9999999h", 'time: invalid duration "9999999h"'),
                   (" 5m", 'time: invalid duration " 5m"'), ("5m ", 'time: unknown unit "m " in duration "5m "'),
                   (True, "Unsupported type: 'bool'"), ([], "Unsupported type: '[]interface {}'"),
                   ({}, "Unsupported type: 'map[string]interface {}'"), ]

ROWS = rows(
    "5.1",
    *(row(f"keep_alive {value!r}", load(keep_alive=value), LOADED) for value in GOOD_KEEP_ALIVES),
    *(row(f"keep_alive {value!r} unloads", load(keep_alive=value), UNLOADED) for value in ZERO_KEEP_ALIVES),
    row("keep_alive -0.0 unloads", POST("/api/generate", b'{"model":"tiny","keep_alive":-0.0}'), UNLOADED),
    row("keep_alive 1e300 wraps to nothing", POST("/api/generate", b'{"model":"tiny","keep_alive":1e300}'),
        any_of(200)),
    *(row(f"keep_alive {value!r} is refused", load(keep_alive=value), refused(400, error))
      for value, error in BAD_KEEP_ALIVES),
    row("keep_alive to chat", POST("/api/chat", {"model": "tiny", "keep_alive": "10"}),
        refused(400, 'time: missing unit in duration "10"')),
)

BAD_THINK = 'invalid think value: "{}" (must be "high", "medium", "low", "max", true, or false)'
THINK_TYPE = 'think must be a boolean or string ("high", "medium", "low", "max", true, or false)'

ROWS += rows(
    "5.2",
    *(row(f"think {value!r} is refused", load(think=value), refused(400, BAD_THINK.format(value)))
      for value in ("", "High", "true", "xhigh", "none")),
    *(row(f"think {value!r} has the wrong type", load(think=value), refused(400, THINK_TYPE))
      for value in (1, 0, 1.5, [], {}, ["high"])), row("think null is unset", load(think=None), LOADED),
    row("think false is fine everywhere", load(think=False), LOADED),
    *(row(f"think {value!r} needs the capability", generate(think=value),
          refused(400, '"tiny" does not support thinking')) for value in (True, "low", "medium", "high", "max")),
    row("checked even when only loading", load(think=True), refused(400, '"tiny" does not support thinking')),
    row("checked by chat", chat(think=True), refused(400, '"tiny" does not support thinking')),
    row("checked by chat when only loading", POST("/api/chat", {"model": "tiny", "think": "high"}),
        refused(400, '"tiny" does not support thinking')),
    row("the model as sent", chat("Tiny:latest", think=True), refused(400, '"Tiny:latest" does not support thinking')),
    *(row(f"think {value!r} on a model that can", chat("thinker", think=value), CHATTED)
      for value in (True, False, "low", "medium", "high", "max", None)),
    row("a load with think on a model that can", POST("/api/generate", {"model": "thinker", "think": True}), LOADED),
    row("an error of think comes before the name's", POST("/api/generate", {"model": "nope", "think": "High"}),
        refused(400, BAD_THINK.format("High"))),
)

ROWS += rows(
    "5.3",
    *(row(f"images {value!r}", load(images=[value]), refused(400, f"illegal base64 data at input byte {position}"))
      for value, position in (("!", 0), ("data:image/png;base64,AAAA", 4), ("AAA", 0), ("AAAA====", 4), ("AA-_", 2),
                              ("AAAAA", 4), ("A", 0), ("AA=A", 2))),
    row("line breaks are skipped", load(images=["AA\nAA\r\n"]), LOADED),
    row("an empty image", load(images=[""]),
                                                                             LOADED),
    row("no images", load(images=[]), LOADED),
    row("in a message", chat(messages=[{"role": "user", "content": "x", "images": ["!"]}]),
        refused(400, "illegal base64 data at input byte 0")),
)

FORMAT_ERROR = 'invalid format: "{}"; expected "json" or a valid JSON Schema object'

ROWS += rows(
    "5.4",
    *(row(f"format {raw.decode()}",
          POST("/api/generate", b'{"model":"tiny","prompt":"x","stream":false,"format":' + raw + b"}"),
          refused(500, FORMAT_ERROR.format(quoted)))
      for raw, quoted in ((b'"xml"', r'\"xml\"'), (b"5", "5"), (b"[1, 2]", "[1, 2]"), (b"true", "true"),
                          (b'"JSON"', r'\"JSON\"'), (b'" json"', r'\" json\"'))),
    row("streaming: the first event", POST("/api/generate", {"model": "tiny", "prompt": "x", "format": "xml"}),
        refused(500, FORMAT_ERROR.format(r'\"xml\"'), PLAIN_JSON)),
    row("chat", chat(format="xml"), refused(500, FORMAT_ERROR.format(r'\"xml\"'))),
    *(row(f"format {value!r} is no format", generate(format=value), ANSWERED) for value in (None, "")),
    row("json", generate(format="json", options={"num_predict": 8, "seed": 1}), ANSWERED),
    row("a schema",
        generate(format={"type": "object", "properties": {"n": {"type": "integer"}}}, options={"num_predict": 8}),
        ANSWERED), row("an empty schema", generate(format={}, options={"num_predict": 8}), ANSWERED),
    row("a load does not look at it", load(format="xml"), LOADED),
)

INT_OPTIONS = [
    "num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "draft_num_predict", "num_keep", "seed", "num_predict",
    "top_k", "repeat_last_n"
]
FLOAT_OPTIONS = [
    "top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty"
]

ROWS += rows(
    "5.5",
    *(row(f"{name}: a text", load(options={name: "1"}), refused(500, f'option "{name}" must be of type integer'))
      for name in INT_OPTIONS),
    *(row(f"{name}: a text", load(options={name: "1"}), refused(500, f'option "{name}" must be of type float32'))
      for name in FLOAT_OPTIONS),
    row("num_ctx: true", load(options={"num_ctx": True}), refused(500, 'option "num_ctx" must be of type integer')),
    row("temperature: a list", load(options={"temperature": [1]}),
        refused(500, 'option "temperature" must be of type float32')),
    row("use_mmap: a number", load(options={"use_mmap": 1}), refused(500, 'option "use_mmap" must be of type boolean')),
    row("use_mmap: a text", load(options={"use_mmap": "yes"}), refused(500,
                                                                       'option "use_mmap" must be of type boolean')),
    row("stop: a text", load(options={"stop": "x"}), refused(500, 'option "stop" must be of type array')),
    row("stop: a number inside", load(options={"stop": ["x", 1]}),
        refused(500, 'option "stop" must be of an array of strings')),
    row("chat: the same", POST("/api/chat", {"model": "tiny", "options": {"top_k": "x"}}),
        refused(500, 'option "top_k" must be of type integer')),
    *(row(f"{name} is ignored", load(options={name: "anything"}), LOADED)
      for name in ("mirostat", "numa", "penalize_newline", "low_vram", "f16_kv", "vocab_only", "use_mlock",
                   "logits_all", "whatever")),
    *(row(f"{name}: null keeps the default", load(options={name: None}), LOADED)
      for name in ("num_ctx", "temperature", "stop", "use_mmap", "main_gpu")),
    row(
        "integers given as fractions are cut", generate(options={"num_predict": 3.9, "temperature": 0}),
        ok({
            "model": "tiny", "created_at": ..., "response": ..., "done": True, "done_reason": "length", ...: ...,
            "eval_count": 3, "eval_duration": ...
        })), row("an empty object", load(options={}), LOADED), row("null", load(options=None), LOADED),
    row("option names have a case", load(options={"NUM_CTX": "x"}), LOADED),
    row("errors come after the model was found", POST("/api/generate", {"model": "nope", "options": {"num_ctx": "x"}}),
        refused(404, "model 'nope' not found")),
    row("errors come after the capabilities", generate(suffix="x", options={"num_ctx": "x"}),
        refused(400, "registry.ollama.ai/library/tiny:latest does not support insert")),
    row("num_ctx below its floor", load(options={"num_ctx": 1}), LOADED),
)

ROWS += rows(
    "5.6",
    *(row(f"role {role!r}", chat(messages=[{"role": role, "content": "hi"}]), CHATTED)
      for role in ("user", "USER", "system", "robot", "", "tool")),
    row("no role", chat(messages=[{"content": "hi"}]), CHATTED),
    row("no content", chat(messages=[{"role": "user"}]), CHATTED),
    row("content null", chat(messages=[{"role": "user", "content": None}]), CHATTED),
    row("unknown keys", chat(messages=[{"role": "user", "content": "hi", "name": "me", "refusal": None}]), CHATTED),
    row(
        "every key",
        chat(messages=[{"role": "user", "content": "hi"}, {
            "role": "assistant", "content": "", "thinking": "hm",
            "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": {}}}]
        }, {"role": "tool", "content": "1", "tool_name": "f", "tool_call_id": "a"}]), CHATTED),
    row("an answer has role and content only", chat(),
        ok({"model": ..., "created_at": ..., "message": {"role": "assistant", "content": str}, ...: ...})),
)

TOOL = {
    "type": "function", "function": {
        "name": "get_weather", "description": "The weather", "parameters": {
            "type": "object", "required": ["city"], "properties": {
                "city": {"type": "string", "description": "A <city>", "default": "x"},
                "unit": {"type": ["string"], "enum": ["C", "F"], "format": "y"}
            }
        }
    }
}
WRITTEN_TOOL = (
    '[{"type": "function", "function": {"name": "get_weather", "description": "The weather", "parameters": '
    '{"type": "object", "required": ["city"], "properties": {"city": {"type": "string", "description": "A <city>"}, '
    '"unit": {"type": "string", "enum": ["C", "F"]}}}}}]')


def rendered(*parts):
    return ok({
        "model": str, "created_at": utc_time, "message": {"role": "", "content": ""}, "done": False,
        "_debug_info": {"rendered_template": containing(*parts), "image_count?": int}
    })


ROWS += rows(
    "5.7",
    row("tools need the capability", chat(tools=[TOOL]),
        refused(400, "registry.ollama.ai/library/tiny:latest does not support tools")),
    row("an empty list is no tools", chat(tools=[]), CHATTED),
    row("tools null", chat(tools=None), CHATTED),
    row("what a template sees: order kept, other keywords dropped", chat("tooler",
                                                                         tools=[TOOL], _debug_render_only=True),
        rendered(WRITTEN_TOOL)),
)

LOOKS_LIKE = "Value looks like object, but can't find closing '}' symbol"


def called(arguments):
    return chat(messages=[{"role": "user", "content": "x"}, {
        "role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]
    }, {"role": "tool", "content": "1"}])


ROWS += rows(
    "5.8",
    row("arguments as a text", called('{"a":1}'), refused(400, LOOKS_LIKE)),
    row("arguments as an object", called({"a": 1}), CHATTED),
    row("arguments null", called(None), CHATTED),
    row(
        "extra keys",
        chat(messages=[{
            "role": "assistant",
            "tool_calls": [{"id": "x", "type": "function", "function": {"index": 0, "name": "f", "arguments": {}}}]
        }, {"role": "user", "content": "x"}]), CHATTED),
    row(
        "no arguments",
        chat(messages=[{"role": "assistant", "tool_calls": [{"function": {"name": "f"}}]},
                       {"role": "user", "content": "x"}]), CHATTED),
)

RANGE = refused(400, "top_logprobs must be between 0 and 20")
LOGPROB = {"token": str, "logprob": lambda p: p <= 0, "bytes?": [many(int)]}
FULL_LOGPROB = {**LOGPROB, "top_logprobs": [LOGPROB, LOGPROB]}

ROWS += rows(
    "5.9",
    *(row(f"top_logprobs {value}", load(top_logprobs=value), RANGE) for value in (-1, 21, 1000)),
    *(row(f"top_logprobs {value}", load(top_logprobs=value), LOADED) for value in (0, 20)),
    row("checked before the name", POST("/api/generate", {"model": "", "top_logprobs": 21}), RANGE),
    row("checked by chat before the name", POST("/api/chat", {"model": "", "top_logprobs": 21}), RANGE),
    row(
        "absent unless asked for", generate(top_logprobs=3),
        ok({
            "model": ..., "created_at": ..., "response": ..., "done": ..., "done_reason": ..., "context": ...,
            "total_duration": ..., "load_duration": ..., "prompt_eval_count": ..., "prompt_eval_duration": ...,
            "eval_count": ..., "eval_duration": ...
        })),
    row("generate: last in the object", generate(logprobs=True),
        ok({"model": ..., ...: ..., "eval_duration": positive, "logprobs": [many(LOGPROB, at_least=1)]})),
    row(
        "chat: before the metrics", chat(logprobs=True),
        ok({
            "model": ..., "created_at": ..., "message": ..., "done": True, "done_reason": str,
            "logprobs": [many(LOGPROB, at_least=1)], "total_duration": positive, ...: ...
        })),
    row("alternatives", generate(logprobs=True, top_logprobs=2),
        ok({"model": ..., ...: ..., "logprobs": [many(FULL_LOGPROB, at_least=1)]})),
    row(
        "on each streamed object", generate(logprobs=True, stream=True),
        lines(
            many(
                {
                    "model": ..., "created_at": ..., "response": str, "done": False,
                    "logprobs": [many(LOGPROB, at_least=1)]
                }, at_least=1),
            {"model": ..., "created_at": ..., "response": "", "done": True, ...: ..., "eval_duration": ...})),
)

METRICS = {
    "total_duration": positive, "load_duration": positive, "prompt_eval_count": positive,
    "prompt_eval_duration": positive, "eval_count": positive, "eval_duration": positive
}

ROWS += rows(
    "5.10",
    row(
        "generate", generate(),
        ok({
            "model": ..., "created_at": ..., "response": ..., "done": True, "done_reason": str,
            "context": [many(int, at_least=1)], **METRICS
        })),
    row(
        "generate, streamed: the final object only", generate(stream=True),
        lines(many({"model": ..., "created_at": ..., "response": str, "done": False}), {
            "model": ..., "created_at": ..., "response": "", "done": True, "done_reason": str, "context": list,
            **METRICS
        })),
    row("chat", chat(),
        ok({"model": ..., "created_at": ..., "message": ..., "done": True, "done_reason": str, **METRICS})),
    row(
        "chat, streamed", chat(stream=True),
        lines(
            many({"model": ..., "created_at": ..., "message": {"role": "assistant", "content": str}, "done": False}), {
                "model": ..., "created_at": ..., "message": {"role": "assistant", "content": ""}, "done": True,
                "done_reason": str, **METRICS
            })), row("a load has none", load(), LOADED),
    row(
        "cached prompt tokens count", generate(),
        ok({
            ...: ..., "prompt_eval_count": positive, "prompt_eval_duration": positive, "eval_count": ...,
            "eval_duration": ...
        }), generate(),
        ok({
            ...: ..., "prompt_eval_count": positive, "prompt_eval_duration": positive, "eval_count": ...,
            "eval_duration": ...
        })),
)

DETAILS = {
    "parent_model": str, "format": "gguf", "family": "llama", "families": ["llama"], "parameter_size": str,
    "quantization_level": "unknown"
}
LISTED = {**DETAILS, "quantization_level": "F32", "context_length": 512, "embedding_length": 64}

ROWS += rows(
    "5.11",
    row("show", POST("/api/show", {"model": "tiny"}),
        ok({...: ..., "details": DETAILS, "model_info": ..., "tensors": ..., "capabilities": ..., "modified_at": ...})),
    row("tags adds two", GET("/api/tags"),
        ok({"models": [{...: ..., "details": LISTED, "capabilities": ["completion"]},
                       many(...)]}), server="lists"),
    row(
        "ps", POST("/api/generate", {"model": "tiny"}), ok(...), GET("/api/ps"),
        ok({
            "models": [{
                "name": "tiny:latest", ...: ..., "details": DETAILS, "expires_at": ..., "size_vram": ...,
                "context_length": ...
            }]
        }), server="lists"),
)
