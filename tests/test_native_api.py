"""The native API over HTTP against a real server and real (tiny) models. Sections are those of native-api.md."""

import re
import socket

import pytest

PROMPT = "hello world"


@pytest.fixture(scope="module")
def tiny(server, tiny_models):
    """The module's server with the model `tiny` (full attention)."""
    server.add_gguf("tiny", tiny_models["full"])
    return server


def generate(server, **body):
    return server.post("/api/generate", {"model": "tiny", "prompt": PROMPT, "stream": False, **body})


def greedy(**options):
    return {"temperature": 0, "num_predict": 16, **options}


# --- 13.5 smoke sequence


def test_smoke_sequence(server, tiny_models):
    assert server.get("/").body == b"Ollama is running"
    digest = "sha256:" + "0" * 64
    assert server.request("HEAD", f"/api/blobs/{digest}").status == 404
    server.add_gguf("smoke", tiny_models["full"])
    assert "smoke:latest" in [m["name"] for m in server.get("/api/tags").json()["models"]]
    assert server.post("/api/show", {"name": "smoke"}).status == 200
    missing = server.post("/api/show", {"name": "nope"})
    assert (missing.status, missing.json()) == (404, {"error": "model 'nope:latest' not found"})
    loaded = server.post("/api/generate", {"model": "smoke"}).json()
    assert loaded["done_reason"] == "load"
    assert "smoke:latest" in [m["name"] for m in server.get("/api/ps").json()["models"]]
    unloaded = server.post("/api/generate", {"model": "smoke", "keep_alive": 0}).json()
    assert unloaded["done_reason"] == "unload"
    empty = server.post("/api/generate", b"")
    assert (empty.status, empty.json()) == (400, {"error": "missing request body"})
    assert server.post("/api/copy", {"source": "smoke", "destination": "u"}).status == 200
    for status in (200, 404):
        assert server.request("DELETE", "/api/delete", {"model": "u"}).status == status
    wrong = server.get("/api/show")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")
    server.request("DELETE", "/api/delete", {"model": "smoke"})


# --- 8.1 version


def test_version_names_both(server):
    version = server.get("/api/version").json()
    assert version["version"] == "0.33.0"
    assert re.fullmatch(r"\d+\.\d+\.\d+", version["corral_version"])


# --- 8.5 generate


def test_generate_final_object(tiny):
    final = generate(tiny, options=greedy()).json()
    assert list(final) == ["model", "created_at", "response", "done", "done_reason", "context", "total_duration",
                           "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"]
    assert final["eval_count"] == 16 and final["done_reason"] == "length"
    assert final["prompt_eval_count"] == len(final["context"]) - 16 or final["prompt_eval_count"] > 0


def test_stream_adds_up_to_the_whole(tiny):
    whole = generate(tiny, options=greedy()).json()["response"]
    lines = list(tiny.stream("/api/generate", {"model": "tiny", "prompt": PROMPT, "options": greedy()}))
    assert "".join(line["response"] for line in lines) == whole
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert list(lines[0]) == ["model", "created_at", "response", "done"]


def test_same_seed_same_text(tiny):
    texts = {generate(tiny, options={"seed": 7, "num_predict": 24}).json()["response"] for _ in range(3)}
    assert len(texts) == 1
    assert generate(tiny, options={"seed": 8, "num_predict": 24}).json()["response"] not in texts


