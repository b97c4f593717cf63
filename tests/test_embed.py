"""Embeddings over HTTP. Sections are those of native-api.md."""

import json
import math
import subprocess
import threading

import pytest

import harness


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    """The module's server with `bert` (mean of all tokens), `qwen` (last token) and `full`, which only generates."""
    folder = tmp_path_factory.mktemp("embedding")
    for name, kind in (("bert", "bert"), ("qwen", "qwen3-embedding"), ("full", "full")):
        path = folder / f"{kind}.gguf"
        subprocess.run([harness.MAKE_MODEL, kind, path], check=True)
        server.add_gguf(name, path)
    return server


def embed(server, **fields):
    answer = server.post("/api/embed", {"model": "bert", **fields})
    assert answer.status == 200, answer.text
    return answer.json()


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)


@pytest.mark.parametrize("model", ["bert", "qwen"])
def test_one_vector_per_text_in_order(models, model):
    texts = [f"ba be {'do' * (i % 5 + 1)} number {i}" for i in range(100)]
    together = embed(models, model=model, input=texts)
    assert list(together) == ["model", "embeddings", "total_duration", "load_duration", "prompt_eval_count"]
    assert together["model"] == model and len(together["embeddings"]) == 100
    count = 0
    for index, text in enumerate(texts[:12]):
        alone = embed(models, model=model, input=text)
        count += alone["prompt_eval_count"]
        assert len(alone["embeddings"]) == 1 and len(alone["embeddings"][0]) == 64
        assert math.isclose(math.hypot(*alone["embeddings"][0]), 1, abs_tol=1e-5)
        assert cosine(alone["embeddings"][0], together["embeddings"][index]) >= 0.9999
    assert embed(models, model=model, input=texts[:12])["prompt_eval_count"] == count


def test_counts_the_tokens_around_a_text(models):
    # Every character is a token of the fixture's vocabulary, every syllable too; [CLS] and [SEP] are put around.
    assert embed(models, input="ba be")["prompt_eval_count"] == 4
    assert embed(models, input=["ba be", ""])["prompt_eval_count"] == 6


def test_empty_input_only_loads(models):
    for body in ({"input": ""}, {"input": []}, {"input": None}, {}):
        answer = models.post("/api/embed", {"model": "bert", **body})
        assert (answer.status, answer.text) == (200, '{"model":"bert","embeddings":[]}')
    answer = models.post("/api/embeddings", {"model": "bert", "prompt": ""})
    assert (answer.status, answer.text) == (200, '{"embedding":[]}')


def test_the_old_route_widens_floats(models):
    answer = models.post("/api/embeddings", {"model": "bert", "prompt": "ba be"})
    assert answer.status == 200 and list(answer.json()) == ["embedding"]
    new = models.post("/api/embed", {"model": "bert", "input": "ba be"})
    for old, value in zip(answer.json()["embedding"], new.json()["embeddings"][0], strict=True):
        assert math.isclose(old, value, rel_tol=1e-5, abs_tol=1e-6)
    longest = max(len(number) for number in json.loads(answer.text, parse_float=str)["embedding"])
    assert longest >= 17 > max(len(n) for n in json.loads(new.text, parse_float=str)["embeddings"][0])


def test_dimensions(models):
    whole = embed(models, input="ba be")["embeddings"][0]
    cut = embed(models, input="ba be", dimensions=8)["embeddings"][0]
    assert len(cut) == 8 and math.isclose(math.hypot(*cut), 1, abs_tol=1e-5) and cosine(cut, whole[:8]) > 0.99999
    for dimensions in (-1, 0, 64, 5000):
        assert embed(models, input="ba be", dimensions=dimensions)["embeddings"][0] == whole


