"""What a row of the suite is, and the words that rows are written in.

    ROWS = rows("3.2",
        row("an empty body", POST("/api/chat", b""), refused(400, "missing request body")),
        row("a copy", POST("/api/copy", {"source": "tiny", "destination": "twin"}), empty(200),
                      POST("/api/show", {"model": "twin"}), ok({"modelfile": str, ...: ...})),
    )

A row is a title and pairs of a request and what must come back, in order, on one connection. Requests are GET, POST,
DELETE, … or RAW bytes; expectations are the functions at the end of this file, with the patterns of matching.py.
`server=` names one of environments.py. Every answer is also held to what is true for all of them (check_common).
"""

import json
import re
from dataclasses import dataclass, field, replace

from conformance import matching
from conformance.matching import containing, hex_digest, holding, local_time, many, number, positive, some, utc_time

JSON = "application/json; charset=utf-8"
PLAIN_JSON = "application/json"
NDJSON = "application/x-ndjson"
SSE = "text/event-stream"
TEXT = "text/plain"


@dataclass(frozen=True)
class Row:
    title: str
    steps: tuple
    server: str = "main"
    section: str = ""

    @property
    def id(self):
        return f"{self.section} {self.title}"


def row(title, *steps, server="main"):
    assert steps and len(steps) % 2 == 0, f"{title}: requests and expectations come in pairs"
    return Row(title, tuple(zip(steps[::2], steps[1::2])), server)


def rows(section, *entries):
    return [replace(entry, section=section) for entry in entries]


def rule(section, title, *steps, server="main"):
    """A row that is alone in its section."""
    return replace(row(title, *steps, server=server), section=section)


# --- requests


@dataclass(frozen=True)
class Request:
    """The bytes to send, and the method, which decides whether the answer has a body."""
    method: str
    data: bytes
    half: bool = False  # the rest follows in the next request; only an interim answer is read


def request(method, path, body=None, headers=None, version="1.1"):
    """A request with a Host and, if it has a body, its length; headers of None leave a default out."""
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    fields = {"Host": "localhost"}
    if body is not None:
        fields["Content-Length"] = str(len(body))
    fields.update(headers or {})
    lines = [f"{method} {path} HTTP/{version}"] + [f"{k}: {v}" for k, v in fields.items() if v is not None]
    return Request(method, ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b""))


def GET(path, headers=None):
    return request("GET", path, headers=headers)


def HEAD(path, headers=None):
    return request("HEAD", path, headers=headers)


def OPTIONS(path, headers=None):
    return request("OPTIONS", path, headers=headers)


def POST(path, body=None, headers=None):
    return request("POST", path, b"" if body is None else body, headers)


def DELETE(path, body=None, headers=None):
    return request("DELETE", path, body, headers)


def RAW(data, method="GET", half=False):
    return Request(method, data.encode() if isinstance(data, str) else data, half)


# Sends nothing: the next answer to what was sent before.
NOTHING = RAW(b"")

# --- expectations


@dataclass(frozen=True)
class Expected:
    """What an answer must be. `body` is bytes, or `Lines`, or a pattern for the JSON value, or ... for anything."""
    status: int
    content_type: str | None = None
    body: object = b""
    headers: dict = field(default_factory=dict)
    streamed: bool | None = None  # None: either framing

    def having(self, **headers):
        """With these headers too: Allow="GET"; None says that a header is absent; _ stands for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def check(self, answer):
        check_common(answer)
        expect_equal("status", answer.status, self.status)
        if answer.status >= 200:
            types = answer.header("Content-Type")
            expect_equal("Content-Type", types[0] if types else None, self.content_type)
        for name, value in self.headers.items():
            check_header(answer, name, value)
        if self.streamed is not None:
            expect_equal("chunked", answer.chunks is not None, self.streamed)
        if answer.method != "HEAD":
            check_body(answer, self.body)


@dataclass(frozen=True)
class Lines:
    """An NDJSON body, one pattern for each line; many(…) for any number of them."""
    patterns: tuple


@dataclass(frozen=True)
class Frames:
    """A body of server-sent events without names: one pattern for each frame before the last, `[DONE]`."""
    patterns: tuple


@dataclass(frozen=True)
class Events:
    """A body of named server-sent events: their names in order, where one stands for a run of the same. Each has its
    name as `type` and its number in `sequence_number`."""
    names: tuple


def ok(body, content_type=JSON):
    """200 with one JSON value."""
    return Expected(200, content_type, body, streamed=False)


def refused(status, error, content_type=JSON):
    """The error object, and nothing but it."""
    return Expected(status, content_type, {"error": error}, streamed=False)


def lines(*patterns):
    """200 and a stream."""
    return Expected(200, NDJSON, Lines(patterns), streamed=True)


def frames(*patterns):
    """200 and a stream of OpenAI's API."""
    return Expected(200, SSE, Frames(patterns), streamed=True)


