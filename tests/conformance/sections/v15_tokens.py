"""15.6 of the OpenAI specification: texts to tokens and back, by every name of the routes."""

from conformance.rows import *
from conformance.sections.v15_rerank import envelope, lacking, missing

PREFIXES = ("/api", "/v1", "")
HELLO = [{"role": "user", "content": "hello"}]


def tokenize(prefix="/v1", model="tiny", **fields):
    return POST(f"{prefix}/tokenize", {"model": model, **fields})


def detokenize(tokens, prefix="/v1", model="tiny"):
    return POST(f"{prefix}/detokenize", {"model": model, "tokens": tokens})


def tokens():
    return ok({"tokens": [many(int)], "count": positive, "max_model_len": positive})


def texts(text):
    return ok({"content": text, "prompt": text, "text": text})


ROWS = rows(
    "v15.6 tokens",
    *(row(f"tokens of a text, and back, by {prefix}/", tokenize(prefix, content="abc"), tokens(),
          detokenize([65, 66], prefix), texts(str)) for prefix in PREFIXES),
    row("nothing", tokenize(content=""), ok({"tokens": [], "count": 0, "max_model_len": positive}),
        detokenize([]), texts("")),
    row("a conversation", tokenize(model="chatty", messages=HELLO),
        tokens()),
    row("pieces", tokenize(content="ab", with_pieces=True), ok({
        "tokens": [many({"id": int, "piece": ...})], "count": positive, "max_model_len": positive})),
    row("strings, as vLLM has them", tokenize(prompt="ab", return_token_strs=True), ok({
        "tokens": [many(int)], "count": positive, "max_model_len": positive, "token_strs": [many(str)]})),
    row("no model", tokenize(model=""), lacking("model", "model is required")),
    row("a model that is not there", tokenize(model="nope"), missing()),
    row("the native envelope", tokenize("/api", model="nope"), refused(404, "model 'nope' not found")),
    row("a model that only embeds", tokenize(model="embedding", content="x"),
        envelope(400, '"embedding" does not support tokenize')),
    row("no tokens", POST("/v1/detokenize", {"model": "tiny"}), lacking("tokens", "tokens is required")),
    row("tokens beyond the vocabulary", detokenize([2000000000]),
        envelope(400, "there are tokens this model does not have")),
    row("a token that is none", detokenize([-1]), envelope(400, "tokens holds -1, which is not a token")),
    row("broken JSON", POST("/v1/tokenize", b"{"), envelope(400, "unexpected EOF")),
)
