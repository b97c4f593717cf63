"""4 Model names: grammar, source suffixes, letter case, and the error that each route gives."""

from conformance.rows import *

LONG = "x" * 80
GOOD = [
    "nope", "nope:latest", "library/nope", "registry.ollama.ai/library/nope:latest", "example.com:5000/me/nope:v1",
    "_nope", "9nope", "no-pe.v1_2", "nope:1.5b-q4_K_M", "example.com/name-space_1/nope", LONG, f"nope:{LONG}",
    f"{LONG}/nope", "http://example.com/me/nope", "https://example.com/me/nope", "a_b.c-d:1/me/nope", "sha256:abc123"
]
BAD = [
    "-nope", ".nope", "nope:", ":tag", "/nope", "nope/", "a//b", "no pe", "nöpe", "nope:a:b", "nope@sha256:abc",
    "nope:-tag", "nope:.tag", "no.space/nope", "-space/nope", "a/b/c/d", "a/b/c/d/e", LONG + "x", f"nope:{LONG}x",
    f"{LONG}x/nope", "no+pe", "no\npe", "../nope", "a/../nope", "nope:..", "~nope", "nope:tag/x", "*", "x\\y",
    "-host.com/me/nope", "host!/me/nope"
]


def short_form(name):
    """How a name is shown that is not installed."""
    name = name.removeprefix("http://").removeprefix("https://")
    parts = name.split("/")
    if ":" not in parts[-1]:
        parts[-1] += ":latest"
    return "/".join(parts).removeprefix("registry.ollama.ai/").removeprefix("library/")


def other_than(name):
    return lambda value: value != name


ROWS = rows(
    "4.1",
    *(row(f"{name[:40]} ({len(name)}) is a name", POST("/api/show", {"model": name}),
          refused(404, f"model '{short_form(name)}' not found")) for name in GOOD),
    *(row(f"{name[:40]!r} ({len(name)}) is none", POST("/api/show", {"model": name}), refused(
        400, "invalid model name")) for name in BAD),
    row("a host of 350 characters", POST("/api/show", {"model": "h" * 350 + "/me/nope"}),
        refused(404, f"model '{'h' * 350}/me/nope:latest' not found")),
    row("a host of 351 characters", POST("/api/show", {"model": "h" * 351 + "/me/nope"}),
        refused(400, "invalid model name")),
    row("a name inside blanks", POST("/api/show", {"model": "  nope \n"}), refused(404,
                                                                                   "model 'nope:latest' not found")),
) + rows(
    "4.2",
    row("the short form drops the default host and namespace",
        POST("/api/show", {"model": "registry.ollama.ai/library/nope:x"}), refused(404, "model 'nope:x' not found")),
    row("it does so in any case", POST("/api/show", {"model": "Registry.Ollama.AI/Library/nope:x"}),
        refused(404, "model 'nope:x' not found")),
    row("another namespace stays", POST("/api/show", {"model": "registry.ollama.ai/me/nope"}),
        refused(404, "model 'me/nope:latest' not found")),
    row("another host keeps the namespace", POST("/api/show", {"model": "example.com/library/nope"}),
        refused(404, "model 'example.com/library/nope:latest' not found")),
    row("the full form in capability errors", POST("/api/generate", {"model": "tiny", "prompt": "x", "suffix": "y"}),
        refused(400, "registry.ollama.ai/library/tiny:latest does not support insert")),
    *(row(f"generate echoes {name!r}", POST("/api/generate", {"model": name}), ok({"model": name, ...: ...}))
      for name in ("tiny", "tiny:latest", "library/tiny", "TINY", "registry.ollama.ai/library/tiny:latest", " tiny ",
                   "tiny:local")),
    *(row(f"chat echoes {name!r}", POST("/api/chat", {"model": name}), ok({"model": name, ...: ...}))
      for name in ("tiny", "Tiny:latest")),
) + rows(
    "4.3",
    row(":local is taken off", POST("/api/show", {"model": "tiny:local"}), ok(...)),
    row(":LOCAL too", POST("/api/show", {"model": "tiny:LOCAL"}), ok(...)),
    row(":local after a tag", POST("/api/generate", {"model": "tiny:latest:local"}), ok(...)),
    row(":local of a model that is missing", POST("/api/generate", {"model": "nope:local"}),
        refused(404, "model 'nope:local' not found")),
    row("show of a missing :local names the model", POST("/api/show", {"model": "nope:8b:local"}),
        refused(404, "model 'nope:8b' not found")),
    row("cloud inside a name means nothing", POST("/api/show", {"model": "my-cloud-model"}),
        refused(404, "model 'my-cloud-model:latest' not found")),
    row("-cloud without a tag means nothing", POST("/api/show", {"model": "my-cloud"}),
        refused(404, "model 'my-cloud:latest' not found")),
    *(row(f"two suffixes: {name}", POST("/api/generate", {"model": name}),
          refused(400, f'use either :local or :cloud, not both: "{name}"'))
      for name in ("a:cloud:local", "a:local:cloud", "a:8b-cloud:local", "a:local:local")),
    row("the text is trimmed and quoted", POST("/api/show", {"model": " a:cloud:local "}),
        refused(400, 'use either :local or :cloud, not both: "a:cloud:local"')),
    row("two suffixes to chat", POST("/api/chat", {"model": "a:cloud:local"}),
        refused(400, 'use either :local or :cloud, not both: "a:cloud:local"')),
    row("two suffixes to delete", DELETE("/api/delete", {"model": "a:cloud:local"}),
        refused(400, 'use either :local or :cloud, not both: "a:cloud:local"')),
    row("copy does not know suffixes", POST("/api/copy", {"source": "tiny:local", "destination": "u"}),
        refused(404, 'model "tiny:local" not found')),
    row("delete takes :local off", POST("/api/copy", {"source": "tiny", "destination": "leaving"}), empty(200),
        DELETE("/api/delete", {"model": "leaving:local"}), empty(200), POST("/api/show", {"model": "leaving"}),
        refused(404, "model 'leaving:latest' not found")),
) + rows(
    "4.4",
    row("a model is found in any case", POST("/api/show", {"model": "TINY"}), ok(...)),
    row("every part is", POST("/api/generate", {"model": "mixed/CASE:tag"}), ok({"model": "mixed/CASE:tag", ...: ...})),
    row("parts of other models are adopted", POST("/api/copy", {"source": "tiny", "destination": "MIXED/Other:TAG"}),
        empty(200), POST("/api/generate", {"model": "mixed/other:tag"}), ok(...), GET("/api/tags"),
        ok({"models": [many({"name": other_than("MIXED/Other:TAG"), ...: ...})]}),
        DELETE("/api/delete", {"model": "Mixed/Other:Tag"}), empty(200)),
    row("show reports the adopted spelling", POST("/api/show", {"model": "MIXED/case:TAG"}),
        ok({"modelfile": containing("# FROM Mixed/Case:Tag\n"), ...: ...})),
    row("copy onto another case updates the entry", POST("/api/copy", {"source": "tiny", "destination": "One"}),
        empty(200), POST("/api/copy", {"source": "tiny", "destination": "oNE"}), empty(200),
        DELETE("/api/delete", {"model": "ONE"}), empty(200), POST("/api/show", {"model": "One"}),
        refused(404, "model 'One:latest' not found")),
    row("create onto another case updates the entry",
        POST("/api/create", {"model": "TINY", "from": "tiny", "stream": False}), ok(..., PLAIN_JSON), GET("/api/tags"),
        ok({"models": [many({"name": other_than("TINY:latest"), ...: ...})]})),
)

