"""Models that run on another server: one Corral in front of another, and in front of servers that misbehave."""

import http.server
import json
import signal
import threading

import pytest

import dialects
import harness
import scripted_models

ADD = {"type": "function", "function": {
    "name": "add", "description": "adds",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}}}
KEY = "sk-very-secret"
HOSTS = {"OLLAMA_REMOTES": "ollama.com,127.0.0.1", "TEAM_API_KEY": KEY}


@pytest.fixture(scope="module")
def far(tmp_path_factory):
    """The server that has the models."""
    with harness.Server(tmp_path_factory.mktemp("far")) as server:
        folder = tmp_path_factory.mktemp("far-models")
        for name in scripted_models.MODELS:
            server.add_gguf(name, scripted_models.write(name, folder))
        server.add_gguf("embedding", harness.make_model("bert", folder))
        server.add_gguf("reranker", harness.make_model("reranker", folder))
        yield server


def url_of(server):
    return f"http://127.0.0.1:{server.port}"


def create_remote(near, name, text, **more):
    answer = near.post("/api/create", {"model": name, "from": text, "stream": False, **more})
    assert answer.status == 200, answer.text


@pytest.fixture(scope="module")
def near(far, tmp_path_factory):
    """The server that stands before it: each model in the style of Ollama."""
    with harness.Server(tmp_path_factory.mktemp("near"), **HOSTS) as server:
        for name in [*scripted_models.MODELS, "embedding", "absent"]:
            create_remote(server, name, f"{url_of(far)} {name}")
        yield server


def chat(server, model, text="Hello", **more):
    return server.post("/api/chat", {"model": model, "messages": [{"role": "user", "content": text}], **more})


def without_times(line):
    return {key: value for key, value in line.items()
            if not key.endswith("_duration") and key not in ("created_at", "remote_model", "remote_host")}


def test_answers_are_those_of_the_remote(far, near):
    for model in ("caller", "thinker"):
        for more in ({}, {"stream": False}, {"options": {"num_predict": 2}}, {"tools": [ADD]}):
            here, there = (chat(server, model, **more) for server in (near, far))
            assert here.status == there.status, here.text
            if here.status != 200:
                continue
            whole = [[without_times(line) for line in answer.lines()] for answer in (here, there)]
            joined = ["".join(line["message"]["content"] for line in lines) for lines in whole]
            assert joined[0] == joined[1]
            for lines in whole:
                for call in lines[-1]["message"].get("tool_calls", []):
                    call.pop("id")
            assert whole[0][-1] == whole[1][-1]
            for line in here.lines():
                assert line["remote_model"] == model and line["remote_host"] == url_of(far)


def test_tools_make_their_round_trip(near):
    answer = chat(near, "caller", tools=[ADD], stream=False).json()["message"]
    call = answer["tool_calls"][0]["function"]
    assert (call["name"], call["arguments"]) == ("add", {"a": 1, "b": 2})
    told = near.post("/api/chat", {"model": "caller", "stream": False, "tools": [ADD], "messages": [
        {"role": "user", "content": "1+2?"}, answer, {"role": "tool", "tool_name": "add", "content": "3"}]})
    assert told.json()["message"]["content"] == "The sum is three."


