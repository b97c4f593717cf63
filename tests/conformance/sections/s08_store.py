"""8.9 to 8.13: copy, delete, pull and push as far as they go without a registry, blobs."""

import hashlib
import re

from conformance.rows import *

from conformance.sections.s08_show import SHOWN, show, shown

MISSING = refused(404, "model 'copied:latest' not found")

ROWS = rows(
    "8.9",
    row("a copy", POST("/api/copy", {"source": "tiny", "destination": "copied"}), empty(200), show("copied"), ok(SHOWN),
        DELETE("/api/delete", {"model": "copied"}), empty(200), show("copied"), MISSING),
    row("onto an existing one", POST("/api/copy", {"source": "tiny", "destination": "copied"}), empty(200),
        POST("/api/copy", {"source": "dressed", "destination": "copied"}), empty(200), show("copied"),
        shown(system="You are terse."), DELETE("/api/delete", {"model": "copied"}), empty(200)),
    row("onto itself", POST("/api/copy", {"source": "tiny", "destination": "tiny:latest"}), empty(200)),
    row("onto itself, unknown", POST("/api/copy", {"source": "nope", "destination": "nope"}), empty(200)),
    row("into another namespace", POST("/api/copy", {"source": "tiny", "destination": "example.com/me/copied:v1"}),
        empty(200), show("example.com/me/copied:v1"), ok(SHOWN),
        DELETE("/api/delete", {"model": "example.com/me/copied:v1"}), empty(200)),
    row("no fields", POST("/api/copy", {}), refused(400, 'source "" is invalid')),
) + rows(
    "8.10",
    row("blobs of others stay", POST("/api/copy", {"source": "dressed", "destination": "copied"}), empty(200),
        DELETE("/api/delete", {"model": "copied"}), empty(200), show("dressed"), ok(SHOWN)),
    row("twice", POST("/api/copy", {"source": "tiny", "destination": "copied"}), empty(200),
        DELETE("/api/delete", {"name": "copied"}), empty(200), DELETE("/api/delete", {"name": "copied"}),
        refused(404, "model 'copied' not found")),
    row("model wins over name", DELETE("/api/delete", {"model": "nope", "name": "tiny"}),
        refused(404, "model 'nope' not found")),
    row("a running model goes on", POST("/api/copy", {"source": "chatty", "destination": "copied"}), empty(200),
        POST("/api/generate", {"model": "copied"}), ok(...), DELETE("/api/delete", {"model": "copied"}), empty(200),
        GET("/api/ps"), ok({"models": [many(...)]})),
)

ROWS += rows(
    "8.11",
    row("pulling manifest comes first", POST("/api/pull", {"model": "cria"}),
        lines({"status": "pulling manifest"}, many(...), {"status": "success"})),
    row("not streamed", POST("/api/pull", {"model": "cria", "stream": False}), ok({"status": "success"}, PLAIN_JSON)),
    row("name for model", POST("/api/pull", {"name": "cria", "stream": False}), ok({"status": "success"}, PLAIN_JSON)),
    row("user and password are ignored",
        POST("/api/pull", {"model": "cria", "username": "u", "password": "p", "insecure": True, "stream": False}),
        ok({"status": "success"}, PLAIN_JSON)),
) + rows(
    "8.12",
    row(
        "a model that is not there", POST("/api/push", {"model": "me/nope"}),
        lines(
            {"status": "retrieving manifest"}, {"status": "couldn't retrieve manifest"},
            {"error": re.compile("open /.*/manifests/registry.ollama.ai/me/nope/latest: no such file or directory")})),
    row("the same, not streamed", POST("/api/push", {"model": "me/nope", "stream": False}),
        refused(500, containing("no such file or directory"), PLAIN_JSON)),
    row(
        "an invalid name", POST("/api/push", {"model": "a b"}),
        lines({"status": "retrieving manifest"}, {"status": "couldn't retrieve manifest"},
              {"error": containing("unqualified name: ")})),
)


def blob(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def digest_refused():
    return refused(400, "invalid digest format")


ZERO = "sha256:" + "0" * 64
CHUNKED_BLOB = b"chunked content"

ROWS += rows(
    "8.13",
    row("stored, then known", HEAD("/api/blobs/" + blob(b"first")), Expected(404, JSON, ...),
        POST("/api/blobs/" + blob(b"first"), b"first"), empty(201), POST("/api/blobs/" + blob(b"first"), b"first"),
        empty(200), HEAD("/api/blobs/" + blob(b"first")), empty(200)),
    row("a known blob needs no body", POST("/api/blobs/" + blob(b"first"), b"first"), any_of(200, 201),
        POST("/api/blobs/" + blob(b"first"), b""), empty(200)),
    row("an empty blob", POST("/api/blobs/" + blob(b""), b""), any_of(200, 201), HEAD("/api/blobs/" + blob(b"")),
        empty(200)),
    *(row(f"a malformed digest {digest[:20]}", POST("/api/blobs/" + digest, b"x"), digest_refused())
      for digest in ("x", "sha256:12", "sha256:" + "g" * 64, "md5:" + "0" * 64, "sha256_" + "0" * 64,
                     "sha256:" + "0" * 65, "0" * 64)),
    row("HEAD of a malformed digest", HEAD("/api/blobs/x"), probed(400, JSON, 33)),
    row("HEAD of a missing blob", HEAD("/api/blobs/" + ZERO), Expected(404, JSON, ...)),
    row("a path behind the digest", POST("/api/blobs/x/y", b"x"), not_found()),
    row("another digest", POST("/api/blobs/" + ZERO, b"some bytes"),
        refused(400, f'digest mismatch, expected "{ZERO}", got "{blob(b"some bytes")}"'),
        HEAD("/api/blobs/" + blob(b"some bytes")), empty(200)),
    row("a dash in the first upload", POST("/api/blobs/" + blob(b"dashed").replace(":", "-"), b"dashed"),
        refused(400, f'digest mismatch, expected "{blob(b"dashed").replace(":", "-")}", got "{blob(b"dashed")}"'),
        HEAD("/api/blobs/" + blob(b"dashed").replace(":", "-")), empty(200)),
    row("capitals in the first upload", POST("/api/blobs/sha256:" + blob(b"capital")[7:].upper(), b"capital"),
        any_of(400)),
    row(
        "a chunked upload",
        RAW(
            f"POST /api/blobs/{blob(CHUNKED_BLOB)} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            f"{len(CHUNKED_BLOB):x}\r\n{CHUNKED_BLOB.decode()}\r\n0\r\n\r\n", "POST"), empty(201),
        HEAD("/api/blobs/" + blob(CHUNKED_BLOB)), empty(200)),
    row(
        "Expect before an upload",
        RAW(
            f"POST /api/blobs/{blob(b'expected')} HTTP/1.1\r\nHost: localhost\r\n"
            "Expect: 100-continue\r\nContent-Length: 8\r\n\r\n",
            "POST"), Expected(100), RAW(b"expected", "POST"), empty(201)),
    row("a large blob", POST("/api/blobs/" + blob(b"x" * 3_000_000), b"x" * 3_000_000), empty(201)),
)
