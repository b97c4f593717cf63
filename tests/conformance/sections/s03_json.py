"""3 JSON rules: how bodies are decoded, and the error texts; how answers are encoded."""

from conformance.rows import *

MISSING = refused(404, "model 'nope:latest' not found")
EOF_TEXT = "unexpected EOF"

SCANNER = [
    ("empty", b"", "missing request body"), ("blanks only", b" \r\n\t ", "missing request body"),
    ("an object cut after its brace", b"{", EOF_TEXT), ("cut inside a key", b'{"mod', EOF_TEXT),
    ("cut after a key", b'{"model"', EOF_TEXT), ("cut after a colon", b'{"model":', EOF_TEXT),
    ("cut inside a text", b'{"model":"ti', EOF_TEXT), ("cut inside an escape", b'{"model":"\\', EOF_TEXT),
    ("cut inside a hexadecimal escape", b'{"model":"\\u00', EOF_TEXT),
    ("cut after a value", b'{"model":"tiny"', EOF_TEXT), ("cut after a comma", b'{"model":"tiny",', EOF_TEXT),
    ("cut inside a literal", b'{"stream":tru', EOF_TEXT), ("cut inside an array", b'{"messages":[', EOF_TEXT),
    ("cut after an element", b'{"messages":[{}', EOF_TEXT), ("cut after a minus", b'{"top_logprobs":-', EOF_TEXT),
    ("cut after a decimal point", b'{"top_logprobs":1.', EOF_TEXT),
    ("cut after an exponent", b'{"top_logprobs":1e', EOF_TEXT),
    ("text that is no JSON", b"hello", "invalid character 'h' looking for beginning of value"),
    ("a brace too many", b"}", "invalid character '}' looking for beginning of value"),
    ("a byte order mark", b"\xef\xbb\xbf{}", "invalid character 'ï' looking for beginning of value"),
    ("a zero byte", b"\0", r"invalid character '\x00' looking for beginning of value"),
    ("a control byte", b"\x01", r"invalid character '\x01' looking for beginning of value"),
    ("a single quote", b"'a'", r"invalid character '\'' looking for beginning of value"),
    ("a backslash", b"\\", r"invalid character '\\' looking for beginning of value"),
    ("a byte above ASCII", b"\xff", "invalid character 'ÿ' looking for beginning of value"),
    ("a value missing", b'{"model":}', "invalid character '}' looking for beginning of value"),
    ("a value missing before a comma", b'{"model":,}', "invalid character ',' looking for beginning of value"),
    ("an element missing", b'{"messages":[,]}', "invalid character ',' looking for beginning of value"),
    ("a trailing comma in an array", b'{"messages":[{},]}', "invalid character ']' looking for beginning of value"),
    ("NaN", b'{"top_logprobs":NaN}', "invalid character 'N' looking for beginning of value"),
    ("a plus sign", b'{"top_logprobs":+1}', "invalid character '+' looking for beginning of value"),
    ("a decimal point first", b'{"top_logprobs":.5}', "invalid character '.' looking for beginning of value"),
    ("a comment", b'// x\n{}', "invalid character '/' looking for beginning of value"),
    ("a trailing comma in an object", b'{"model":"a",}',
     "invalid character '}' looking for beginning of object key string"),
    ("an unquoted key", b"{model:1}", "invalid character 'm' looking for beginning of object key string"),
    ("a single-quoted key", b"{'model':1}", r"invalid character '\'' looking for beginning of object key string"),
    ("a number as key", b"{1:1}", "invalid character '1' looking for beginning of object key string"),
    ("no colon", b'{"model" "a"}', "invalid character '\"' after object key"),
    ("an equals sign", b'{"model"="a"}', "invalid character '=' after object key"),
    ("no comma between members", b'{"model":"a" "b":1}', "invalid character '\"' after object key:value pair"),
    ("a bracket for a brace", b'{"model":"a"]', "invalid character ']' after object key:value pair"),
    ("no comma between elements", b'{"messages":[{} {}]}', "invalid character '{' after array element"),
    ("a brace for a bracket", b'{"messages":[{}}', "invalid character '}' after array element"),
    ("a raw newline in a text", b'{"model":"a\nb"}', r"invalid character '\n' in string literal"),
    ("a raw tab in a text", b'{"model":"a\tb"}', r"invalid character '\t' in string literal"),
    ("a raw control byte in a text", b'{"model":"\x1f"}', r"invalid character '\x1f' in string literal"),
    ("an unknown escape", rb'{"model":"\x41"}', "invalid character 'x' in string escape code"),
    ("an escaped single quote", rb'{"model":"\'"}', r"invalid character '\'' in string escape code"),
    ("a bad hexadecimal digit", rb'{"model":"\u12g4"}', r"invalid character 'g' in \u hexadecimal character escape"),
    ("a misspelt true", b'{"stream":trux}', "invalid character 'x' in literal true (expecting 'e')"),
    ("a misspelt false", b'{"stream":fals3}', "invalid character '3' in literal false (expecting 'e')"),
    ("a misspelt null", b'{"stream":nil}', "invalid character 'i' in literal null (expecting 'u')"),
    ("True", b'{"stream":True}', "invalid character 'T' looking for beginning of value"),
    ("a minus alone", b'{"top_logprobs":-}', "invalid character '}' in numeric literal"),
    ("a leading zero", b'{"top_logprobs":01}', "invalid character '1' after object key:value pair"),
    ("a decimal point last", b'{"top_logprobs":1.}', "invalid character '}' after decimal point in numeric literal"),
    ("an exponent without digits", b'{"top_logprobs":1e}', "invalid character '}' in exponent of numeric literal"),
    ("an exponent with a sign only", b'{"top_logprobs":1e+}', "invalid character '}' in exponent of numeric literal"),
    ("hexadecimal", b'{"top_logprobs":0x1}', "invalid character 'x' after object key:value pair"),
    ("a syntax error after a type mismatch wins", b'{"model":5,"stream":tru}',
     "invalid character '}' in literal true (expecting 'e')"),
    ("a syntax error in a key that is not known", b'{"other":[1,}',
     "invalid character '}' looking for beginning of value"),
]