def test_calls_are_passed_on_as_they_come(far, near):
    """Of OpenAI's API, which tells them in pieces: id and name come with the first."""
    create_remote(near, "team-caller", f"{url_of(far)}/v1 caller")
    answer = near.post("/v1/chat/completions", {
        "model": "team-caller", "stream": True, "tools": [ADD], "messages": [{"role": "user", "content": "1+2?"}]})
    data = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
    choices = [json.loads(frame)["choices"][0] for frame in data if frame != "[DONE]"]
    pieces = [call for choice in choices for call in choice["delta"].get("tool_calls", [])]
    assert "".join(piece["function"]["arguments"] for piece in pieces) == '{"a":1,"b":2}'
    assert ["id" in piece for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert choices[-1]["finish_reason"] == "tool_calls"


def test_thoughts_stay_apart(near):
    message = chat(near, "thinker", think=True, stream=False).json()["message"]
    assert (message["thinking"], message["content"]) == ("Let me see.\n", "Forty-two!")
    assert chat(near, "thinker", think=False, stream=False).json()["message"]["content"] == "Just forty-two?"


def test_generate_and_its_context(near):
    answer = near.post("/api/generate", {"model": "thinker", "prompt": "x", "think": False, "stream": False})
    assert answer.body.endswith(b"\n")
    assert answer.json()["response"] == "Just forty-two?" and answer.json()["context"]


def test_vectors_are_those_of_the_remote(far, near):
    for path, key, body in (("/api/embed", "embeddings", {"input": ["one", "two"]}),
                            ("/api/embeddings", "embedding", {"prompt": "one"})):
        here, there = (server.post(path, {"model": "embedding", **body}).json()[key] for server in (near, far))
        assert here == pytest.approx(there, abs=1e-6) if key == "embedding" else here == there


def test_lists_and_show_say_where_it_runs(far, near):
    entry = next(m for m in near.get("/api/tags").json()["models"] if m["name"] == "caller:latest")
    assert (entry["remote_model"], entry["remote_host"]) == ("caller", url_of(far))
    shown = near.post("/api/show", {"model": "caller"}).json()
    assert f"\nFROM {url_of(far)} caller\n" in shown["modelfile"]
    assert (shown["remote_model"], shown["remote_host"]) == ("caller", url_of(far))
    assert shown["capabilities"] == ["completion", "tools"]
    assert near.get("/api/ps").json()["models"] == [] and near.runner_pids() == []
    listed = near.cli("list").stdout
    assert any(line.startswith("caller:latest") and " - " in line for line in listed.splitlines())


def test_a_modelfile_makes_one(far, near, tmp_path):
    (tmp_path / "Modelfile").write_text(
        f"FROM {url_of(far)} thinker $TEAM_API_KEY\nSYSTEM Be brief.\nPARAMETER num_predict 1\n")
    made = near.cli("create", "brief", "-f", str(tmp_path / "Modelfile"))
    assert made.returncode == 0, made.stderr
    assert chat(near, "brief", stream=False).json()["done_reason"] == "length"
    assert KEY not in "".join(p.read_text(errors="replace") for p in near.models.rglob("*") if p.is_file())


def test_a_remote_without_the_model_says_so(near, far):
    for more in ({}, {"stream": False}):
        answer = chat(near, "absent", **more)
        assert answer.status == 404
        assert answer.json() == {"StatusCode": 404, "Status": "404 Not Found",
                                 "error": f"remote 127.0.0.1:{far.port}: model 'absent' not found"}
        kind = "application/json; charset=utf-8" if more else "application/x-ndjson"
        assert answer.headers["Content-Type"] == kind


def test_a_client_that_leaves_ends_the_answer_far_away(far, near):
    stream = near.stream("/api/chat", {"model": "talker", "messages": [{"role": "user", "content": "x"}],
                                       "options": {"num_predict": -1}})
    next(stream)
    stream.close()
    far.post("/api/generate", {"model": "talker", "keep_alive": 0})
    harness.wait_until(lambda: all(m["name"] != "talker:latest" for m in far.get("/api/ps").json()["models"]),
                       what="the end of the answer")


# --- what can go wrong


@pytest.mark.parametrize("stream", [True, False])
def test_the_death_of_a_remote_in_the_middle_of_an_answer(tmp_path, near, stream):
    far = harness.Server(tmp_path / "dying").start()
    try:
        far.add_gguf("talker", scripted_models.write("talker", tmp_path))
        create_remote(near, "dying", f"{url_of(far)} talker")
        body = {"model": "dying", "messages": [{"role": "user", "content": "x"}], "stream": stream,
                "options": {"num_predict": -1, "num_ctx": 8192}}
        if stream:
            lines = near.stream("/api/chat", body)
            assert next(lines)["message"]["content"]
            far.stop(signal.SIGKILL)
            rest = list(lines)
            assert all(not line.get("done") for line in rest), rest[-1]
            assert rest[-1]["error"].startswith(f"remote 127.0.0.1:{far.port}: the connection failed: ")
        else:
            answers = []
            asking = threading.Thread(target=lambda: answers.append(near.post("/api/chat", body)))
            asking.start()
            harness.wait_until(lambda: far.get("/api/ps").json()["models"], what="the model in memory")
            far.stop(signal.SIGKILL)
            asking.join()
            assert answers[0].status == 502 and "the connection failed" in answers[0].json()["error"]
    finally:
        if far.process.poll() is None:
            far.stop(signal.SIGKILL)
    # The server goes on, and says of the dead one that it is down.
    gone = chat(near, "dying", stream=False)
    assert gone.status == 502 and "connection refused" in gone.json()["error"]


@pytest.mark.parametrize("style", ["", "/v1"], ids=["of Ollama", "of OpenAI"])
@pytest.mark.parametrize("path", dialects.STREAMS)
def test_the_death_of_a_remote_is_told_in_every_dialect(tmp_path, near, path, style):
    far = harness.Server(tmp_path / "dying").start()
    try:
        far.add_gguf("talker", scripted_models.write("talker", tmp_path))
        create_remote(near, "mortal", f"{url_of(far)}{style} talker")
        told = dialects.break_stream(near, path, "mortal", lambda: far.stop(signal.SIGKILL))
    finally:
        if far.process.poll() is None:
            far.stop(signal.SIGKILL)
    assert f"remote 127.0.0.1:{far.port}: the connection failed: " in told
    assert near.get("/").status == 200


def test_documents_are_ranked_far_away(far, near):
    body = {"model": "reranker", "query": "ba", "documents": ["ba be", "do", "du ba"]}
    for style in ("", "/v1"):
        create_remote(near, "reranker", f"{url_of(far)}{style} reranker")
        for more in ({}, {"top_n": 2}, {"normalize": True}, {"return_documents": True}):
            here, there = (server.post("/v1/rerank", {**body, **more}) for server in (near, far))
            assert here.status == 200, here.text
            pairs = list(zip(here.json()["results"], there.json()["results"], strict=True))
            assert all(a.pop("relevance_score") == pytest.approx(b.pop("relevance_score"), abs=1e-6) for a, b in pairs)
            assert all(a == b for a, b in pairs)
            assert here.json()["usage"] == there.json()["usage"]
    create_remote(near, "no-reranker", f"{url_of(far)} caller")
    refused = near.post("/v1/rerank", {**body, "model": "no-reranker"})
    assert refused.status == 400 and '"caller" does not support rerank' in refused.json()["error"]["message"]


class Pretender(http.server.BaseHTTPRequestHandler):
    """A server of any behaviour: `answers` maps a path to status, headers and body."""
    answers = {}
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers.get("Authorization"), json.loads(body)))
        status, headers, answer = self.answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def pretender():
    Pretender.answers, Pretender.seen = {}, []
    with harness.serving(Pretender) as server:
        yield server


