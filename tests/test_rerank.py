"""Documents in the order in which they fit a query (openai-anthropic-api.md 15.6)."""

import math

import pytest

import harness

DOCUMENTS = ["ba be", "do", "ba be do fa", "gu", "x"]
ROUTES = ["/v1/rerank", "/v1/reranking", "/rerank", "/reranking", "/api/rerank"]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rerank")
    for kind in ("reranker", "bert"):
        server.add_gguf(kind, harness.make_model(kind, folder))
    return server


def rerank(server, path="/v1/rerank", **fields):
    return server.post(path, {"model": "reranker", "query": "ba do", "documents": DOCUMENTS, **fields})


@pytest.mark.parametrize("path", ROUTES)
def test_the_best_document_comes_first(models, path):
    answer = rerank(models, path)
    assert answer.status == 200, answer.text
    body = answer.json()
    assert list(body) == ["id", "object", "model", "results", "usage"]
    assert body["id"].startswith("rerank-") and body["object"] == "list" and body["model"] == "reranker"
    scores = [result["relevance_score"] for result in body["results"]]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == len(DOCUMENTS)
    assert sorted(result["index"] for result in body["results"]) == list(range(len(DOCUMENTS)))
    assert body["usage"]["prompt_tokens"] == body["usage"]["total_tokens"] > len(DOCUMENTS)


def test_each_score_is_that_of_the_document_alone(models):
    for result in rerank(models).json()["results"]:
        alone = rerank(models, documents=[{"text": DOCUMENTS[result["index"]]}]).json()["results"][0]
        assert math.isclose(alone["relevance_score"], result["relevance_score"], abs_tol=1e-5)


def test_a_few_with_their_texts(models):
    whole = rerank(models).json()["results"]
    some = rerank(models, top_n=2, return_documents=True, normalize=True).json()["results"]
    assert [(r["index"], r["document"]["text"]) for r in some] == [(r["index"], DOCUMENTS[r["index"]]) for r in whole[:2]]
    assert math.isclose(some[0]["relevance_score"], 1 / (1 + math.exp(-whole[0]["relevance_score"])), rel_tol=1e-6)


@pytest.mark.parametrize("fields, status, message", [
    ({"query": ""}, 400, "query is required"),
    ({"documents": []}, 400, "documents are required"),
    ({"top_n": -1}, 400, "top_n must be at least 1"),
    ({"model": "bert"}, 400, '"bert" does not support rerank'),
    ({"model": "absent"}, 404, "model 'absent' not found"),
    ({"model": ""}, 400, "model is required"),
    ({"documents": ["ba " * 600], "truncate": False}, 400, "a document is longer than the context length"),
    ({"query": "ba " * 600}, 400, "the query is longer than the context length"),
])
def test_errors_have_the_envelope_of_their_route(models, fields, status, message):
    native = rerank(models, "/api/rerank", **fields)
    assert (native.status, native.json()) == (status, {"error": message})
    openai = rerank(models, **fields)
    kind = {400: "invalid_request_error", 404: "not_found_error"}[status]
    assert openai.status == status
    error = openai.json()["error"]
    assert (error["message"], error["type"]) == (message, kind)
    assert error["param"] == (list(fields)[0] if "required" in message or "at least" in message else None)


def test_what_is_cut_off_is_told(models):
    answer = rerank(models, documents=["ba " * 600]).json()
    assert answer["prompt_tokens_dropped"] > 0 and answer["usage"]["prompt_tokens"] == 512