def mismatch(kind, struct, path, go_type):
    return refused(400, f"json: cannot unmarshal {kind} into Go struct field {struct}.{path} of type {go_type}")


MAP = "map[string]interface {}"
# Route, struct, and for each field its Go type; each is sent a value of a kind it cannot take.
FIELDS = {
    ("/api/generate", "GenerateRequest"): {
        "model": "string", "prompt": "string", "suffix": "string", "system": "string", "template": "string",
        "context": "[]int", "stream": "bool", "raw": "bool", "options": MAP, "truncate": "bool", "shift": "bool",
        "logprobs": "bool", "top_logprobs": "int", "_debug_render_only": "bool", "images": "[]api.ImageData"
    },
    ("/api/chat", "ChatRequest"): {
        "model": "string", "messages": "[]api.Message", "stream": "bool", "options": MAP, "tools": "api.Tools",
        "truncate": "bool", "shift": "bool", "logprobs": "bool", "top_logprobs": "int", "_debug_render_only": "bool"
    },
    ("/api/embed", "EmbedRequest"): {"model": "string", "truncate": "bool", "dimensions": "int", "options": MAP},
    ("/api/embeddings", "EmbeddingRequest"): {"model": "string", "prompt": "string", "options": MAP},
    ("/api/show", "ShowRequest"): {
        "model": "string", "name": "string", "system": "string", "template": "string", "verbose": "bool", "options": MAP
    },
    ("/api/create", "CreateRequest"): {
        "model": "string", "name": "string", "from": "string", "stream": "bool", "quantize": "string",
        "template": "string", "system": "string", "files": "map[string]string", "adapters": "map[string]string",
        "parameters": "map[string]interface {}", "messages": "[]api.Message", "renderer": "string", "parser": "string",
        "requires": "string", "info": MAP
    },
    ("/api/copy", "CopyRequest"): {"source": "string", "destination": "string"},
    ("/api/pull", "PullRequest"): {"model": "string", "name": "string", "insecure": "bool", "stream": "bool"},
    ("/api/push", "PushRequest"): {"model": "string", "name": "string", "insecure": "bool", "stream": "bool"},
}
# What Go calls a value of each kind, in the order in which one is chosen.
KINDS = {"number": 5, "string": "text", "object": {"a": 1}, "array": ["x"], "bool": True}


def wrong_kinds(go_type):
    """The kinds a Go type cannot take."""
    takes = {"string": "string", "bool": "bool", "int": "number"}.get(
        go_type, "array" if go_type.startswith(("[", "api.")) else "object")
    return [kind for kind in KINDS if kind != takes]