SSE = {"Content-Type": "text/event-stream"}


def sse(*objects):
    return b"".join(b"data: " + (o if isinstance(o, bytes) else json.dumps(o).encode()) + b"\n\n" for o in objects)


def piece(text, reason=None):
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


def test_the_style_of_openai_and_its_key(near, pretender):
    port = pretender.server_port
    create_remote(near, "styled", f"http://127.0.0.1:{port}/v1 gpt $TEAM_API_KEY", system="Be brief.")
    Pretender.answers = {"/v1/chat/completions": (200, SSE, sse(
        piece("Hel"), piece("lo", "stop"), {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}},
        b"[DONE]"))}
    answer = chat(near, "styled", stream=False, options={"temperature": 0}).json()
    assert answer["message"]["content"] == "Hello" and answer["done_reason"] == "stop"
    assert (answer["prompt_eval_count"], answer["eval_count"]) == (7, 2)
    path, key, body = Pretender.seen[0]
    assert key == f"Bearer {KEY}"
    assert body["model"] == "gpt" and body["temperature"] == 0 and body["stream"] is True
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
    # Loading means nothing there.
    assert near.post("/api/generate", {"model": "styled"}).json()["done_reason"] == "load"
    assert len(Pretender.seen) == 1


@pytest.mark.parametrize("answer, status, error", [
    ((401, {}, b'{"error":{"message":"bad key"}}'), 401, "bad key"),
    ((302, {"Location": "http://127.0.0.1:1/v1/chat/completions"}, b""), 502, "the server redirects (status 302)"),
    ((500, {}, b"<h1>oops</h1>"), 500, "<h1>oops</h1>"),
    ((200, SSE, sse(piece("half"))), 502, "the answer ended before it was complete"),
    ((200, SSE, sse(piece("half"), b"[DONE]")), 502, "the answer ended before it was complete"),
    ((200, SSE, sse(piece("half"), {"error": {"message": "out of memory"}})), 500, "out of memory"),
    ((200, {}, b"<html>hello</html>"), 502, "the answer ended before it was complete"),
    ((200, SSE, sse(b"nonsense")), 502, "the answer is not the JSON of OpenAI's API"),
])
def test_no_half_answer_passes_for_a_whole_one(near, pretender, answer, status, error):
    create_remote(near, "odd", f"http://127.0.0.1:{pretender.server_port}/v1 gpt $TEAM_API_KEY")
    Pretender.answers = {"/v1/chat/completions": answer}
    got = chat(near, "odd", stream=False)
    assert (got.status, error in got.json()["error"]) == (status, True), got.text
    assert KEY not in got.text and KEY not in near.log()
    lines = chat(near, "odd").lines()
    assert error in lines[-1]["error"] and not any(line.get("done") for line in lines)


