"""8.8 Create."""

import hashlib
import re

from conformance.rows import *

from conformance.sections.s08_show import SHOWN, show, shown

CREATED = ok({"status": "success"}, PLAIN_JSON)
LAYER = {"status": re.compile("(using existing|creating new) layer sha256:[0-9a-f]{64}")}


def create(model="made", **fields):
    return POST("/api/create", {"model": model, "stream": False, **fields})


def create_refused(status, error):
    return refused(status, error, PLAIN_JSON)


ZERO = "sha256:" + "0" * 64

ROWS = rows(
    "8.8",
    row("from a model", create(**{"from": "tiny"}), CREATED, show("made"), ok(SHOWN)),
    row("from a model, streamed", POST("/api/create", {"model": "made", "from": "tiny"}),
        lines(many(LAYER, at_least=1), {"status": "writing manifest"}, {"status": "success"})),
    row("a new layer is told", POST("/api/create", {"model": "made", "from": "tiny", "system": "unheard of"}),
        lines(many(LAYER, at_least=2), {"status": "writing manifest"}, {"status": "success"})),
    row("name for model", POST("/api/create", {"name": "made-by-name", "from": "tiny", "stream": False}), CREATED,
        show("made-by-name"), ok(SHOWN)),
    row(
        "from keeps what it had", create("heir", **{"from": "dressed"}), CREATED, show("heir"),
        shown(
            **{
                "license?": "First licence\nSecond licence", "system?": "You are terse.", "parameters?": containing(
                    "temperature"), "messages?": [..., ...]
            })),
    row("system is replaced", create("heir", **{"from": "dressed"}, system="New."), CREATED, show("heir"),
        shown(system="New.")),
    row("an empty system is inherited", create("heir", **{"from": "dressed"}, system=""), CREATED, show("heir"),
        shown(system="You are terse.")),
    row(
        "parameters are merged by key",
        create("heir", **{"from": "dressed"}, parameters={"temperature": 0.1, "top_p": 0.5}), CREATED, show("heir"),
        shown(
            **{
                "parameters?": containing("temperature                    0.1", "top_p                          0.5",
                                          '"<|im_end|>"')
            })),
    row("lists are replaced whole", create("heir", **{"from": "dressed"}, parameters={"stop": ["only"]}), CREATED,
        show("heir"), shown(parameters=lambda text: '"only"' in text and "im_end" not in text)),
    row("licences are appended", create("heir", **{"from": "dressed"}, license="Third"), CREATED, show("heir"),
        shown(license="First licence\nSecond licence\nThird")),
    row("an empty licence is none", create("heir", **{"from": "tiny"}, license=""), CREATED, show("heir"),
        ok({"modelfile": ..., ...: ...})),
    row("messages are replaced", create("heir", **{"from": "dressed"}, messages=[{"role": "user", "content": "X"}]),
        CREATED, show("heir"), shown(messages=[{"role": "user", "content": "X"}])),
    row("requires", create("heir", **{"from": "tiny"}, requires="0.9.0"), CREATED, show("heir"),
        shown(requires="0.9.0")),
    row("parameters are not validated", create("heir", **{"from": "tiny"}, parameters={"whatever": 1,
                                                                                       "num_ctx": "x"}), CREATED),
    row("neither from nor files", create(), create_refused(400, "neither 'from' or 'files' was specified")),
    row("no files", create(files={}), create_refused(400, re.compile("unknown type|no files provided to convert"))),
    *(row(f"a path {path!r}", create(files={path: ZERO}), refused(400, "file path must be relative"))
      for path in ("/model.gguf", "", "../model.gguf", "a/../b.gguf", "./a.gguf", "a//b.gguf", "a/./b", "a/..")),
    row("an empty digest", create(files={"model.gguf": ""}), refused(400, "invalid digest format")),
    row("a malformed digest", create(files={"model.gguf": "sha256:12"}), create_refused(500, "invalid digest format")),
    row("a malformed digest of no GGUF", create(files={"model.bin": "sha256:12"}), create_refused(400, "unknown type")),
    row("a blob that is not there", create(files={"model.gguf": ZERO}),
        create_refused(500, containing("open ", "no such file or directory"))),
    row("a file of no known type", POST("/api/blobs/sha256:" + hashlib.sha256(b"text").hexdigest(), b"text"),
        any_of(200, 201), create(files={"model.bin": "sha256:" + hashlib.sha256(b"text").hexdigest()}),
        create_refused(400, "unknown type")),
    row("from that is no name", create(**{"from": "a b"}), create_refused(400, "invalid model name")),
    row("--draft-quantize without a draft", create(**{"from": "tiny"}, draft_quantize="q8_0"),
        refused(400, "--draft-quantize requires a DRAFT model")),
    row("an unknown quantization", create(**{"from": "tiny"}, quantize="Q9"), any_of(400, 500)),
    *(row(f"info {key}: {value!r}", create(files={"m.gguf": ZERO}, info={key: value}), any_of(400, 500))
      for key, value in (("model_family", 5), ("context_length", -1))),
    row("a template that does not parse", create(**{"from": "tiny"}, template="{{ .Prompt"),
        create_refused(400, containing("template error: "))),
    row(
        "a repeated creation uses what is there", create("twice", **{"from": "tiny"}, system="same"), CREATED,
        POST("/api/create", {"model": "twice", "from": "tiny", "system": "same"}),
        lines(many({"status": re.compile("using existing layer sha256:[0-9a-f]{64}")}, at_least=2),
              {"status": "writing manifest"}, {"status": "success"})),
)
