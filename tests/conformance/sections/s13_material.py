"""13 Conformance material: content-addressed blobs, and the smoke sequence."""

from conformance import gguf_file
from conformance.rows import *

SYSTEM = "sha256:f29e82a8284dbdf5910b1555580ff60b04238b8da9d5e51159ada67a4d0d5851"
CONFIG = "sha256:99759ad5b91e723db0393d698ffbb448b1b7df5ff6377a108c49254583b1bc8c"
PARAMETERS = "sha256:1d0ad71299d48c2fb7ae2b98e683643e771f8a5b72be34942af90d97a91c1e37"
MERGED = "sha256:e29a7b3c47287a2489c895d21fe413c20f859a85d20e749492f52a838e36e1ba"
REPLACED = "sha256:12f58bb75cb3042d69a7e013ab87fb3c3c7088f50ddc62f0c77bd332f0d44d35"
MESSAGES = "sha256:298baeaf6928a60cf666d88d64a1ba606feb43a2865687c39e40652e407bffc4"
GGUF = "sha256:89a2116c3a82d6a97f59f748d86ed4417214353fd178ee54df418fde32495fad"
EMPTY_GGUF = gguf_file.without_tensors("test")
STORED = empty(200)
CREATED = ok({"status": "success"}, PLAIN_JSON)


def create(model, **fields):
    return POST("/api/create", {"model": model, "stream": False, **fields})


def stored(digest):
    return (HEAD("/api/blobs/" + digest), STORED)


BASE = (POST("/api/blobs/" + GGUF, EMPTY_GGUF), any_of(200, 201), create("test", files={"test.gguf": GGUF}), CREATED)

ROWS = rows(
    "13.2",
    row("the empty GGUF", *BASE, *stored(GGUF)),
    row("the config", *BASE, *stored(CONFIG)),
    row("a system text", *BASE, create("test", **{"from": "test"}, system="Say hi!"), CREATED, *stored(SYSTEM)),
    row(
        "parameters", *BASE,
        create("tuned", **{"from": "test"}, parameters={"temperature": 1, "top_k": 10, "stop": ["USER:", "ASSISTANT:"]
                                                       }), CREATED, *stored(PARAMETERS)),
    row(
        "parameters inherited and overridden", *BASE,
        create("tuned", **{"from": "test"}, parameters={"temperature": 1, "top_k": 10, "stop": ["USER:", "ASSISTANT:"]
                                                       }), CREATED,
        create("tuned2", **{"from": "tuned"}, parameters={"temperature": 0.6, "top_p": 0.7}), CREATED, *stored(MERGED)),
    row(
        "a stop list replaced", *BASE,
        create("tuned", **{"from": "test"}, parameters={"temperature": 1, "top_k": 10, "stop": ["USER:", "ASSISTANT:"]
                                                       }), CREATED,
        create("tuned2", **{"from": "tuned"}, parameters={"temperature": 0.6, "top_p": 0.7, "stop": ["<|endoftext|>"]}),
        CREATED, *stored(REPLACED)),
    row(
        "messages", *BASE,
        create(
            "talk", **{"from": "test"}, messages=[{"role": "assistant", "content": "What is my purpose?"}, {
                "role": "user", "content": "You run tests."
            }, {"role": "assistant", "content": "Oh, my god."}]), CREATED, *stored(MESSAGES)),
) + rows(
    "13.5",
    row("the smoke sequence", GET("/"), Expected(200, "text/plain; charset=utf-8", b"Ollama is running"),
        POST("/api/copy", {"source": "tiny", "destination": "smoke"}), empty(200), GET("/api/tags"),
        ok({"models": some(holding({"name": "smoke:latest"}))}), POST("/api/show", {"name": "smoke"}),
        ok(...), POST("/api/show", {"name": "nope"}), refused(404, "model 'nope:latest' not found"),
        POST("/api/generate", {"model": "smoke"}), ok({"model": "smoke", ...: ..., "done_reason": "load"}),
        GET("/api/ps"), ok({"models": [many(...)]}), POST("/api/generate", {"model": "smoke", "keep_alive": 0}),
        ok({"model": "smoke", ...: ..., "done_reason": "unload"}), POST("/api/generate", b""),
        refused(400, "missing request body"), POST("/api/copy", {"source": "smoke", "destination": "u"}), empty(200),
        DELETE("/api/delete", {"model": "u"}), empty(200), DELETE("/api/delete", {"model": "u"}),
        refused(404, "model 'u' not found"), DELETE("/api/delete", {"model": "smoke"}), empty(200), GET("/api/show"),
        not_allowed("POST")),
)