def test_hosts_that_are_not_listed_get_nothing(near):
    create_remote(near, "stranger", "http://127.0.0.2:9/v1 gpt $TEAM_API_KEY")
    for more in ({}, {"stream": False}):
        answer = chat(near, "stranger", **more)
        assert answer.status == 400
        assert answer.json()["error"] == ("this server cannot run this remote model: its host 127.0.0.2 is not in the "
                                          "server's OLLAMA_REMOTES")
    create_remote(near, "stub", "llama3", remote_host="127.0.0.2:9")
    assert chat(near, "stub").json()["error"] == "this server cannot run this remote model"


def test_a_key_that_is_not_set(near, pretender):
    create_remote(near, "keyless", f"http://127.0.0.1:{pretender.server_port}/v1 gpt $OTHER_API_KEY")
    answer = chat(near, "keyless")
    assert answer.status == 500 and "no usable environment variable OTHER_API_KEY" in answer.json()["error"]
    assert Pretender.seen == []
    refused = near.post("/api/create", {"model": "thief", "from": "http://127.0.0.1:1/v1 gpt $HOME", "stream": False})
    assert refused.status == 400 and "ends in _API_KEY" in refused.json()["error"]


def test_upstreams_stubs(near, far):
    create_remote(near, "plain", "caller", remote_host=url_of(far), system="Stored.",
                  messages=[{"role": "user", "content": "Before"}], info={"context_length": 5, "base_name": "b"})
    answer = chat(near, "plain", stream=False)
    assert answer.json()["message"]["content"] == "The sum is three." and answer.json()["remote_model"] == "caller"
    shown = near.post("/api/show", {"model": "plain"}).json()
    assert shown["model_info"] == {".context_length": 5, "general.basename": "b"}
    missing = near.post("/api/embed", {"model": "plain", "input": "x"})
    assert (missing.status, missing.json()["error"]) == (404, 'model "plain" not found, try pulling it first')
    hidden = chat(near, "plain:local")
    assert (hidden.status, hidden.json()["error"]) == (404, "model 'plain:local' not found")


def test_the_switch_turns_them_off(tmp_path, far):
    with harness.Server(tmp_path / "off", OLLAMA_NO_CLOUD="1", **HOSTS) as off:
        create_remote(off, "caller", f"{url_of(far)} caller")
        for path, body in (("/api/chat", {"messages": [{"role": "user", "content": "x"}]}),
                           ("/api/generate", {"prompt": "x"}), ("/api/embed", {"input": "x"})):
            answer = off.post(path, {"model": "caller", **body})
            assert answer.status == 403
            assert answer.json()["error"] == "ollama cloud is disabled: remote model is unavailable"
        answer = off.post("/api/show", {"model": "caller"})
        assert answer.json()["error"] == "ollama cloud is disabled: remote model details are unavailable"
        assert any(m["name"] == "caller:latest" for m in off.get("/api/tags").json()["models"])