def test_stop_string_never_appears(tiny):
    text = generate(tiny, options=greedy(num_predict=64)).json()["response"]
    stop = text[len(text) // 2:][:3]
    answer = generate(tiny, options=greedy(num_predict=64, stop=[stop])).json()
    assert answer["response"] == text[:text.index(stop)]
    assert answer["done_reason"] == "stop"


def test_context_continues_a_conversation(tiny):
    first = generate(tiny, options=greedy()).json()
    second = generate(tiny, context=first["context"], options=greedy()).json()
    assert second["prompt_eval_count"] > first["prompt_eval_count"]


def test_generation_goes_past_the_context(tiny):
    """7.4: with shift, text goes on beyond num_ctx; without, it ends with length."""
    options = greedy(num_ctx=64, num_predict=150)
    shifted = generate(tiny, options=options).json()
    assert shifted["eval_count"] > 64 or shifted["done_reason"] == "stop"
    cut = generate(tiny, options=options, shift=False).json()
    assert cut["eval_count"] <= 64


def test_long_prompt(tiny):
    """7.2: cut in the middle, refused with shift off; the final object says how many tokens were dropped."""
    options = greedy(num_ctx=64)
    long_prompt = "word " * 200
    cut = generate(tiny, prompt=long_prompt, raw=True, options=options)
    assert cut.status == 200 and cut.json()["prompt_eval_count"] < 64
    assert cut.json()["prompt_tokens_dropped"] > 0
    refused = generate(tiny, prompt=long_prompt, raw=True, shift=False, options=options)
    assert refused.status == 400 and "longer than the context length" in refused.json()["error"]
    whole = generate(tiny, prompt=long_prompt, raw=True, truncate=False, options=options)
    assert whole.status == 400 and "exceed" in whole.json()["error"]


def test_logprobs(tiny):
    """5.9: as many entries as tokens; at most k alternatives, best first."""
    answer = generate(tiny, raw=True, logprobs=True, top_logprobs=3, options=greedy(num_predict=10)).json()
    for entry in answer["logprobs"]:
        values = [top["logprob"] for top in entry["top_logprobs"]]
        assert len(values) == 3 and values == sorted(values, reverse=True) and entry["logprob"] <= 0


def test_json_format_is_json(tiny):
    import json
    answer = generate(tiny, format={"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
                      options={"seed": 1, "num_predict": 200}).json()
    if answer["done_reason"] == "stop":
        assert isinstance(json.loads(answer["response"])["n"], int)


@pytest.mark.parametrize("body, status, error", [
    ({"model": "nope", "prompt": "x"}, 404, "model 'nope' not found"),
    ({"model": "", "prompt": "x"}, 404, "model '' not found"),
    ({"model": "a b", "prompt": "x"}, 400, "invalid model name"),
    ({"model": "tiny", "prompt": "x", "think": True}, 400, '"tiny" does not support thinking'),
    ({"model": "tiny", "prompt": "x", "think": "High"}, 400,
     'invalid think value: "High" (must be "high", "medium", "low", "max", true, or false)'),
    ({"model": "tiny", "prompt": "x", "options": {"num_ctx": "a"}}, 500, 'option "num_ctx" must be of type integer'),
    ({"model": "tiny", "prompt": "x", "options": {"stop": "a"}}, 500, 'option "stop" must be of type array'),
    ({"model": "tiny", "prompt": "x", "top_logprobs": 21}, 400, "top_logprobs must be between 0 and 20"),
    ({"model": "tiny", "prompt": "x", "keep_alive": "10"}, 400, 'time: missing unit in duration "10"'),
    ({"model": "tiny", "prompt": "x", "suffix": "y"}, 400,
     "registry.ollama.ai/library/tiny:latest does not support insert"),
    ({"model": 5}, 400, "json: cannot unmarshal number into Go struct field GenerateRequest.model of type string"),
])
def test_generate_refuses(tiny, body, status, error):
    answer = tiny.post("/api/generate", body)
    assert (answer.status, answer.json()["error"]) == (status, error)


# --- 8.6 chat


def test_chat_key_order(tiny):
    final = tiny.post("/api/chat", {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "stream": False,
                                    "options": greedy()}).json()
    assert list(final) == ["model", "created_at", "message", "done", "done_reason", "total_duration", "load_duration",
                           "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"]
    assert list(final["message"]) == ["role", "content"]


def test_chat_drops_old_messages_and_says_so(tiny):
    messages = [{"role": "user", "content": f"message {i} " * 5} for i in range(20)]
    answer = tiny.post("/api/chat", {"model": "tiny", "messages": messages, "stream": False,
                                     "options": greedy(num_ctx=200)}).json()
    assert answer["prompt_eval_count"] <= 200 and answer["prompt_tokens_dropped"] > 0


# --- 1.2, 2: routing, CORS, Host


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/nope", 404), ("GET", "/api/TAGS", 404), ("PUT", "/api/tags", 405), ("GET", "/api/tags/", 301),
    ("POST", "/api/show/", 307), ("HEAD", "/api/ps", 405), ("HEAD", "/api/tags", 200)])
def test_routing(server, method, path, status):
    assert server.request(method, path).status == status


def test_foreign_hosts_and_origins_are_refused(server):
    assert server.get("/api/tags", Host="evil.example").status == 403
    assert server.get("/api/tags", Origin="http://evil.example").status == 403
    allowed = server.get("/api/tags", Origin="http://localhost:3000")
    assert allowed.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"


def test_pipelined_requests_are_answered_in_order(server):
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
                           b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.index(b"corral_version") < received.index(b"Ollama is running")
