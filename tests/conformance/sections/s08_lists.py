"""8.1 to 8.3, 8.14, 8.15: version and status, lists, accounts, experimental routes."""

import re

from conformance.rows import *

ENTRY = {
    "name": str, "model": str, "remote_model?": str, "remote_host?": str, "modified_at": local_time, "size": positive,
    "digest": hex_digest, "details": {
        "parent_model": str, "format": str, "family": str, "families": ..., "parameter_size": str,
        "quantization_level": str, "context_length?": positive, "embedding_length?": positive
    }, "capabilities?": [many(str)]
}
RUNNING = {
    "name": str, "model": str, "size": positive, "digest": hex_digest, "details": {
        "parent_model": str, "format": str, "family": str, "families": ..., "parameter_size": str,
        "quantization_level": str
    }, "expires_at": local_time, "size_vram": int, "context_length": positive
}


def newest_first(models):
    seconds = [dict(model)["modified_at"][:len("2026-01-01T00:00:00")] for model in models]
    return len(seconds) > 8 and seconds == sorted(seconds, reverse=True)


ROWS = rows(
    "8.1",
    row("the banner", GET("/"), Expected(200, "text/plain; charset=utf-8", b"Ollama is running")),
    row("version", GET("/api/version"),
        ok({"version": re.compile(r"\d+\.\d+\.\d+"), "corral_version": re.compile(r"\d+\.\d+\.\d+")})),
    row("HEAD version", HEAD("/api/version"), Expected(200, JSON, ...)),
    row("status: nobody switched the cloud off, there is none", GET("/api/status"),
        ok({"cloud": {"disabled": True, "source": "none"}})),
    *(row(f"status: switched off by {name}", GET("/api/status"), ok({"cloud": {"disabled": True, "source": source}}),
          server=f"cloud off by {name}") for name, source in (("env", "env"), ("file", "config"), ("both", "both"))),
) + rows(
    "8.2",
    row("an empty list", GET("/api/tags"), Expected(200, JSON, b'{"models":[]}'), server="empty"),
    row("every entry", GET("/api/tags"), ok({"models": [many(ENTRY, at_least=8)]})),
    row("HEAD", HEAD("/api/tags"), probed(200, JSON, 13), server="empty"),
    row("the newest are first", POST("/api/copy", {"source": "tiny", "destination": "newest"}), empty(200),
        GET("/api/tags"), ok({"models": newest_first}), DELETE("/api/delete", {"model": "newest"}), empty(200)),
    row("an embedding model", GET("/api/tags"),
        ok({"models": some(holding({"name": "embedder:latest", "capabilities": ["embedding"]}))})),
) + rows(
    "8.3",
    row("an empty list", GET("/api/ps"), Expected(200, JSON, b'{"models":[]}'), server="empty"),
    row("an entry", POST("/api/generate", {"model": "tiny"}), ok(...), GET("/api/ps"),
        ok({"models": [many(RUNNING, at_least=1)]})),
    row("the effective context", POST("/api/generate", {"model": "tiny"}), ok(...), GET("/api/ps"),
        ok({"models": [{**RUNNING, "context_length": 512}]}), server="cloud off by env"),
    row("without a graphics card", POST("/api/generate", {"model": "tiny", "options": {"num_gpu": 0}}), ok(...),
        GET("/api/ps"), ok({"models": [{**RUNNING, "size_vram": 0}]}), server="cloud off by env"),
)

ROWS += rows(
    "8.14",
    row("nobody is signed in", POST("/api/me"), refused(503, "account unavailable")),
    row("the body is ignored", POST("/api/me", b"{"), refused(503, "account unavailable")),
    row("signing out", POST("/api/signout"), refused(401, "you are not currently signed in")),
    row("signing out, the old way", DELETE("/api/user/keys/abc"), refused(401, "you are not currently signed in")),
) + rows(
    "8.15",
    row("web search without a body", POST("/api/experimental/web_search", b" "), refused(400, "missing request body")),
    row("web search", POST("/api/experimental/web_search", {"query": "x"}),
        refused(403, "ollama cloud is disabled: web search is unavailable")),
    row("web fetch without a body", POST("/api/experimental/web_fetch"), refused(400, "missing request body")),
    row("web fetch", POST("/api/experimental/web_fetch", {"url": "x"}),
        refused(403, "ollama cloud is disabled: web fetch is unavailable")),
    row("recommendations", GET("/api/experimental/model-recommendations"),
        ok({"recommendations": [many({"model": str, "description": str, "vram_bytes": positive}, at_least=1)]})),
)
