"""6 Scheduling, load, unload: what is visible over HTTP."""

from conformance.rows import *

LOADED = {"model": str, "created_at": utc_time, "response": "", "done": True, "done_reason": "load"}
UNLOADED = {**LOADED, "done_reason": "unload"}
CHAT_LOADED = {
    "model": str, "created_at": utc_time, "message": {"role": "assistant", "content": ""}, "done": True,
    "done_reason": "load"
}
CHAT_UNLOADED = {**CHAT_LOADED, "done_reason": "unload"}
NO_TEXT = {"model": str, "created_at": utc_time, "response": str, "done": True, "done_reason": "length", ...: ...}


def generate(model="tiny", **fields):
    return POST("/api/generate", {"model": model, **fields})


def chat(model="tiny", **fields):
    return POST("/api/chat", {"model": model, **fields})


def running(*names):
    return ok({"models": [{"name": name, "model": name, ...: ...} for name in names]})


ROWS = rows(
    "6.2",
    row("generate: no prompt, keep_alive 0", generate(keep_alive=0), ok(UNLOADED)),
    row("generate: prompt null", generate(prompt=None, keep_alive=0), ok(UNLOADED)),
    row("generate: also when streaming", generate(prompt="", keep_alive="0s", stream=True), ok(UNLOADED)),
    row("chat: no messages, keep_alive 0", chat(keep_alive=0), ok(CHAT_UNLOADED)),
    row("chat: messages null", chat(messages=None, keep_alive="0"), ok(CHAT_UNLOADED)),
    row("chat: messages empty", chat(messages=[], keep_alive=0.0), ok(CHAT_UNLOADED)),
    row("nothing was loaded", generate("chatty", keep_alive=0), ok(UNLOADED), generate("chatty", keep_alive=0),
        ok(UNLOADED)),
    row("the model must be installed", generate("nope", keep_alive=0), refused(404, "model 'nope' not found")),
    row("skips the raw check", generate(raw=True, system="x", keep_alive=0), ok(UNLOADED)),
    row("skips the think check", generate(think=True, keep_alive=0), ok(UNLOADED)),
    row("skips the capability check", generate("embedder", keep_alive=0), ok(UNLOADED)),
    row("skips the options check", generate(options={"num_ctx": "x"}, keep_alive=0), ok(UNLOADED)),
    row("chat skips them too",
        chat("embedder", think=True, tools=[{"type": "function"}], options={"num_ctx": "x"}, keep_alive=0),
        ok(CHAT_UNLOADED)),
    row("takes the model out of ps", generate(), ok(LOADED), GET("/api/ps"), running("tiny:latest"),
        generate(keep_alive=0), ok(UNLOADED), GET("/api/ps"), ok({"models": [many(...)]}), server="lists"),
    row("a prompt with keep_alive 0 is answered",
        generate(prompt="x", stream=False, keep_alive=0, options={"num_predict": 1}), ok(NO_TEXT)),
    row("a negative zero", POST("/api/generate", b'{"model":"tiny","keep_alive":-0}'), ok(UNLOADED)),
    row("keep_alive -1 loads", generate(keep_alive=-1), ok(LOADED), generate(keep_alive="5m"), ok(LOADED)),
) + rows(
    "6.3",
    row("generate without a prompt", generate(), ok(LOADED)),
    row("generate ignores the rest",
        generate(prompt="", suffix="", images=[], system="s", format="xml", _debug_render_only=True), ok(LOADED)),
    row("chat without messages", chat(), ok(CHAT_LOADED)),
    row("chat with messages null", chat(messages=None), ok(CHAT_LOADED)),
    row("one object when streaming", generate(stream=True), ok(LOADED)),
    row("a blank is a prompt", generate(prompt=" ", stream=False, options={"num_predict": 1}), ok(NO_TEXT)),
    row("the capability is checked", generate("embedder"), refused(400, '"embedder" does not support generate')),
    row("the capability is checked by chat", chat("embedder"), refused(400, '"embedder" does not support chat')),
    row("a raw conflict is found", generate(raw=True, system="x"),
        refused(400, "raw mode does not support template, system, or context")),
    row("options are checked", generate(options={"num_ctx": "x"}),
        refused(500, 'option "num_ctx" must be of type integer')),
    row("think is checked", generate(think="low"), refused(400, '"tiny" does not support thinking')),
    row("it is in ps afterwards", generate(), ok(LOADED), GET("/api/ps"), running("tiny:latest"), server="lists"),
) + rows(
    "6.4",
    row("generate on an embedding model", generate("embedder", prompt="x"),
        refused(400, '"embedder" does not support generate')),
    row("chat on an embedding model", chat("embedder", messages=[{"role": "user", "content": "x"}]),
        refused(400, '"embedder" does not support chat')),
    row("the name as sent", generate("EMBEDDER:latest", prompt="x"),
        refused(400, '"EMBEDDER:latest" does not support generate')),
    row("completion among several", generate("embedder", prompt="x", suffix="y"),
        refused(400, '"embedder" does not support generate')),
    row("insert missing", generate(prompt="x", suffix="y"),
        refused(400, "registry.ollama.ai/library/tiny:latest does not support insert")),
    row("tools missing",
        chat(messages=[{"role": "user", "content": "x"}], tools=[{"type": "function", "function": {"name": "f"}}]),
        refused(400, "registry.ollama.ai/library/tiny:latest does not support tools")),
    row("tools missing when only loading", chat(tools=[{"type": "function", "function": {"name": "f"}}]),
        refused(400, "registry.ollama.ai/library/tiny:latest does not support tools")),
    row("think before the other capabilities", chat(think=True, tools=[{"type": "function"}]),
        refused(400, '"tiny" does not support thinking')),
    row("capabilities before options", generate("embedder", options={"num_ctx": "x"}),
        refused(400, '"embedder" does not support generate')),
    row("a file that no engine can load", generate("seer", prompt="x"), any_of(500)),
) + rows(
    "6.1",
    row(
        "keep_alive is kept", generate(keep_alive="1h"), ok(LOADED), generate(), ok(LOADED), GET("/api/ps"),
        ok({
            "models":
                [{"name": "tiny:latest", ...: ..., "expires_at": local_time, "size_vram": ..., "context_length": ...}]
        }), server="lists"),
    row(
        "for ever is far away", generate(keep_alive=-1), ok(LOADED), GET("/api/ps"),
        ok({
            "models": [{
                ...: ..., "expires_at": lambda time: local_time(time) and int(time[:4]) > 2200, "size_vram": ...,
                "context_length": ...
            }]
        }), generate(keep_alive="5m"), ok(LOADED), server="lists"),
    row("two names of one file share a runner", generate(), ok(LOADED),
        POST("/api/copy", {"source": "tiny", "destination": "twin"}), empty(200), generate("twin"), ok(LOADED),
        GET("/api/ps"), running("tiny:latest"), DELETE("/api/delete", {"model": "twin"}), empty(200), server="lists"),
) + rows(
    "6.6",
    row("num_ctx reloads", generate(options={"num_ctx": 64}), ok(LOADED), GET("/api/ps"),
        ok({"models": [{...: ..., "context_length": 64}]}), generate(options={"num_ctx": 128}), ok(LOADED),
        GET("/api/ps"), ok({"models": [{...: ..., "context_length": 128}]}), server="lists"),
    row("num_ctx has a floor", generate(options={"num_ctx": 1}), ok(LOADED), GET("/api/ps"),
        ok({"models": [{...: ..., "context_length": 4}]}), server="lists"),
    row("num_ctx has a ceiling", generate(options={"num_ctx": 100000}), ok(LOADED), GET("/api/ps"),
        ok({"models": [{...: ..., "context_length": 512}]}), server="lists"),
    row("sampling does not reload", generate(options={"num_ctx": 96}), ok(LOADED),
        generate(prompt="x", stream=False, options={"num_ctx": 96, "temperature": 0.1, "top_k": 3, "num_predict": 1}),
        ok(NO_TEXT), GET("/api/ps"), ok({"models": [{...: ..., "context_length": 96}]}), server="lists"),
)
