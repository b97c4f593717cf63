"""15.6 of the OpenAI specification: rerank, its aliases, and the same in the native API."""

from conformance.rows import *


def rerank(path="/v1/rerank", **fields):
    return POST(path, {"model": "reranker", "query": "ba", "documents": ["ba be", "do"], **fields})


def envelope(status, message, kind="invalid_request_error", code=None, param=None):
    return Expected(status, JSON, {"error": {"message": message, "type": kind, "param": param, "code": code}},
                    streamed=False)


def missing():
    return envelope(404, containing("not found"), "not_found_error", "model_not_found")


def lacking(param, message):
    return envelope(400, message, code="missing_required_parameter", param=param)


def result(**more):
    return {"index": int, "relevance_score": number, **more}


RANKED = {"id": containing("rerank-"), "object": "list", "model": "reranker", "results": [result(), result()],
          "usage": {"prompt_tokens": positive, "total_tokens": positive}}

ROWS = rows(
    "v15.6",
    *(row(f"an answer of {path}", rerank(path), ok(RANKED))
      for path in ("/v1/rerank", "/v1/reranking", "/rerank", "/reranking", "/api/rerank")),
    row("top_n", rerank(top_n=1), ok({**RANKED, "results": [result()]})),
    row("top_n above the number of documents", rerank(top_n=9), ok(RANKED)),
    row("return_documents", rerank(documents=[{"text": "x"}], return_documents=True),
        ok({**RANKED, "results": [result(document={"text": "x"})]})),
    row("no query", rerank(query=None), lacking("query", "query is required")),
    row("no documents", rerank(documents=None), lacking("documents", "documents are required")),
    row("a top_n of nothing", rerank(top_n=0), envelope(
        400, "top_n must be at least 1", code="integer_below_min_value", param="top_n")),
    row("no reranker", rerank(model="embedding"), envelope(400, '"embedding" does not support rerank')),
    row("no such model", rerank(model="absent"), missing()),
    row("no model", rerank(model=""), lacking("model", "model is required")),
    row("broken JSON", POST("/v1/rerank", b"{"), envelope(400, "unexpected EOF")),
    row("the native envelope", rerank("/api/rerank", query=""), refused(400, "query is required")),
)