def events(*names):
    """200 and a stream of events of the Responses API."""
    return Expected(200, SSE, Events(names), streamed=True)


def empty(status):
    return Expected(status, None, b"", {"Content-Length": "0"})


def text(status, body):
    return Expected(status, TEXT, body.encode())


def not_found():
    return text(404, "404 page not found")


def not_allowed(methods):
    return text(405, "405 method not allowed").having(Allow=methods)


def probed(status, content_type, length):
    """An answer to HEAD: the headers of the body that is not sent."""
    return Expected(status, content_type, ..., {"Content-Length": str(length)})


def any_of(*statuses):
    return AnyStatus(statuses)


def soon(expected):
    """What is true after a while: the request is sent again until then."""
    return Soon(expected)


@dataclass(frozen=True)
class Soon:
    expected: object


@dataclass(frozen=True)
class AnyStatus:
    statuses: tuple

    def check(self, answer):
        check_common(answer)
        assert answer.status in self.statuses, f"status {answer.status}, wanted one of {self.statuses}"


# --- checks


def expect_equal(what, value, wanted):
    assert value == wanted, f"{what}: {value!r}, wanted {wanted!r}"


def check_header(answer, name, wanted):
    values = answer.header(name)
    if wanted is None:
        expect_equal(name, values, [])
    elif isinstance(wanted, list):
        expect_equal(name, values, wanted)
    elif isinstance(wanted, re.Pattern):
        assert len(values) == 1 and wanted.fullmatch(values[0]), f"{name}: {values}, wanted {wanted.pattern}"
    else:
        expect_equal(name, values, [wanted])


def check_body(answer, wanted):
    if wanted is ...:
        return
    if isinstance(wanted, bytes):
        expect_equal("body", answer.body, wanted)
    elif isinstance(wanted, Frames):
        *found, last, rest = answer.body.decode().split("\n\n")
        expect_equal("the end", (last, rest), ("data: [DONE]", ""))
        matching.match(wanted.patterns, [matching.parse(frame.removeprefix("data: ").encode()) for frame in found],
                       "the stream")
    elif isinstance(wanted, Events):
        check_events(answer.body.decode(), wanted.names)
    elif isinstance(wanted, Lines):
        matching.match(wanted.patterns, [matching.parse(line) for line in answer.body.splitlines()], "the stream")
    else:
        matching.match(wanted, matching.parse(answer.body))


def check_events(body, names):
    *found, rest = body.split("\n\n")
    expect_equal("the end", rest, "")
    told = []
    for number, frame in enumerate(found):
        name, data = frame.split("\n")
        value = json.loads(data.removeprefix("data: "))
        expect_equal("the name and the number", (value["type"], value["sequence_number"]),
                     (name.removeprefix("event: "), number))
        if told[-1:] != [value["type"]]:
            told.append(value["type"])
    expect_equal("the events", told, list(names))


def check_common(answer):
    """What native-api.md 1.4 and 3.1 say about every answer."""
    if answer.status < 200:
        return
    assert len(answer.header("Date")) == 1, "no Date"
    for name in ("Server", "Content-Encoding"):
        expect_equal(name, answer.header(name), [])
    kind = (answer.header("Content-Type") or [""])[0]
    if answer.method == "HEAD" or not answer.body:
        return
    body = answer.body.decode()
    if kind.startswith(PLAIN_JSON):
        assert kind == PLAIN_JSON or not body.endswith("\n"), "a single object ends with a newline"
        matching.check_encoding(body.removesuffix("\n"))
    elif kind == NDJSON and answer.status < 400:  # a relayed error is no line (native-api.md 9.3)
        assert body.endswith("\n"), "the last line is not ended"
        if answer.chunks:
            expect_equal("chunks", answer.chunks, answer.body.splitlines(keepends=True))
        for number, line in enumerate(body[:-1].split("\n")):
            assert line, f"line {number} is blank"
            matching.check_encoding(line, f"line {number}")