def mismatch_rows():
    for (path, struct), fields in FIELDS.items():
        for position, (name, go_type) in enumerate(fields.items()):
            kinds = wrong_kinds(go_type)
            kind = kinds[position % len(kinds)]
            yield row(f"{path} {name}: {kind} for {go_type}", POST(path, {name: KINDS[kind]}),
                      mismatch(kind, struct, name, go_type))


MESSAGE = {"role": "user", "content": "x"}

ROWS = rows(
    "3.2",
    *(row(f"syntax: {title}", POST("/api/chat", body), refused(400, error)) for title, body, error in SCANNER),
    *mismatch_rows(),
    row("delete: number for model", DELETE("/api/delete", {"model": 5}),
        mismatch("number", "DeleteRequest", "model", "string")),
    row("delete: empty", DELETE("/api/delete", b""), refused(400, "missing request body")),
    *(row(f"{path}: empty body", POST(path, b""), refused(400, "missing request body"))
      for path in ("/api/generate", "/api/embed", "/api/embeddings", "/api/show", "/api/create", "/api/copy", "/api/pull",
                   "/api/push")),
    *(row(f"{path}: an array as body", POST(path, [1]),
          refused(400, f"json: cannot unmarshal array into Go value of type api.{struct}")) for path, struct in FIELDS),
    *(row(f"a {kind} as body", POST("/api/chat", body),
          refused(400, f"json: cannot unmarshal {kind} into Go value of type api.ChatRequest"))
      for kind, body in (("string", b'"x"'), ("number", b"12"), ("bool", b"true"))),
    row("content as a list of parts", POST("/api/chat",
                                           {"model": "tiny", "messages": [{"content": [{"type": "text"}]}]}),
        mismatch("array", "ChatRequest", "messages.content", "string")),
    row("role as a number", POST("/api/chat", {"messages": [{"role": 1}]}),
        mismatch("number", "ChatRequest", "messages.role", "string")),
    row("a message as a text", POST("/api/chat", {"messages": ["hi"]}), any_of(400)),
    row("tool_calls name as a number", POST("/api/chat", {"messages": [{"tool_calls": [{"function": {"name": 5}}]}]}),
        mismatch("number", "ChatRequest", "messages.tool_calls.function.name", "string")),
    row("tool name as a number", POST("/api/chat", {"tools": [{"function": {"name": 5}}]}),
        mismatch("number", "ToolFunction", "tools.function.name", "string")),
    row("tool type as a number", POST("/api/chat", {"tools": [{"type": 5}]}),
        mismatch("number", "Tool", "tools.type", "string")),
    row("tool parameters type as a number", POST("/api/chat", {"tools": [{"function": {"parameters": {"type": 5}}}]}),
        mismatch("number", "ToolFunctionParameters", "tools.function.parameters.type", "string")),
    *(row(f"top_logprobs {literal}", POST("/api/chat", f'{{"top_logprobs":{literal}}}'.encode()),
          mismatch(f"number {literal}", "ChatRequest", "top_logprobs", "int"))
      for literal in ("1.5", "1.0", "1e1", "9223372036854775808", "-0.0")),
    row("the first of several mismatches", POST("/api/chat", b'{"stream":"a","model":5}'),
        mismatch("string", "ChatRequest", "stream", "bool")),
    row("a custom decoder's error wins over an earlier mismatch", POST("/api/chat", b'{"model":5,"keep_alive":"x"}'),
        refused(400, 'time: invalid duration "x"')),
    row("a custom decoder stops decoding: the first one wins", POST("/api/chat", b'{"keep_alive":"x","think":5}'),
        refused(400, 'time: invalid duration "x"')),
    row("a mismatch inside a message wins over one before", POST("/api/chat",
                                                                 b'{"stream":"a","messages":[{"role":1}]}'),
        mismatch("number", "ChatRequest", "messages.role", "string")),
    row("what follows the first value is ignored", POST("/api/show", b'{"model":"nope"} and } junk'), MISSING),
    row("a second object is ignored", POST("/api/show", b'{"model":"nope"}{"model":"tiny"}'), MISSING),
    row("blanks before", POST("/api/show", b' \r\n\t{"model":"nope"}'), MISSING),
    row("unknown keys are ignored", POST("/api/show", {"whatever": {"deep": [1]}, "model": "nope"}), MISSING),
    row("keys match without case", POST("/api/show", {"MODEL": "nope"}), MISSING),
    row("keys match in mixed case", POST("/api/show", {"mOdEl": "nope"}), MISSING),
    row("an exact key after one in another case: the last wins", POST("/api/show", b'{"MODEL":"a","model":"nope"}'),
        MISSING),
    row("another case after the exact key: the last wins", POST("/api/show", b'{"model":"a","MODEL":"nope"}'), MISSING),
    row("duplicate keys: the last wins", POST("/api/show", b'{"model":"tiny","model":"nope"}'), MISSING),
    row("null leaves the value before", POST("/api/show", b'{"model":"nope","model":null}'), MISSING),
    row("escapes in keys", POST("/api/show", b'{"m\\u006fdel":"nope"}'), MISSING),
    row("escapes in texts", POST("/api/show", b'{"model":"n\\u006fpe"}'), MISSING),
    row("an escaped slash", POST("/api/show", b'{"model":"library\\/nope"}'), MISSING),
    row("null for the name", POST("/api/show", {"model": None}), refused(400, "model is required")),
    row("the literal null", POST("/api/show", b"null"), refused(400, "model is required")),
    row("the literal null to chat", POST("/api/chat", b"null"), refused(400, "model is required")),
    row("the literal null to generate", POST("/api/generate", b"null"), refused(404, "model '' not found")),
    row(
        "null for every scalar",
        POST(
            "/api/generate", {
                "model": "nope", "prompt": None, "stream": None, "raw": None, "context": None, "options": None,
                "keep_alive": None, "think": None, "images": None, "top_logprobs": None, "format": None
            }), refused(404, "model 'nope' not found")),
    row("null for lists", POST("/api/chat", {"model": "nope", "messages": None, "tools": None}),
        refused(404, "model 'nope' not found")),
    row("numbers of any length outside known keys",
        POST("/api/show", b'{"model":"nope","x":123456789012345678901234567890.5e-300}'), MISSING),
    row("deep nesting is bounded", POST("/api/chat", b"[" * 100_000), any_of(400)),
    row("deep objects are bounded", POST("/api/chat", b'{"a":' * 100_000), any_of(400)),
    row("invalid UTF-8 in a text becomes U+FFFD", DELETE("/api/delete", b'{"model":"\xff"}'),
        refused(400, 'name "\ufffd" is invalid')),
    row("a lone surrogate becomes U+FFFD", DELETE("/api/delete", b'{"model":"\\ud800"}'),
        refused(400, 'name "\ufffd" is invalid')),
    row("a surrogate pair is one character", DELETE("/api/delete", b'{"model":"\\ud83d\\ude00"}'),
        refused(400, 'name "\U0001f600" is invalid')),
)