@pytest.mark.parametrize("fields, status, error", [
    ({"input": 5}, 400, "invalid input type"),
    ({"input": ["a", 1]}, 400, "invalid input type"),
    ({"model": "nope", "input": {}}, 400, "invalid input type"),
    ({"model": "", "input": "a"}, 404, "model '' not found"),
    ({"model": "a b", "input": "a"}, 400, "invalid model name"),
    ({"model": "nope", "input": "a"}, 404, 'model "nope" not found, try pulling it first'),
    ({"input": "a", "options": {"num_ctx": "x"}}, 500, 'option "num_ctx" must be of type integer'),
    ({"model": "full", "input": "a"}, 501, "This server does not support embeddings. Start it with `--embeddings`"),
    ({"input": ["a", "ba " * 600], "truncate": False}, 400, "the input length exceeds the context length"),
    ({"input": "ba be bi", "options": {"num_ctx": 1}}, 400, "input after truncation exceeds maximum context length"),
    ({"input": "ba be bi", "options": {"num_ctx": 0}}, 400, "input after truncation exceeds maximum context length"),
])
def test_errors_of_embed(models, fields, status, error):
    answer = models.post("/api/embed", {"model": "bert", **fields})
    assert (answer.status, answer.json()) == (status, {"error": error})


@pytest.mark.parametrize("fields, status, error", [
    ({"model": "", "prompt": "a"}, 400, "model is required"),
    ({"model": "nope", "prompt": "a"}, 404, 'model "nope" not found, try pulling it first'),
    ({"model": "full", "prompt": "a"}, 500, "This server does not support embeddings. Start it with `--embeddings`"),
    ({"prompt": "ba " * 600}, 500, "the input length exceeds the context length"),
])
def test_errors_of_embeddings(models, fields, status, error):
    answer = models.post("/api/embeddings", {"model": "bert", **fields})
    assert (answer.status, answer.json()) == (status, {"error": error})


def test_a_long_text_is_cut_and_says_so(models):
    cut = embed(models, input="ba " * 600)
    assert cut["prompt_eval_count"] == 512 and cut["prompt_tokens_dropped"] == 90
    # 13.3: a context of 3 has room for one token beside those around it.
    assert embed(models, input="ba be bi", options={"num_ctx": 3})["embeddings"] == \
        embed(models, input="ba", options={"num_ctx": 3})["embeddings"]
    assert embed(models, input=["ba " * 50] * 3, options={"num_ctx": 30})["prompt_eval_count"] <= 90


@pytest.mark.parametrize("num_ctx", [5, 129, 200, 511])
def test_contexts_of_any_size(models, num_ctx):
    answer = embed(models, input=["ba", "ba be " * 300], options={"num_ctx": num_ctx})
    assert answer["prompt_eval_count"] == 3 + num_ctx


def test_embedding_models_neither_generate_nor_chat(models):
    answer = models.post("/api/generate", {"model": "bert", "prompt": "a"})
    assert (answer.status, answer.json()["error"]) == (400, '"bert" does not support generate')


def test_keep_alive_zero_answers_and_unloads(models):
    assert embed(models, input="ba", keep_alive=0)["embeddings"]
    names = lambda: [model["name"] for model in models.get("/api/ps").json()["models"]]  # noqa: E731
    harness.wait_until(lambda: "bert:latest" not in names(), what="unloading")


def test_requests_together_give_what_each_gives_alone(models):
    texts = [f"text number {i} do" for i in range(24)]
    expected = embed(models, input=texts)["embeddings"]
    got = [None] * len(texts)

    def one(index):
        got[index] = embed(models, input=texts[index])["embeddings"][0]

    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cosine(a, b) >= 0.9999 for a, b in zip(got, expected))


def test_a_client_that_leaves_frees_the_runner(models):
    connection = models.connect()
    connection.request("POST", "/api/embed", json.dumps({"model": "bert", "input": ["ba be do " * 40] * 4000}))
    connection.close()
    assert embed(models, input="ba")["embeddings"]


def test_the_command_line_prints_the_vector(models):
    ran = models.cli("run", "bert", "ba", "be")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("]\n") and len(json.loads(ran.stdout)) == 64
    assert len(json.loads(models.cli("run", "bert", "--dimensions", "5", "ba be").stdout)) == 5
    empty = models.cli("run", "bert", stdin="")
    assert empty.returncode == 1 and "embedding models require input text" in empty.stderr