NAME = object()  # where the name goes
# What a route says of a name that is empty, blank ("  "), invalid ("a b") and not installed ("Nope").
REQUIRED = (400, "model is required")
INVALID = (400, "invalid model name")
NAME_ERRORS = [
    ("generate", POST, "/api/generate", {"model": NAME},
     (404, "model '' not found"), (404, "model '  ' not found"), INVALID, (404, "model 'Nope' not found")),
    ("chat", POST, "/api/chat", {"model": NAME}, REQUIRED, REQUIRED, INVALID, (404, "model 'Nope' not found")),
    ("show", POST, "/api/show", {"model": NAME}, REQUIRED, REQUIRED, INVALID, (404, "model 'Nope:latest' not found")),
    ("show by name", POST, "/api/show", {"name": NAME, "model": ""},
     REQUIRED, REQUIRED, INVALID, (404, "model 'Nope:latest' not found")),
    ("delete", DELETE, "/api/delete", {"model": NAME},
     REQUIRED, REQUIRED, (400, 'name "a b" is invalid'), (404, "model 'Nope' not found")),
    ("delete by name", DELETE, "/api/delete", {"name": NAME},
     REQUIRED, REQUIRED, (400, 'name "a b" is invalid'), (404, "model 'Nope' not found")),
    ("create", POST, "/api/create", {"model": NAME, "from": "tiny"}, INVALID, INVALID, INVALID, None),
    ("create by name", POST, "/api/create", {"name": NAME, "from": "tiny"}, INVALID, INVALID, INVALID, None),
    ("pull", POST, "/api/pull", {"model": NAME}, INVALID, INVALID, INVALID, None),
    ("pull by name", POST, "/api/pull", {"name": NAME, "model": ""}, INVALID, INVALID, INVALID, None),
    ("push", POST, "/api/push", {"model": NAME}, REQUIRED, None, None, None),
    ("copy source", POST, "/api/copy", {"source": NAME, "destination": "u"}, (400, 'source "" is invalid'),
     (400, 'source "  " is invalid'), (400, 'source "a b" is invalid'), (404, 'model "Nope" not found')),
    ("copy destination", POST, "/api/copy", {"source": "tiny", "destination": NAME}, (400, 'destination "" is invalid'),
     (400, 'destination "  " is invalid'), (400, 'destination "a b" is invalid'), None),
]


def name_error_rows():
    for route, method, path, body, *answers in NAME_ERRORS:
        for kind, name, answer in zip(("empty", "blank", "invalid", "missing"), ("", "  ", "a b", "Nope"), answers):
            named = {key: name if value is NAME else value for key, value in body.items()}
            if answer:
                yield row(f"{route}: {kind}", method(path, named), refused(*answer))


ROWS += rows("4.5", *name_error_rows())