# The encoding of every answer is checked, so it is enough to have these sent back.
AWKWARD = "\u2028\u2029<&>\0\x01\x1f\b\f\n\r\t\"\\/\x7f\u00a0é漢😀\ufeff"


def echoed(written):
    """A name that cannot be, echoed in an error body of exactly these bytes."""
    return Expected(400, JSON, b'{"error":"name \\"' + written + b'\\" is invalid"}')


ROWS += rows(
    "3.1",
    row("< > & are escaped", DELETE("/api/delete", {"model": "<a>&b"}), echoed(rb"\u003ca\u003e\u0026b")),
    row("every kind of character",
        POST("/api/generate", {"model": "tiny", "prompt": AWKWARD, "_debug_render_only": True}),
        ok({...: ..., "_debug_info": {"rendered_template": AWKWARD}})),
    row("letters beyond ASCII are raw", DELETE("/api/delete", {"model": "é漢😀"}), echoed("é漢😀".encode())),
    row("errors are compact", POST("/api/show", {"model": "nope"}),
        Expected(404, JSON, b'{"error":"model \'nope:latest\' not found"}')),
    row("status is compact", GET("/api/status"), Expected(200, JSON, b'{"cloud":{"disabled":true,"source":"none"}}')),
    row("created_at is UTC", POST("/api/generate", {"model": "tiny"}),
        ok({"model": "tiny", "created_at": utc_time, ...: ...})),
    row("modified_at has the local offset", POST("/api/show", {"model": "tiny"}),
        ok({...: ..., "modified_at": local_time})),
    row("expires_at has the local offset", POST("/api/generate", {"model": "tiny"}), ok(...), GET("/api/ps"),
        ok({"models": [many({...: ..., "expires_at": local_time, "size_vram": int, "context_length": positive})]})),
)
