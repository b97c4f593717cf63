"""8.7 Embed, and the legacy embeddings."""

from conformance.rows import *

SENTENCE = "why is the sky blue?"


def embed(model="embedding", **fields):
    return POST("/api/embed", {"model": model, **fields})


def embeddings(model="embedding", **fields):
    return POST("/api/embeddings", {"model": model, **fields})


def unit(vector):
    """Numbers whose squares add up to one."""
    return type(vector) is list and len(vector) > 0 and abs(sum(x * x for x in vector) - 1) < 1e-4


def unit_of(length):
    def has(vector):
        return unit(vector) and len(vector) == length

    has.__name__ = f"a unit vector of {length} numbers"
    return has


def in_single_precision(vector):
    return all(len(number.literal.lstrip("-0.")) <= 9 for number in vector)


def in_double_precision(vector):
    return not in_single_precision(vector)


def embedded(*vectors):
    return ok({
        "model": str, "embeddings": list(vectors), "total_duration": positive, "load_duration": positive,
        "prompt_eval_count": positive, "prompt_tokens_dropped?": positive
    })


NOTHING_EMBEDDED = ok({"model": str, "embeddings": []})
BAD_TYPE = refused(400, "invalid input type")

ROWS = rows(
    "8.7", row("a text", embed(input=SENTENCE), embedded(unit)),
    row("a list", embed(input=[SENTENCE, "and the grass?"]), embedded(unit, unit)),
    row("an empty text in a list is embedded", embed(input=["", "x"]), embedded(unit, unit)),
    *(row(f"input {value!r} only loads", embed(input=value), NOTHING_EMBEDDED)
      for value in ("", [], None)), row("no input only loads", embed(), NOTHING_EMBEDDED),
    *(row(f"input {value!r} is refused", embed(input=value), BAD_TYPE)
      for value in (5, True, {}, ["x", 5], [["x"]], 1.5)),
    row("the type is checked before the model", embed("nope", input=5), BAD_TYPE),
    row("the model as sent", embed("EMBEDDING:latest", input="x"), ok(holding({"model": "EMBEDDING:latest"}))),
    row("fewer dimensions", embed(input=SENTENCE, dimensions=3), embedded(unit_of(3))),
    *(row(f"dimensions {n} change nothing", embed(input=SENTENCE, dimensions=n), embedded(unit))
      for n in (0, -1, 100000)),
    row("too long, cut", embed(input="word " * 400, options={"num_ctx": 16}), embedded(unit)),
    row("too long, not to be cut", embed(input="word " * 400, truncate=False, options={"num_ctx": 16}),
        refused(400, "the input length exceeds the context length")),
    row("one too long fails all", embed(input=["x", "word " * 400], truncate=False, options={"num_ctx": 16}),
        refused(400, "the input length exceeds the context length")),
    row("bad options", embed(input="x", options={"num_ctx": "x"}), any_of(400, 500)),
    row("legacy: a prompt", embeddings(prompt=SENTENCE), ok({"embedding": [many(number, at_least=1)]})),
    row("legacy: nothing", embeddings(prompt=""), ok({"embedding": []})),
    row("legacy: no prompt", embeddings(), ok({"embedding": []})),
    row("legacy: numbers are widened", embeddings(prompt=SENTENCE), ok({"embedding": in_double_precision})),
    row("embed: numbers are short", embed(input=SENTENCE), ok(holding({"embeddings": [in_single_precision]}))),
) + rows(
    "4.5", row("embed: empty", embed("", input="x"), refused(404, "model '' not found")),
    row("embed: blank", embed("  ", input="x"), refused(404, "model '  ' not found")),
    row("embed: invalid", embed("a b", input="x"), refused(400, "invalid model name")),
    row("embed: missing", embed("Nope", input="x"), refused(404, 'model "Nope" not found, try pulling it first')),
    row("embeddings: empty", embeddings("", prompt="x"), refused(400, "model is required")),
    row("embeddings: blank", embeddings("  ", prompt="x"), refused(400, "model is required")),
    row("embeddings: invalid", embeddings("a b", prompt="x"), refused(400, "invalid model name")),
    row("embeddings: missing", embeddings("Nope", prompt="x"),
        refused(404, 'model "Nope" not found, try pulling it first')),
) + rows(
    "9.1",
    row("embed on a cloud name", embed("qwen3:cloud", input="x"),
        refused(403, "ollama cloud is disabled: remote model is unavailable")),
    row("embeddings on a cloud name", embeddings("qwen3:cloud", prompt="x"),
        refused(403, "ollama cloud is disabled: remote model is unavailable")),
) + rows(
    "9.3", row("embed on a stub", embed("stub", input="x"), refused(404,
                                                                    'model "stub" not found, try pulling it first')),
    row("embeddings on a stub", embeddings("stub", prompt="x"),
        refused(404, 'model "stub" not found, try pulling it first')),
)
