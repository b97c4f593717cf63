"""Section 15 of the OpenAI and Anthropic specification: what clients may send that upstream loses or refuses."""

import base64

import sounds
from conformance.rows import *
from conformance.sections import v04_openai as openai
from conformance.sections import v08_responses as responses
from conformance.sections import v10_messages as anthropic

TEXT_FILE = "data:text/plain;base64,aGVsbG8="
PDF = "data:application/pdf;base64,aGVsbG8="
TEXT_SOURCE = {"type": "text", "media_type": "text/plain", "data": "3"}
NO_PDF = containing("documents of type application/pdf are not supported")
QUIET = {"reasoning": {"effort": "none"}}


def user(*parts):
    return [{"role": "user", "content": list(parts)}]


def called_with(arguments):
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": arguments}}
    return openai.chat("caller", [*openai.HELLO, {**openai.CALLED, "tool_calls": [call]}, openai.RESULT],
                       tools=openai.TOOLS)


def item_of(kind, **fields):
    return responses.responses(input=[{"type": kind, "id": "item_1", **fields}, responses.USER], **QUIET)


def quietly(*output, **changes):
    return responses.response(*output, **{"reasoning": {"effort": "none"}, **changes})


def result_of(*content):
    return anthropic.messages("caller", [
        *anthropic.HELLO, {"role": "assistant", "content": [{**anthropic.CALL, "id": "c1"}]},
        *anthropic.said({"type": "tool_result", "tool_use_id": "c1", "content": list(content)})], tools=anthropic.TOOLS)


def document(**source):
    return anthropic.plain(messages=anthropic.said({"type": "document", "title": "T", "source": source}))


def zstd_frame(blocks):
    """A frame with a window of 8 MiB of blocks, each (kind, size of its content, bytes): RFC 8878, 3.1.1."""
    frame = b"\x28\xb5\x2f\xfd\x00\x68"
    for i, (kind, size, data) in enumerate(blocks):
        frame += (size << 3 | kind << 1 | (i + 1 == len(blocks))).to_bytes(3, "little") + data
    return frame


def zstd(body):
    """Compressed as little as can be: blocks that are what they hold."""
    data = json.dumps(body).encode()
    return zstd_frame([(0, len(data), data)])


def compressed(path, data, encoding="zstd"):
    return POST(path, data, {"Content-Encoding": encoding})


ENDLESS = zstd_frame([(1, 128 << 10, b" ")] * 161)  # 20 MiB and a block of blanks, in 650 bytes
TOO_MUCH = containing("it has more than 20971520 bytes")
CUT_OFF = containing("the compressed data cannot be read: it ends too early")
NO_GZIP = "bodies compressed with gzip are not supported, please send them as they are or with zstd"

