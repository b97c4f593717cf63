"""11 Environment variables that change API behaviour."""

from conformance.rows import *

LOAD = POST("/api/generate", {"model": "tiny"})
LOADED = ok({"model": "tiny", "created_at": utc_time, "response": "", "done": True, "done_reason": "load"})


def running(context_length, year):
    """One model in ps, with that much context, kept until a year that `year` is true for."""
    return ok({
        "models": [{
            "name": "tiny:latest", ...: ..., "expires_at": lambda time: year(int(time[:4])), "size_vram": int,
            "context_length": context_length
        }]
    })


def status(source):
    return ok({"cloud": {"disabled": True, "source": source}})


ROWS = rows(
    "11",
    row("OLLAMA_CONTEXT_LENGTH is the default of num_ctx, OLLAMA_KEEP_ALIVE -1 is for ever", LOAD, LOADED,
        GET("/api/ps"), running(64, lambda year: year > 2200), server="short context"),
    row("num_ctx of a request wins", POST("/api/generate", {"model": "tiny", "options": {"num_ctx": 32}}), LOADED,
        GET("/api/ps"), running(32, lambda year: year > 2200), server="short context"),
    row("keep_alive of a request wins", POST("/api/generate", {"model": "tiny", "keep_alive": "1m"}), LOADED,
        GET("/api/ps"), running(positive, lambda year: year < 2200),
        POST("/api/generate", {"model": "tiny", "keep_alive": -1}), LOADED, server="short context"),
    row("OLLAMA_KEEP_ALIVE 0 unloads at once", LOAD, LOADED, GET("/api/ps"), soon(ok({"models": []})),
        server="kept briefly"),
    row("what does not parse is the default", LOAD, LOADED, GET("/api/ps"), running(
        512, lambda year: year < 2200), server="bad numbers"),
    row("OLLAMA_NO_CLOUD False", GET("/api/status"), status("none"), server="cloud on by env"),
    row("OLLAMA_NO_CLOUD, any other word", GET("/api/status"), status("env"), server="cloud off by any word"),
    row("OLLAMA_HOST 0.0.0.0 switches the Host check off", GET("/api/version", {"Host": "evil.test"}), ok(...),
        server="any host"),
)
