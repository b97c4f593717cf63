"""Sections 3.2 and 10 of the OpenAI and Anthropic specification, with what section 15 adds: messages, counts."""

from conformance.rows import *

HELLO = [{"role": "user", "content": "hello"}]
ID = re.compile("msg_[0-9a-f]{24}")
REQUEST_ID = re.compile("req_[0-9a-f]{24}")
USAGE = {"input_tokens": int, "cache_creation_input_tokens": 0, "cache_read_input_tokens": int, "output_tokens": int}
TOOLS = [{"name": "add", "input_schema": {"type": "object", "properties": {"a": {"type": "integer"},
                                                                           "b": {"type": "integer"}}}}]
CALL = {"type": "tool_use", "id": str, "name": "add", "input": {"a": 1, "b": 2}}
THOUGHT = {"type": "thinking", "thinking": "Let me see.\n", "signature": str}
PIXEL = "iVBORw0KGgo="


def messages(model="muser", messages=HELLO, **fields):
    return POST("/v1/messages", {"model": model, "messages": messages, "max_tokens": 50, **fields})


def count(model="muser", messages=HELLO, **fields):
    return POST("/v1/messages/count_tokens", {"model": model, "messages": messages, **fields})


def plain(**fields):
    return messages(thinking={"type": "disabled"}, **fields)


def text(words):
    return {"type": "text", "text": words}


def message(*content, reason="end_turn", sequence=None):
    return ok({"id": id_like("msg"), "type": "message", "role": "assistant", "model": str, "content": list(content),
               "stop_reason": reason, "stop_sequence": sequence, "usage": USAGE}, PLAIN_JSON)


def id_like(prefix):
    return containing(prefix + "_")


def envelope(status, message, kind="invalid_request_error"):
    return Expected(status, PLAIN_JSON, {"type": "error", "error": {"type": kind, "message": message},
                                         "request_id": id_like("req")}, streamed=False).having(request_id=REQUEST_ID)


def said(*blocks):
    return [{"role": "user", "content": list(blocks)}]


def image(**source):
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL, **source}}


def counted(pattern=positive):
    return ok({"input_tokens": pattern}, PLAIN_JSON)


FORTY = text("Just forty-two?")
ANSWER = text("Forty-two!")

