"""9 of the OpenAI specification, with what 15.6 and 15.7 add: transcriptions and translations."""

import sounds
from conformance.rows import *


def upload(path="/v1/audio/transcriptions", type_=sounds.FORM, **fields):
    fields = {"model": "hearing", "file": sounds.tone(440, 0.2), **fields}
    body = sounds.form({name: value for name, value in fields.items() if value is not None})
    return POST(path, body, {"Content-Type": type_})


def envelope(message, status=400, kind="invalid_request_error", code=None, param=None):
    return Expected(status, PLAIN_JSON, {"error": {"message": message, "type": kind, "param": param, "code": code}},
                    streamed=False)


def wrong(param, message, code="invalid_value"):
    return envelope(message, code=code, param=param)


def lacking(param, message):
    return wrong(param, message, "missing_required_parameter")


NO_FILE = "file is required: http: no such file"
NO_TIMES = "is not supported: models tell what is said, not when"

ROWS = rows(
    "v9",
    row("the words", upload(), ok({"text": str}, PLAIN_JSON)),
    row("the words as JSON", upload(response_format="json"), ok({"text": str}, PLAIN_JSON)),
    row("the words as text", upload(response_format="text"), Expected(200, TEXT, ..., streamed=False)),
    row("values in the query", upload("/v1/audio/transcriptions?model=hearing&language=de", model=None),
        ok({"text": str}, PLAIN_JSON)),
    row("hints", upload(language="de", prompt="Names: Ada"), ok({"text": str}, PLAIN_JSON)),
    row("fields that only inform", upload(chunking_strategy="auto", **{"include[]": "logprobs"}),
        ok({"text": str}, PLAIN_JSON)),
    row("no model", upload(model=None), lacking("model", "model is required")),
    row("a blank model", upload(model=" "), lacking("model", "model is required")),
    row("no model before no file", upload(model=None, file=None), lacking("model", "model is required")),
    row("no file", upload(file=None), lacking("file", NO_FILE)),
    row("a field for a file", upload(file="text"), lacking("file", NO_FILE)),
    row("an empty file", upload(file=b""), wrong("file", "audio file is empty")),
    row("no such model", upload(model="absent"), envelope("model 'absent' not found", 404, "not_found_error", "model_not_found")),
    row("a model that takes no sounds", upload(model="tiny"), envelope('"tiny" does not support audio')),
    row("an embedding model", upload(model="embedding"), envelope('"embedding" does not support chat')),
    row("no form", upload(type_="application/json"),
        envelope("failed to parse multipart form: request Content-Type isn't multipart/form-data")),
    row("a form without boundary", upload(type_="multipart/form-data"),
        envelope("failed to parse multipart form: no multipart boundary param in Content-Type")),
    row("a cut form", POST("/v1/audio/transcriptions", sounds.form({"model": "hearing"})[:-9], {"Content-Type": sounds.FORM}),
        envelope("failed to parse multipart form: multipart: NextPart: EOF")),
    row("no sound", upload(file=b"hello"), envelope(containing("Failed to load image or audio file"))),
) + rows(
    "v15.7",
    row("verbose_json", upload(response_format="verbose_json", language="de"),
        ok({"task": "transcribe", "language": "de", "duration": 0.2, "text": str}, PLAIN_JSON)),
    row("a language that nobody named", upload(response_format="verbose_json"),
        ok({"task": "transcribe", "language": "unknown", "duration": 0.2, "text": str}, PLAIN_JSON)),
    row("srt", upload(response_format="srt"), wrong(
        "response_format", containing(NO_TIMES), "unsupported_value")),
    row("vtt", upload(response_format="vtt"), wrong(
        "response_format", containing(NO_TIMES), "unsupported_value")),
    row("an unknown format", upload(response_format="pdf"), wrong("response_format", containing("invalid response_format \"pdf\""))),
    row("timestamps", upload(**{"timestamp_granularities[]": "word"}), wrong(
        "timestamp_granularities", containing("not supported"), "unsupported_parameter")),
    row("a temperature", upload(temperature="0.3"), ok({"text": str}, PLAIN_JSON)),
    row("a temperature that is none", upload(temperature="hot"), wrong("temperature", "temperature must be a number from 0 to 2")),
    row("a stream", upload(stream="true"), Expected(200, SSE, ..., streamed=True)),
    row("a stream of nothing to hear", upload(stream="true", file=b"hello"),
        envelope(containing("Failed to load image or audio file"))),
    row("speech", POST("/v1/audio/speech", {}), any_of(404)),
) + rows(
    "v15.6",
    row("a translation", upload("/v1/audio/translations", response_format="verbose_json"),
        ok({"task": "translate", "language": "english", "duration": 0.2, "text": str}, PLAIN_JSON)),
    row("a translation of nothing", upload("/v1/audio/translations", file=None), lacking("file", NO_FILE)),
)
