"""10 Capabilities: what show and tags say a model can do."""

from conformance.rows import *


def shows(model, *capabilities):
    return (POST("/api/show", {"model": model}), ok({...: ..., "capabilities": list(capabilities), "modified_at": ...}))


def lists(model, *capabilities):
    entry = holding({"name": model, "capabilities": list(capabilities)})
    return (GET("/api/tags"), ok({"models": some(entry)}))



ROWS = rows(
    "10.1",
    row("completion", *shows("tiny", "completion")),
    row("embedding", *shows("embedder", "embedding")),
    row("vision", *shows("seer", "completion", "vision")),
    row("a template with tools", *shows("tooler", "tools", "completion")),
    row("a template that thinks", *shows("thinker", "thinking", "completion")),
    row("a template with neither", *shows("chatty", "completion")),
    row(
        "the config's come first",
        POST("/api/create",
             {"model": "able", "from": "tiny", "info": {"capabilities": ["audio", "juggling"]}, "stream": False}),
        any_of(200), *shows("able", "audio", "juggling", "completion")),
    row(
        "a Go template with a suffix",
        POST("/api/create",
             {"model": "able", "from": "tiny", "template": "{{ .Prompt }}<fim>{{ .Suffix }}", "stream": False}),
        any_of(200), *shows("able", "completion", "insert")),
    row(
        "a Go template with tools",
        POST(
            "/api/create", {
                "model": "able", "from": "tiny",
                "template": "{{ range .Messages }}{{ .Content }}{{ end }}{{ if .Tools }}{{ .Tools }}{{ end }}",
                "stream": False
            }), any_of(200), *shows("able", "completion", "tools")),
) + rows(
    "10.3",
    row("completion", *lists("tiny:latest", "completion")),
    row("embedding", *lists("embedder:latest", "embedding")),
    row("vision comes first", *lists("seer:latest", "vision", "completion")),
    row("the file's template is not looked at", *lists("tooler:latest", "completion")),
    row("neither for thinking", *lists("thinker:latest", "completion")),
    row(
        "a Go template is",
        POST("/api/create",
             {"model": "able2", "from": "tiny", "template": "{{ .Prompt }}<fim>{{ .Suffix }}", "stream": False}),
        any_of(200), *lists("able2:latest", "completion", "insert")),
)