ROWS = rows(
    "v15.2",
    row("arguments of nothing", called_with(""), openai.answer({"content": "The sum is three."})),
    row("refusals and files of text are text", openai.chat(messages=user(
        {"type": "refusal", "refusal": "no"}, {"type": "file", "file": {"file_data": TEXT_FILE}})),
        openai.answer(openai.THOUGHT)),
    row("functions, called in their own form", openai.chat("caller", functions=[openai.TOOLS[0]["function"]]), openai.answer(
        {"content": "", "function_call": {"name": "add", "arguments": '{"a":1,"b":2}'}}, "function_call")),
    row("functions and what came of one", openai.chat("caller", [*openai.HELLO, {
        "role": "assistant", "content": None, "function_call": {"name": "add", "arguments": '{"a": 1}'}}, {
            "role": "function", "name": "add", "content": "3"}], functions=[openai.TOOLS[0]["function"]]),
        openai.answer({"content": "The sum is three."})),
    row("a function that is not there", openai.chat("caller", functions=[openai.TOOLS[0]["function"]], function_call={
        "name": "nobody"}), openai.wrong(
            "function_call", containing("which is not among the tools"))),
    row("a PDF is not dropped silently", openai.chat(messages=user({"type": "file", "file": {"file_data": PDF}})),
        openai.wrong("messages[0].content[0].file.file_data",
                     "files other than text are not supported, please send their text instead")),
    row("a file without its bytes", openai.chat(messages=user({"type": "file", "file": {"file_id": "f"}})),
        openai.wrong("messages[0].content[0].file.file_data", "invalid message format")),
) + rows(
    "v15.3",
    *(row(f"a part of type {part['type']}", responses.responses(input=user(part), **QUIET), quietly(responses.PLAIN))
      for part in ({"type": "output_text", "text": "x"}, {"type": "refusal", "refusal": "x"},
                   {"type": "summary_text", "text": "x"}, {"type": "reasoning_text", "text": "x"},
                   {"type": "input_file", "filename": "a.txt", "file_data": TEXT_FILE})),
    row("a part of type input_audio", responses.responses("hearing", user({
        "type": "input_audio", "input_audio": {"data": base64.b64encode(sounds.tone(440, 0.2)).decode(), "format": "wav"}})),
        responses.response(responses.message(str, str), status=str, incomplete_details=...)),
    *(row(f"an item of type {kind} is skipped", item_of(kind, status="completed"), quietly(responses.PLAIN))
      for kind in ("web_search_call", "file_search_call", "computer_call", "image_generation_call",
                   "code_interpreter_call", "mcp_list_tools", "mcp_call", "mcp_approval_request", "compaction")),
    row("what a computer showed is skipped", item_of("computer_call_output", call_id="c", output={
        "type": "computer_screenshot", "image_url": "https://a.test/x.png"}), quietly(responses.PLAIN)),
    row("a local shell's call and output", responses.responses("caller", [responses.USER, {
        "type": "local_shell_call", "id": "l", "call_id": "c", "action": {"type": "exec", "command": ["ls"]}}, {
            "type": "local_shell_call_output", "id": "l", "call_id": "c", "output": "3"}], tools=[responses.ADD]),
        responses.response(responses.message("The sum is three."), tools=responses.ECHO)),
) + rows(
    "v15.4",
    row("a document in a tool_result", result_of({"type": "document", "source": TEXT_SOURCE}),
        anthropic.message(anthropic.text("The sum is three."))),
    row("a search_result in a tool_result", result_of({
        "type": "search_result", "title": "T", "source": "s", "content": [anthropic.text("3")]}),
        anthropic.message(anthropic.text("The sum is three."))),
    row("a PDF in a tool_result is not dropped silently", result_of({"type": "document", "source": {
        "type": "base64", "media_type": "application/pdf", "data": "aGk="}}), anthropic.envelope(400, NO_PDF)),
    row("a document of text in base64", document(type="base64", media_type="text/plain", data="aGVsbG8="),
        anthropic.message(anthropic.FORTY)),
    row("a document of blocks", document(type="content", content=[anthropic.text("hello")]),
        anthropic.message(anthropic.FORTY)),
    row("thoughts that nobody can read", anthropic.plain(messages=[
        *anthropic.HELLO, {"role": "assistant", "content": [{"type": "redacted_thinking", "data": "x"},
                                                            anthropic.text("hi")]}, *anthropic.HELLO]),
        anthropic.message(anthropic.FORTY)),
) + rows(
    "v15.5",
    row("a compressed body of /v1/chat/completions", compressed("/v1/chat/completions", zstd({
        "model": "muser", "messages": openai.HELLO}), "ZSTD"), openai.answer(openai.THOUGHT)),
    row("a compressed body of /v1/messages", compressed("/v1/messages", zstd({
        "model": "muser", "messages": anthropic.HELLO, "max_tokens": 50, "thinking": {"type": "disabled"}})),
        anthropic.message(anthropic.FORTY)),
    row("a compressed body of /v1/responses", compressed("/v1/responses", zstd({"model": "nope", "input": "x"})),
        openai.envelope(404, "model 'nope' not found", "not_found_error", code="model_not_found")),
    row("a compressed body of /v1/embeddings", compressed("/v1/embeddings", zstd({"model": "embedding", "input": []})),
        openai.wrong("input", "invalid input")),
    *(row(f"a compressed body that is {what}", compressed("/v1/chat/completions", data), openai.envelope(400, message))
      for what, data, message in (("cut off", zstd({"model": "muser"})[:-1], CUT_OFF), ("too much", ENDLESS, TOO_MUCH),
                                  ("none", b"{}", containing("the compressed data cannot be read")))),
    row("a compressed body that is cut off, of /v1/messages", compressed("/v1/messages", zstd({})[:-1]),
        anthropic.envelope(400, CUT_OFF)),
    row("a body compressed otherwise", compressed("/v1/chat/completions", b"x", "gzip"),
        openai.envelope(415, NO_GZIP, "api_error")),
    row("a compressed form", compressed("/v1/audio/transcriptions", b"x"), openai.envelope(
        415, "bodies compressed with zstd are not supported, please send them as they are", "api_error")),
    row("a body that says it is none", POST("/v1/chat/completions", {
        "model": "muser", "messages": openai.HELLO}, {"Content-Encoding": "Identity"}), openai.answer(openai.THOUGHT)),
) + rows(
    "v15.6",
    row("a model in a namespace, escaped", GET("/v1/models/Mixed%2FCase%3ATag"), ok({
        "id": "Mixed/Case:Tag", "object": "model", "created": positive, "owned_by": "Mixed", ...: ...}, PLAIN_JSON)),
) + rows(
    "v15.7",
    row("completions of several prompts, several times", openai.completion(prompt=["a", "b"], n=2), ok({
        "id": str, "object": "text_completion", "created": positive, "model": "tiny", "system_fingerprint": "fp_ollama",
        "choices": [{"text": str, "index": i, "finish_reason": str} for i in range(4)], "usage": openai.USAGE}, PLAIN_JSON)),
    row("logprobs of completions", openai.completion(max_tokens=1, logprobs=1), ok({
        "id": str, "object": "text_completion", "created": positive, "model": "tiny", "system_fingerprint": "fp_ollama",
        "choices": [{"text": str, "index": 0, "logprobs": {"tokens": [str], "token_logprobs": [number], "top_logprobs": [
            ...], "text_offset": [0]}, "finish_reason": "length"}], "usage": openai.USAGE}, PLAIN_JSON)),
)
