"""7 Generation contract: truncation, num_predict, shift, stop, rendering."""

from conformance.rows import *

SHOT = {"num_predict": 4, "temperature": 0}
LONG = "word " * 200


def generate(model="tiny", prompt="hello", **fields):
    return POST("/api/generate", {"model": model, "prompt": prompt, "stream": False, "options": SHOT, **fields})


def chat(model="chatty", messages=None, **fields):
    messages = messages or [{"role": "user", "content": "hi"}]
    return POST("/api/chat", {"model": model, "messages": messages, "stream": False, "options": SHOT, **fields})


def answered(done_reason=str, **metrics):
    """A generate answer; metrics in their order."""
    tail = {
        name: metrics.get(name, ...) for name in ("total_duration", "load_duration", "prompt_eval_count",
                                                 "prompt_eval_duration", "eval_count", "eval_duration")
    }
    return ok({
        "model": ..., "created_at": ..., "response": str, "done": True, "done_reason": done_reason, "context?": ...,
        **tail, "prompt_tokens_dropped?": positive
    })


def chatted(done_reason=str, **metrics):
    tail = {
        name: metrics.get(name, ...) for name in ("total_duration", "load_duration", "prompt_eval_count",
                                                 "prompt_eval_duration", "eval_count", "eval_duration")
    }
    return ok({
        "model": ..., "created_at": ..., "message": {"role": "assistant", "content": str}, "done": True,
        "done_reason": done_reason, **tail, "prompt_tokens_dropped?": positive
    })


def rendered(prompt):
    return ok({
        "model": str, "created_at": utc_time, "response": "", "done": False,
        "_debug_info": {"rendered_template": prompt}
    })


def chat_rendered(prompt):
    return ok({
        "model": str, "created_at": utc_time, "message": {"role": "", "content": ""}, "done": False,
        "_debug_info": {"rendered_template": prompt}
    })


TOO_LONG = (
    "the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the "
    "context length in settings, or use a model with a longer context length")
USER = {"role": "user", "content": "hi"}

ROWS = rows(
    "7.1",
    row("without any template generate sends the prompt", generate(_debug_render_only=True), rendered("hello")),
    row("the file's template renders generate", generate("chatty", _debug_render_only=True),
        rendered("<|user|>hello\n<|assistant|>")),
    row("the file's template renders chat", chat(_debug_render_only=True), chat_rendered("<|user|>hi\n<|assistant|>")),
    row("generate and chat render alike", generate("chatty", "hi", _debug_render_only=True),
        rendered("<|user|>hi\n<|assistant|>")),
    row("the debug reply is one object when streaming", generate(_debug_render_only=True,
                                                                 stream=True), rendered("hello")),
    row("raw", generate("chatty", "<|x|>", raw=True, _debug_render_only=True), rendered("<|x|>")),
) + rows(
    "7.2",
    row("system of the request", generate("chatty", system="Be brief.", _debug_render_only=True),
        rendered("<|system|>Be brief.\n<|user|>hello\n<|assistant|>")),
    row("an empty system is the model's", generate("chatty", system="", _debug_render_only=True),
        rendered("<|user|>hello\n<|assistant|>")),
    row(
        "a conversation",
        chat(messages=[{"role": "system", "content": "S"}, USER, {"role": "assistant", "content": "A"}, USER],
             _debug_render_only=True),
        chat_rendered("<|system|>S\n<|user|>hi\n<|assistant|>A\n<|user|>hi\n<|assistant|>")),
    row("roles are lower-cased", chat(messages=[{"role": "USER", "content": "hi"}], _debug_render_only=True),
        chat_rendered("<|user|>hi\n<|assistant|>")),
    row(
        "stored messages come first",
        POST(
            "/api/create", {
                "model": "stored", "from": "chatty", "stream": False, "system": "S",
                "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
            }), any_of(200), generate("stored", _debug_render_only=True),
        rendered("<|system|>S\n<|user|>q\n<|assistant|>a\n<|user|>hello\n<|assistant|>"),
        chat("stored", _debug_render_only=True),
        chat_rendered("<|system|>S\n<|user|>q\n<|assistant|>a\n<|user|>hi\n<|assistant|>"),
        chat("stored", [{"role": "system", "content": "T"}, USER], _debug_render_only=True),
        chat_rendered("<|user|>q\n<|assistant|>a\n<|system|>T\n<|user|>hi\n<|assistant|>"),
        generate("stored", context=[], _debug_render_only=True), rendered("<|system|>S\n<|user|>hello\n<|assistant|>")),
    row("a prompt that does not fit is cut", generate(prompt=LONG, options={**SHOT, "num_ctx": 64}),
        answered(prompt_eval_count=lambda n: n < 64)),
    row("what was dropped is told", generate(prompt=LONG, options={**SHOT, "num_ctx": 64}),
        ok({"model": ..., ...: ..., "eval_duration": ..., "prompt_tokens_dropped": positive})),
    row("it is refused without shift", generate(prompt=LONG, shift=False, options={**SHOT, "num_ctx": 64}),
        refused(400, TOO_LONG)),
    row("it is refused without shift, streaming",
        generate(prompt=LONG, shift=False, stream=True, options={**SHOT, "num_ctx": 64}),
        refused(400, TOO_LONG, PLAIN_JSON)),
    row("it is refused without truncate", generate(prompt=LONG, truncate=False, options={**SHOT, "num_ctx": 64}),
        refused(400, containing("context", "exceed"))),
    row(
        "old messages are dropped",
        chat(messages=[{"role": "user", "content": f"message {n} " * 5} for n in range(20)],
             options={**SHOT, "num_ctx": 200}), chatted(prompt_eval_count=lambda n: n <= 200)),
    row("the last message is kept, also when too long",
        chat(messages=[USER, {"role": "user", "content": LONG}], options={**SHOT, "num_ctx": 64}), any_of(200, 400)),
) + rows(
    "7.3",
    row("num_predict n", generate(options={"num_predict": 5, "temperature": 0}), answered(
        "length", eval_count=5)),
    row("num_predict 1", generate(options={"num_predict": 1}), answered("length", eval_count=1)),
    row("num_predict -1 ends at ten contexts",
        generate(options={"num_predict": -1, "num_ctx": 16, "temperature": 0, "stop": []}),
        answered(eval_count=lambda n: n <= 160)),
    row("num_predict 0 of chat is one token", chat(options={"num_predict": 0}), chatted("length", eval_count=1)),
    row("num_predict above the limit", generate(options={"num_predict": 100000, "num_ctx": 16, "temperature": 0}),
        answered(eval_count=lambda n: n <= 160)),
) + rows(
    "7.4",
    row("with shift it goes on past the context",
        generate(options={"num_ctx": 32, "num_predict": 80, "temperature": 0}), answered(eval_count=positive)),
    row("without it ends there", generate(shift=False, options={"num_ctx": 32, "num_predict": 80, "temperature": 0}),
        answered(eval_count=lambda n: n <= 32)),
) + rows(
    "7.5",
    row("stop strings end it", generate(options={**SHOT, "num_predict": 50, "stop": ["a", "e", "i", "o", "u"]}),
        answered("stop")),
    row("an empty list clears them", generate(options={**SHOT, "stop": []}), answered("length", eval_count=4)),
) + rows(
    "7.9",
    row("an image to a model without eyes, generate", generate(images=["aGVsbG8="]),
        refused(400, containing("Multimodal data provided"))),
    row("an image to a model without eyes, chat", chat(messages=[{**USER, "images": ["aGVsbG8="]}]),
        refused(500, containing("image"))),
)
