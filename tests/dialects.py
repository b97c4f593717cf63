"""A stream that never ends by itself, in each dialect, and how its death is told there."""

import json

CHAT = [{"role": "user", "content": "x"}]
NATIVE = {"num_predict": -1, "num_ctx": 8192}
# For a path: what is added to `model` and `stream`, and how the last lines begin (openai-anthropic-api.md 15.1).
STREAMS = {
    "/api/generate": ({"prompt": "x", "options": NATIVE}, ['{"error":"']),
    "/api/chat": ({"messages": CHAT, "options": NATIVE}, ['{"error":"']),
    "/v1/chat/completions": ({"messages": CHAT, "num_ctx": 8192}, ['data: {"error":{"message":"', "data: [DONE]"]),
    "/v1/completions": ({"prompt": "x", "num_ctx": 8192}, ['data: {"error":{"message":"', "data: [DONE]"]),
    "/v1/responses": ({"input": "x", "num_ctx": 8192}, ["event: response.failed", "data: {"]),
    "/v1/messages": ({"messages": CHAT, "max_tokens": 1_000_000},
                     ["event: error", 'data: {"type":"error","error":{"type":"api_error"']),
}
SAYING_THAT_ALL_IS_WELL = ('"done":true', '"finish_reason":"', "response.completed", "message_stop")


def break_stream(server, path, model, kill):
    """Begins the stream of `model`, which says "on and on"; calls `kill`, and gives the last line with a text."""
    more, ending = STREAMS[path]
    connection = server.connect()
    try:
        connection.request("POST", path, json.dumps({"model": model, "stream": True, **more}))
        response = connection.getresponse()
        assert response.status == 200, response.read()
        assert b"on and on" in response.read(4096)
        kill()
        lines = [line for line in response.read().decode().split("\n") if line]  # to its regular end
    finally:
        connection.close()
    assert [line.startswith(start) for line, start in zip(lines[-len(ending):], ending)] == [True] * len(ending), lines[-3:]
    assert not any(word in line for line in lines for word in SAYING_THAT_ALL_IS_WELL)
    return next(line for line in lines[-len(ending):] if "{" in line)
