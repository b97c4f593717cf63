"""What takes several requests to OpenAI's routes to see. Sections are those of openai-anthropic-api.md."""

import concurrent.futures
import http.server
import json
import math

import pytest

import harness
import scripted_models

HELLO = [{"role": "user", "content": "hello"}]
TEMPLATE = "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}{% endfor %}<|assistant|>"


@pytest.fixture(scope="module")
def models(server, tiny_models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("openai")
    server.add_gguf("tiny", tiny_models["full"])
    for name in ("caller", "thinker"):
        server.add_gguf(name, scripted_models.write(name, folder))
    return server


def ask(server, path="/v1/chat/completions", model="tiny", **fields):
    body = {"model": model, **({"messages": HELLO} if path.startswith(("/v1/chat", "/v1/messages")) else {}), **fields}
    answer = server.post(path, body)
    assert answer.status == 200, answer.text
    return answer.json()


def frames(server, path, **body):
    answer = server.post(path, {**body, "stream": True})
    assert answer.status == 200, answer.text
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n") if line.startswith("data: {")]


# --- 15.2


def test_ids_are_unique_and_a_stream_has_one(models):
    ids = [ask(models, max_tokens=1)["id"] for _ in range(8)]
    ids += [ask(models, "/v1/completions", prompt="x", max_tokens=1)["id"] for _ in range(8)]
    assert len(set(ids)) == len(ids)
    assert len({frame["id"] for frame in frames(models, "/v1/chat/completions", model="tiny", messages=HELLO,
                                                max_tokens=4)}) == 1


def test_logit_bias_decides(models):
    wanted = models.post("/v1/detokenize", {"model": "tiny", "tokens": [70, 70, 70]}).json()["text"]
    for path, more, text in (("/v1/chat/completions", {}, lambda choice: choice["message"]["content"]),
                             ("/v1/completions", {"prompt": "hello"}, lambda choice: choice["text"])):
        answer = ask(models, path, max_tokens=3, temperature=0, logit_bias={"70": 100}, **more)
        assert text(answer["choices"][0]) == wanted


def test_cached_tokens_are_counted(models):
    """15.2, 15.3, 15.4: what the prefix cache spares is told in every dialect."""
    long = [{"role": "user", "content": "Once upon a time there was a king who had three sons."}]
    ask(models, model="thinker", messages=long)
    again = ask(models, model="thinker", messages=long)["usage"]
    assert 0 < again["prompt_tokens_details"]["cached_tokens"] < again["prompt_tokens"]
    response = ask(models, "/v1/responses", "thinker", input=long)["usage"]
    assert response["input_tokens_details"]["cached_tokens"] == again["prompt_tokens_details"]["cached_tokens"]
    message = ask(models, "/v1/messages", "thinker", messages=long, max_tokens=50)["usage"]
    assert message["cache_read_input_tokens"] == again["prompt_tokens_details"]["cached_tokens"]
    assert message["input_tokens"] + message["cache_read_input_tokens"] == again["prompt_tokens"]


def test_keep_alive_is_passed_on(models):
    for path, more in (("/v1/chat/completions", {"messages": HELLO}), ("/v1/completions", {"prompt": "x"}),
                       ("/v1/responses", {"input": "x"})):
        ask(models, path, "caller", keep_alive=0, **more)
        harness.wait_until(lambda: all(m["name"] != "caller:latest" for m in models.get("/api/ps").json()["models"]),
                           what=f"the end of the model after {path}")


def test_num_ctx_is_passed_on(models):
    ask(models, num_ctx=256, max_tokens=1)
    assert [m["context_length"] for m in models.get("/api/ps").json()["models"] if m["name"] == "tiny:latest"] == [256]
    ask(models, options={"num_ctx": 512}, max_tokens=1)
    assert [m["context_length"] for m in models.get("/api/ps").json()["models"] if m["name"] == "tiny:latest"] == [512]


# --- 6


def test_shortened_vectors_are_normalised_again(models, tmp_path):
    models.add_gguf("bert", harness.make_model("bert", tmp_path))
    whole, short = (ask(models, "/v1/embeddings", "bert", input="hello", dimensions=n)["data"][0]["embedding"]
                    for n in (0, 8))
    assert len(short) == 8 < len(whole)
    length = math.hypot(*whole[:8])
    assert short == pytest.approx([value / length for value in whole[:8]], abs=1e-6)
    assert math.hypot(*short) == pytest.approx(1, abs=1e-6)


# --- 15.3


def test_a_response_keeps_the_time_at_which_it_was_created(models):
    events = frames(models, "/v1/responses", model="thinker", input="hello")
    created = {event["response"]["created_at"] for event in events if "response" in event}
    assert len(created) == 1


def test_items_are_found_by_reference(models):
    tools = [{"type": "function", "name": "add", "parameters": {"type": "object", "properties": {
        "a": {"type": "integer"}, "b": {"type": "integer"}}}}]
    first = ask(models, "/v1/responses", "caller", input="sum", tools=tools)
    call = first["output"][0]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "3"}
    for reference in ({"type": "item_reference", "id": call["id"]}, {"id": call["id"]}):
        again = ask(models, "/v1/responses", "caller", tools=tools, input=[
            {"role": "user", "content": "sum"}, reference, result])
        assert again["output"][0]["content"][0]["text"] == "The sum is three."
    gone = models.post("/v1/responses", {"model": "caller", "input": [{"type": "item_reference", "id": "fc_none"}]})
    assert gone.status == 400 and "item 'fc_none' not found" in gone.json()["error"]["message"]


# --- 15.6


def test_counting_loads_no_model(models):
    """Nor does it send one away: the tokenizer of a model that is not in memory is loaded alone, and leaves again."""
    models.post("/api/generate", {"model": "thinker", "keep_alive": 0})
    harness.wait_until(lambda: not models.get("/api/ps").json()["models"] or all(
        m["name"] != "thinker:latest" for m in models.get("/api/ps").json()["models"]), what="an empty memory")
    before = models.get("/api/ps").json()["models"]
    counts = {ask(models, "/v1/messages/count_tokens", "thinker")["input_tokens"],
              ask(models, "/v1/responses/input_tokens", "thinker", input="hello")["input_tokens"]}
    assert [m["name"] for m in models.get("/api/ps").json()["models"]] == [m["name"] for m in before]
    usage = ask(models, "/v1/messages", "thinker", max_tokens=1)["usage"]
    assert counts == {usage["input_tokens"] + usage["cache_read_input_tokens"]}
    assert ask(models, "/v1/messages/count_tokens", "thinker")["input_tokens"] in counts  # now that it is in memory


def test_many_counts_at_a_time(models):
    models.post("/api/generate", {"model": "caller", "keep_alive": 0})
    with concurrent.futures.ThreadPoolExecutor(12) as threads:
        counts = list(threads.map(lambda _: ask(models, "/v1/messages/count_tokens", "caller")["input_tokens"], range(24)))
    assert len(set(counts)) == 1
    harness.wait_until(lambda: len(models.runner_pids()) == len(models.get("/api/ps").json()["models"]),
                       what="the end of the processes that counted")


def test_what_cannot_be_counted_is_told(models):
    answer = models.post("/v1/messages/count_tokens", {"model": "tiny", "messages": HELLO, "tools": [
        {"name": "f", "input_schema": {"type": "object"}}]})
    assert answer.status == 400 and "does not support tools" in answer.json()["error"]["message"]


# --- 15.7


def test_raw_prompts_skip_the_template(models, tiny_models):
    made = models.post("/api/create", {"model": "dressed", "from": "tiny", "stream": False,
                                       "template": "<<<{{ .Prompt }}>>>"})
    assert made.status == 200, made.text
    counts = [ask(models, "/v1/completions", "dressed", prompt="hello", max_tokens=1, raw=raw)["usage"]["prompt_tokens"]
              for raw in (True, False)]
    alone = ask(models, "/v1/tokenize", prompt="hello", add_special=True)["count"]
    assert counts == [alone, alone + 6]


def tokens_of(server, model="tiny", **fields):
    return server.post("/v1/tokenize", {"model": model, **fields}).json()["tokens"]


def test_echo_tells_the_prompt_first(models):
    prompt = "one two three"
    request = {"prompt": prompt, "max_tokens": 4, "temperature": 0}
    plain = ask(models, "/v1/completions", raw=True, **request)
    told = ask(models, "/v1/completions", echo=True, **request)
    assert told["choices"][0]["text"] == prompt + plain["choices"][0]["text"]
    assert [told["usage"][key] for key in ("prompt_tokens", "completion_tokens")] == [
        plain["usage"][key] for key in ("prompt_tokens", "completion_tokens")]
    parts = frames(models, "/v1/completions", model="tiny", echo=True, **request)
    assert "".join(part["choices"][0]["text"] for part in parts) == told["choices"][0]["text"]
    several = ask(models, "/v1/completions", **{**request, "prompt": [prompt, "x"], "echo": True, "max_tokens": 0})
    assert [(choice["text"], choice["finish_reason"]) for choice in several["choices"]] == [(prompt, "length"), ("x", "length")]
    assert several["usage"]["completion_tokens"] == 0


def test_echo_tells_how_probable_a_prompt_is(models):
    """What was generated is as probable when it is read as it was when it was chosen."""
    prompt = "one two three four five six seven eight nine ten " * 3  # more tokens than are read at a time
    made = models.post("/api/generate", {"model": "tiny", "prompt": prompt, "stream": False, "logprobs": True,
                                         "options": {"temperature": 0, "num_predict": 8}}).json()
    start, *_ = tokens_of(models, content="x", add_special=True)
    read = ask(models, "/v1/completions", prompt=[start, *made["context"]], echo=True, max_tokens=0, logprobs=2)
    told = read["choices"][0]["logprobs"]
    assert len(told["tokens"]) == len(made["context"]) > 64
    text = models.post("/v1/detokenize", {"model": "tiny", "tokens": made["context"]}).json()["text"]
    assert read["choices"][0]["text"] == text
    assert told["token_logprobs"][-len(made["logprobs"]):] == pytest.approx(
        [entry["logprob"] for entry in made["logprobs"]], abs=0.01)
    assert all(1 <= len(top) <= 2 for top in told["top_logprobs"])  # bytes of characters look alike
    # A second time, when the prefix cache knows the prompt; and without a start token, so that the first one is a surprise.
    again = ask(models, "/v1/completions", prompt=[start, *made["context"]], echo=True, max_tokens=0, logprobs=2)
    assert again["choices"][0]["logprobs"]["token_logprobs"] == pytest.approx(told["token_logprobs"], abs=0.01)
    bare = ask(models, "/v1/completions", prompt=made["context"], echo=True, max_tokens=1, logprobs=1)["choices"][0]["logprobs"]
    assert bare["token_logprobs"][0] is None and bare["top_logprobs"][0] is None
    assert len(bare["tokens"]) == len(made["context"]) + 1 and None not in bare["token_logprobs"][1:]


def test_prompts_of_tokens_are_those_texts(models):
    text = ask(models, "/v1/completions", prompt="one two", raw=True, max_tokens=4, temperature=0)
    tokens = tokens_of(models, content="one two", add_special=True)
    same = ask(models, "/v1/completions", prompt=[tokens, tokens], max_tokens=4, temperature=0)
    assert [choice["text"] for choice in same["choices"]] == [text["choices"][0]["text"]] * 2
    refused = models.post("/v1/completions", {"model": "tiny", "prompt": [1 << 30]})
    assert refused.status >= 400 and "tokens this model does not have" in refused.json()["error"]["message"]


def test_embeddings_of_tokens(tmp_path):
    """15.7: by a switch, as the tokens of the model that is asked."""
    with harness.Server(tmp_path / "home", CORRAL_EMBED_TOKENS="1") as server:
        server.add_gguf("bert", harness.make_model("bert", tmp_path))
        vectors = [entry["embedding"] for entry in ask(server, "/v1/embeddings", "bert", input=["hello", "there"])["data"]]
        # Of an embedding model no route tells the tokens; those of two texts are two vectors.
        one = ask(server, "/v1/embeddings", "bert", input=[7, 8, 9])["data"]
        two = ask(server, "/v1/embeddings", "bert", input=[[7, 8, 9], [10]])["data"]
        assert [entry["index"] for entry in two] == [0, 1] and len(one) == 1
        assert two[0]["embedding"] == pytest.approx(one[0]["embedding"], abs=1e-4)
        assert len(one[0]["embedding"]) == len(vectors[0])
        refused = server.post("/v1/embeddings", {"model": "bert", "input": [1 << 30]})
        assert refused.status == 400 and "tokens this model does not have" in refused.json()["error"]["message"]


# --- 15.8


class Listener(http.server.BaseHTTPRequestHandler):
    """A remote that answers one word and remembers what it was asked."""
    seen = []

    def do_POST(self):
        self.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        piece = {"choices": [{"index": 0, "delta": {"content": "yes"}, "finish_reason": "stop"}]}
        if "prompt" in self.seen[-1]:
            piece = {"choices": [{"index": 0, "text": "yes", "finish_reason": "stop"}]}
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"data: " + json.dumps(piece).encode() + b"\n\ndata: [DONE]\n\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def listener():
    Listener.seen = []
    with harness.serving(Listener) as server:
        yield server


@pytest.mark.parametrize("switch, wanted", [("0", (1, 1)), ("1", (0.25, 0.5))])
def test_the_parameters_of_a_model_go_first_where_the_switch_says_so(tmp_path, listener, switch, wanted):
    """CORRAL_MODEL_PARAMETERS_WIN: by what a remote is asked."""
    with harness.Server(tmp_path / "home", OLLAMA_REMOTES="127.0.0.1", CORRAL_MODEL_PARAMETERS_WIN=switch) as server:
        made = server.post("/api/create", {
            "model": "far", "from": f"http://127.0.0.1:{listener.server_port}/v1 far", "stream": False,
            "parameters": {"temperature": 0.25, "top_p": 0.5}})
        assert made.status == 200, made.text
        ask(server, model="far")
        ask(server, "/v1/completions", "far", prompt="x")
        ask(server, model="far", temperature=0.75)
    assert [(asked["temperature"], asked["top_p"]) for asked in Listener.seen] == [
        wanted, wanted, (0.75, wanted[1])]