ROWS = rows(
    "v10.1",
    row("an empty body", POST("/v1/messages", b""), envelope(400, "EOF")),
    row("a cut body", POST("/v1/messages", b'{"model":'), envelope(400, "unexpected EOF")),
    row("a list", POST("/v1/messages", []),
        envelope(400, "json: cannot unmarshal array into Go value of type anthropic.MessagesRequest")),
    row("no model comes first", POST("/v1/messages", {}), envelope(400, "model is required")),
    row("then no max_tokens", POST("/v1/messages", {"model": "muser"}),
        envelope(400, "max_tokens is required and must be positive")),
    row("max_tokens of 0", messages(max_tokens=0), envelope(400, "max_tokens is required and must be positive")),
    row("then no messages", messages(messages=[]), envelope(400, "messages is required")),
    row("a model that is not there", messages(model="nope"),
        envelope(404, "model 'nope' not found", "not_found_error")),
    row("before any header of a stream", messages(model="nope", stream=True),
        envelope(404, "model 'nope' not found", "not_found_error")),
    row("a model that only embeds", messages(model="embedding"), envelope(400, '"embedding" does not support chat')),
    row("a query is ignored", POST("/v1/messages?beta=true", {
        "model": "muser", "messages": HELLO, "max_tokens": 50}), message(THOUGHT, ANSWER)),
) + rows(
    "v10.2",
    row("an answer", messages(), message(THOUGHT, ANSWER)),
    row("max_tokens", plain(max_tokens=1), message(text("Just"), reason="max_tokens")),
    row("a stop sequence is told", plain(stop_sequences=["x", " forty"]),
        message(text("Just"), reason="stop_sequence", sequence=" forty")),
    row("thinking disabled", messages(thinking={"type": "disabled"}), message(FORTY)),
    row("thinking adaptive", messages(thinking={"type": "adaptive"}), message(THOUGHT, ANSWER)),
    row("thinking of a model that cannot", messages(model="tiny", max_tokens=2, thinking={
        "type": "enabled", "budget_tokens": 1024}), message(text(str), reason="max_tokens")),
    *(row(f"effort {effort}", messages(output_config={"effort": effort}), message(THOUGHT, ANSWER))
      for effort in ("low", "medium", "high", "max", "xhigh", "nonsense")),
    row("what only informs is ignored", plain(metadata={"user_id": "u"}, service_tier="auto", container=None,
                                              context_management={}, betas=["b"]), message(FORTY)),
    row("a conversation that the server is to remember", plain(thread={"type": "create"}), Expected(400, PLAIN_JSON, {
        "type": "error", "error": {
            "type": "invalid_request_error", "message": containing("message threads are not supported"),
            "details": {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}}, "request_id": id_like("req")})),
    row("a format", messages(model="tiny", max_tokens=100, output_config={"format": {
        "type": "json_schema", "schema": {"const": 7}}}), message(text(containing("7")))),
    row("a format by its old name", messages(model="tiny", max_tokens=100, output_format={
        "type": "json_schema", "schema": {"const": 7}}), message(text(containing("7")))),
) + rows(
    "v10.3",
    row("content of null", plain(messages=[*HELLO, {"role": "user", "content": None}]), message(FORTY)),
    row("no content", plain(messages=[{"role": "user"}]), envelope(400, "unexpected end of JSON input")),
    row("content of another type", plain(messages=[{"role": "user", "content": 7}]), envelope(400, str)),
    row("an image without a source", plain(messages=said({"type": "image"})), envelope(400, "invalid image source")),
    row("an image of a URL", plain(messages=said(image(type="url", url="https://a.test/x.png"))),
        envelope(400, "invalid image source type: url. Only base64 images are supported.")),
    row("an image that is not base64", plain(messages=said(image(data="%"))),
        envelope(400, containing("invalid base64 image data: "))),
    row("a tool_use without an id", plain(messages=said({"type": "tool_use", "name": "f"})),
        envelope(400, "tool_use block missing required 'id' field")),
    row("a tool_use without a name", plain(messages=said({"type": "tool_use", "id": "f"})),
        envelope(400, "tool_use block missing required 'name' field")),
    row("a tool_result with a bad image", plain(messages=said({
        "type": "tool_result", "tool_use_id": "f", "content": [{"type": "image"}]})),
        envelope(400, "invalid tool_result image source")),
    row("a PDF is not dropped silently", plain(messages=said({"type": "document", "source": {
        "type": "base64", "media_type": "application/pdf", "data": PIXEL}})), envelope(400, str)),
    row("an answer to nothing would look like one", plain(messages=said({"type": "container_upload"})),
        envelope(400, "messages: they hold nothing that a model can read"),
        plain(messages=[{"role": "user", "content": ""}]),
        envelope(400, "messages: they hold nothing that a model can read")),
    row("unknown blocks are", plain(messages=said(text("hello"), {"type": "container_upload"})), message(FORTY)),
    row("a document of text", plain(messages=said({"type": "document", "title": "T", "source": {
        "type": "text", "media_type": "text/plain", "data": "hello"}})), message(FORTY)),
    row("system, as text and blocks, and among the messages",
        plain(system="s"), message(FORTY), plain(system=[text("s")]), message(FORTY),
        plain(messages=[{"role": "system", "content": "s"}, *HELLO]), message(FORTY)),
) + rows(
    "v10.4",
    row("a call", messages("caller", tools=TOOLS), message(CALL, reason="tool_use")),
    row("a call and its result", messages("caller", tools=TOOLS, messages=[
        *HELLO, {"role": "assistant", "content": [{**CALL, "id": "c1"}]},
        *said({"type": "tool_result", "tool_use_id": "c1", "content": [text("3")]})]),
        message(text("The sum is three."))),
    row("tools of a model that has none", messages("tiny", tools=TOOLS), envelope(
        400, "registry.ollama.ai/library/tiny:latest does not support tools")),
    row("a bad schema", messages("caller", tools=[{"name": "f", "input_schema": 7}]),
        envelope(400, containing('invalid input_schema for tool "f": '))),
    row("a search of the web is not offered", messages("tiny", max_tokens=1, tools=[
        {"type": "web_search_20250305", "name": "web_search"}]), message(text(str), reason="max_tokens")),
    row("tool_choice none", messages("caller", tools=TOOLS, max_tokens=2, tool_choice={"type": "none"}),
        message(text(str), reason=str)),
    *(row(f"tool_choice {choice['type']}", messages("caller", tools=TOOLS, tool_choice={
        **choice, "disable_parallel_tool_use": True}), message(CALL, reason="tool_use"))
      for choice in ({"type": "auto"}, {"type": "any"}, {"type": "tool", "name": "add"})),
    row("tool_choice of nobody", messages("caller", tools=TOOLS, tool_choice={"type": "tool", "name": "nobody"}),
        envelope(400, 'tool_choice names "nobody", which is not among the tools')),
    row("a tool_choice that is none", messages("caller", tools=TOOLS, tool_choice={"type": "x"}), envelope(400, str)),
    row("tool_choice any without tools", messages(tool_choice={"type": "any"}),
        envelope(400, "tool_choice requires a tool call, but there are no tools")),
) + rows(
    "v15.6",
    row("a count", count(), counted()),
    row("a count of tools and system", count("caller", tools=TOOLS, system="s", thinking={"type": "disabled"}), counted()),
    row("a count without a model", count(model=""), envelope(400, "model is required")),
    row("a count without messages", count(messages=[]), envelope(400, "messages is required")),
    row("a count of a model that is not there", count(model="nope"),
        envelope(404, "model 'nope' not found", "not_found_error")),
)
