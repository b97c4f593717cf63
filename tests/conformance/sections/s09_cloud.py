"""9 Cloud and remote models. Names of the cloud itself are answered as upstream does with its cloud switched off."""

from conformance.rows import *

INFERENCE = refused(403, "ollama cloud is disabled: remote model is unavailable")
HELLO = [{"role": "user", "content": "x"}]
STUB = {"name": "stub:latest", "remote_model": "far", "remote_host": "https://ollama.com:443"}
DETAILS = refused(403, "ollama cloud is disabled: remote model details are unavailable")

ROWS = rows(
    "9.1",
    *(row(f"generate on {name}", POST("/api/generate", {"model": name, "prompt": "x"}), INFERENCE)
      for name in ("qwen3:cloud", "gpt-oss:20b-cloud", "gpt-oss:20b:cloud", "a:CLOUD", "tiny:cloud")),
    row("chat on a cloud name", POST("/api/chat", {"model": "qwen3:cloud"}), INFERENCE),
    row("show on a cloud name", POST("/api/show", {"model": "qwen3:cloud"}), DETAILS),
    row("a name that cannot be comes first", POST("/api/chat", {"model": "a b:cloud"}),
        refused(400, "invalid model name")),
    row("top_logprobs comes first", POST("/api/chat", {"model": "qwen3:cloud", "top_logprobs": 21}),
        refused(400, "top_logprobs must be between 0 and 20")),
    row("delete of a cloud name looks for its stub", DELETE("/api/delete", {"model": "qwen3:8b:cloud"}),
        refused(404, "model 'qwen3:8b:cloud' not found")),
    row("switched off on purpose", POST("/api/generate", {"model": "qwen3:cloud", "prompt": "x"}), INFERENCE,
        server="cloud off by env"),
) + rows(
    "9.3",
    row("generate on a stub, switched off", POST("/api/generate", {"model": "stub", "prompt": "x"}), INFERENCE,
        server="cloud off by env"),
    row("chat on a stub, switched off", POST("/api/chat", {"model": "stub", "messages": HELLO}), INFERENCE,
        server="cloud off by env"),
    row("show on a stub, switched off", POST("/api/show", {"model": "stub"}), DETAILS, server="cloud off by env"),
    row("tags, copy and delete of stubs, switched off", GET("/api/tags"), ok({"models": some(holding(STUB))}),
        POST("/api/copy", {"source": "stub", "destination": "stub2"}), empty(200),
        DELETE("/api/delete", {"model": "stub2"}), empty(200), server="cloud off by env"),
    row("show on a stub", POST("/api/show", {"model": "stub"}),
        ok(holding({"remote_model": "far", "remote_host": "https://ollama.com:443", "model_info": {
            "far.context_length": 8, "general.architecture": "far", "general.basename": "base"}}))),
    row("a stub is not local", POST("/api/generate", {"model": "stub:local", "prompt": "x"}),
        refused(404, "model 'stub:local' not found")),
    row("unloading a stub by chat", POST("/api/chat", {"model": "stub", "keep_alive": 0}), any_of(200)),
    row("a stub is listed and copied", GET("/api/tags"), ok({"models": some(holding(STUB))}),
        POST("/api/copy", {"source": "stub", "destination": "stub2"}), empty(200),
        DELETE("/api/delete", {"model": "stub2"}), empty(200)),
    row("a host that OLLAMA_REMOTES does not list", POST("/api/chat", {"model": "unlisted", "messages": HELLO}),
        refused(400, "this server cannot run this remote model")),
    row("the same for generate", POST("/api/generate", {"model": "unlisted", "prompt": "x"}),
        refused(400, "this server cannot run this remote model")),
    row("a remote that is down", POST("/api/chat", {"model": "down", "messages": HELLO}),
        Expected(500, NDJSON, b'{"error":"dial tcp 127.0.0.1:1: connect: connection refused"}'),
        server="other remotes"),
    row("the same without a stream", POST("/api/generate", {"model": "down", "prompt": "x", "stream": False}),
        refused(500, "dial tcp 127.0.0.1:1: connect: connection refused"), server="other remotes"),
    *(row(f"remote_host {host} is kept as {kept}",
          POST("/api/create", {"model": "made", "from": "llama3", "remote_host": host, "stream": False}), any_of(200),
          POST("/api/show", {"model": "made"}), ok(holding({"remote_model": "llama3", "remote_host": kept})),
          DELETE("/api/delete", {"model": "made"}), empty(200))
      for host, kept in (("/path", "http://localhost:11434/path"), ("ollama.com", "https://ollama.com:443"),
                         ("http://ollama.com", "https://ollama.com:443"), ("host", "http://host:11434"),
                         ("host:99", "http://host:99"), ("https://host/x/../y/", "https://host:11434/y"))),
    row("a remote_host that is none",
        POST("/api/create", {"model": "made", "from": "llama3", "remote_host": "a b", "stream": False}),
        refused(400, "bad remote", PLAIN_JSON)),
    row("a draft of a remote", POST("/api/create", {"model": "made", "from": "llama3", "remote_host": "host",
                                                    "draft_files": {"a.gguf": "sha256:x"}, "stream": False}),
        refused(400, "DRAFT cannot be used with remote models", PLAIN_JSON)),
    row("from a cloud name", POST("/api/create", {"model": "made", "from": "gpt-oss:20b-cloud", "stream": False}),
        any_of(200), POST("/api/show", {"model": "made"}),
        ok(holding({"remote_model": "gpt-oss:20b", "remote_host": "https://ollama.com:443"})),
        DELETE("/api/delete", {"model": "made"}), empty(200)),
)
