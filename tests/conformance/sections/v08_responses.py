"""Section 8 of the OpenAI specification, with what section 15.3 adds: /v1/responses."""

from conformance.rows import *
from conformance.sections.v04_openai import envelope, lacking, missing, unsupported, wrong, wrong_type

HI = "hello"
USAGE = {"input_tokens": positive, "output_tokens": positive, "total_tokens": positive,
         "input_tokens_details": {"cached_tokens": int}, "output_tokens_details": {"reasoning_tokens": int}}
ADD = {"type": "function", "name": "add", "parameters": {
    "type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}}
PATCH = {"type": "custom", "name": "add", "description": "takes text"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "add", "arguments": '{"a": 1, "b": 2}'}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "3"}
USER = {"role": "user", "content": "hello"}
THINKING = {"id": containing("rs_"), "type": "reasoning", "summary": [{"type": "summary_text", "text": "Let me see.\n"}],
            "encrypted_content": "Let me see.\n"}


def responses(model="muser", input=HI, **fields):
    return POST("/v1/responses", {"model": model, "input": input, **fields})


def message(text, status="completed", logprobs=()):
    return {"id": containing("msg_"), "type": "message", "status": status, "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": list(logprobs)}]}


def response(*output, status="completed", **changes):
    object_ = {
        "id": containing("resp_"), "object": "response", "created_at": positive, "completed_at": positive,
        "status": status, "incomplete_details": None, "model": str, "previous_response_id": None, "instructions": None,
        "output": list(output), "error": None, "tools": [], "tool_choice": "auto", "truncation": "disabled",
        "parallel_tool_calls": True, "text": {"format": {"type": "text"}}, "top_p": 1, "presence_penalty": 0,
        "frequency_penalty": 0, "top_logprobs": 0, "temperature": 1, "reasoning": None, "usage": USAGE,
        "max_output_tokens": None, "max_tool_calls": None, "store": True, "background": False,
        "service_tier": "default", "metadata": {}, "user": None, "safety_identifier": None, "prompt_cache_key": None}
    return ok({**object_, **changes}, PLAIN_JSON)


PLAIN = message("Just forty-two?")
QUIET = {"reasoning": {"effort": "none"}}
CALLED = {"id": containing("fc_"), "type": "function_call", "status": "completed", "call_id": str, "name": "add",
          "arguments": '{"a":1,"b":2}'}
ECHO = [{"type": "function", "name": "add", "description": None, "strict": None, "parameters": ...}]
# The names of a stream's events.
BEGIN = ["response.created", "response.in_progress"]
REASONING = ["response.output_item.added", "response.reasoning_summary_part.added",
             "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
             "response.reasoning_summary_part.done", "response.output_item.done"]
MESSAGE = ["response.output_item.added", "response.content_part.added", "response.output_text.delta",
           "response.output_text.done", "response.content_part.done", "response.output_item.done"]
FUNCTION = ["response.output_item.added", "response.function_call_arguments.delta",
            "response.function_call_arguments.done", "response.output_item.done"]

ROWS = rows(
    "v8.1",
    row("an empty body", POST("/v1/responses", b""), envelope(400, "EOF")),
    row("no model", responses(model=""), lacking("model", "model is required")),
    row("a model that is not there", responses(model="nope", stream=True), missing("model 'nope' not found")),
    row("input of a wrong type", responses(input=5), wrong_type("input", "input must be a string or array: 5")),
    row("no input only loads", responses(input=None), response(message(""), usage=...)),
    row("instructions", responses(instructions="be brief", **QUIET),
        response(PLAIN, instructions="be brief", reasoning={"effort": "none"})),
    row("instructions as items", responses(instructions=[{"role": "developer", "content": "be brief"}], **QUIET),
        response(PLAIN, instructions=[{"role": "developer", "content": "be brief"}], reasoning={"effort": "none"})),
    row("max_output_tokens", responses(max_output_tokens=1, **QUIET),
        response(message("Just", "incomplete"), status="incomplete", max_output_tokens=1,
                 incomplete_details={"reason": "max_output_tokens"}, reasoning={"effort": "none"})),
    row("what is only echoed", responses(metadata={"a": "b"}, user="u", prompt_cache_key="k", safety_identifier="s",
                                         parallel_tool_calls=True, **QUIET),
        response(PLAIN, metadata={"a": "b"}, user="u", prompt_cache_key="k", safety_identifier="s",
                 reasoning={"effort": "none"})),
    row("text.format json_schema", responses("tiny", text={"format": {
        "type": "json_schema", "name": "n", "schema": {"const": 7}, "strict": True}}),
        response(message(containing("7")), text={"format": {
            "type": "json_schema", "name": "n", "schema": {"const": 7}, "strict": True}})),
    row("a format that is none", responses(text={"format": {"type": "yaml"}}), wrong("text.format.type", str)),
    row("a truncation that is none", responses(truncation="sometimes"),
        wrong("truncation", 'truncation is "auto" or "disabled"')),
    row("a truncation", responses(truncation="auto", **QUIET),
        response(PLAIN, truncation="auto", reasoning={"effort": "none"})),
    row("a reasoning effort that is none", responses(reasoning={"effort": "huge"}),
        wrong("reasoning.effort", containing('invalid reasoning value: "huge"'))),
    row("logprobs", responses("tiny", max_output_tokens=1, top_logprobs=1), response(
        message(str, "incomplete", [{"token": str, "logprob": number, "bytes": [many(int)], "top_logprobs": [
            {"token": str, "logprob": number, "bytes": [many(int)]}]}]),
        status="incomplete", max_output_tokens=1, top_logprobs=1, incomplete_details={"reason": "max_output_tokens"})),
    *(row(f"{name} is not ignored", responses(**{name: value}), unsupported(name, f"{name} is not supported"))
      for name, value in (("background", True), ("conversation", "c"), ("prompt", {"id": "p"}))),
) + rows(
    "v8.2",
    row("items", responses(input=[{**USER, "content": [{"type": "input_text", "text": "hello"}]}]),
        response(THINKING, message("Forty-two!"))),
    row("an item without a type", responses(input=[{"content": "x"}]),
        lacking("input[0].type", "input[0]: input item missing required 'type' field")),
    row("items that models do not read", responses(input=[{"type": "web_search_call", "id": "ws_1"}, USER,
                                                          {"type": "nonsense"}], **QUIET),
        response(PLAIN, reasoning={"effort": "none"})),
    row("a part of an unknown type", responses(input=[{**USER, "content": [{"type": "video"}]}]),
        wrong("input[0].content[0].type", "input[0]: content[0]: unknown content type: video")),
    row("a part of an unknown type in instructions", responses(instructions=[{**USER, "content": [{"type": "video"}]}]),
        wrong("instructions[0].content[0].type", "instructions[0]: content[0]: unknown content type: video")),
    row("a file", responses(input=[{**USER, "content": [{"type": "input_file", "file_id": "f"}]}]),
        wrong("input[0].content[0]", "file inputs are not currently supported")),
    row("an image at a URL", responses(input=[{**USER, "content": [{"type": "input_image", "image_url": "http://a/b"}]}]),
        envelope(400, "image URLs are not currently supported, please use base64 encoded data instead")),
    row("arguments that are no JSON", responses(input=[{**CALL, "arguments": "{"}]),
        wrong("input[0].arguments", containing("failed to parse function call arguments: "))),
    row("a call and its result", responses("caller", [USER, CALL, OUTPUT], tools=[ADD]),
        response(message("The sum is three."), tools=ECHO)),
    row("a result in parts", responses("caller", [USER, CALL, {**OUTPUT, "output": [
        {"type": "input_text", "text": "3"}]}], tools=[ADD]), response(message("The sum is three."), tools=ECHO)),
    row("a custom call and its result", responses("caller", [USER, {
        "type": "custom_tool_call", "call_id": "c", "name": "add", "input": "1+2"}, {
            "type": "custom_tool_call_output", "call_id": "c", "output": "3"}], tools=[PATCH]),
        response(message("The sum is three."), tools=[PATCH])),
    row("a reference to nothing", responses(input=[{"type": "item_reference", "id": "msg_x"}]),
        wrong("input[0].id", "input[0]: item 'msg_x' not found")),
) + rows(
    "v8.3",
    row("a function", responses("caller", tools=[ADD]), response(CALLED, tools=ECHO)),
    row("tool_choice none", responses("caller", tools=[ADD], tool_choice="none", max_output_tokens=20),
        response(message(str, str), tools=ECHO, tool_choice="none", status=str, incomplete_details=...,
                 max_output_tokens=20)),
    row("tool_choice required", responses("caller", tools=[ADD], tool_choice="required", parallel_tool_calls=False),
        response(CALLED, tools=ECHO, tool_choice="required", parallel_tool_calls=False)),
    row("a tool_choice that is not offered", responses("caller", tools=[ADD], tool_choice={"type": "function", "name": "x"}),
        wrong("tool_choice", 'tool_choice names "x", which is not among the tools')),
    row("a schema that is none", responses("caller", tools=[ADD, {"type": "namespace", "name": "n", "tools": [
        {**ADD, "parameters": {"type": 5}}]}]), wrong_type("tools[1].tools[0].parameters", str)),
    row("tools for a model that has none", responses("chatty", tools=[ADD]),
        unsupported("tools", "registry.ollama.ai/library/chatty:latest does not support tools")),
) + rows(
    "v8.5",
    row("a stream", responses(stream=True, **QUIET), events(*BEGIN, *MESSAGE, "response.completed").having(
        Cache_Control="no-cache")),
    row("a stream with thoughts", responses(stream=True), events(*BEGIN, *REASONING, *MESSAGE, "response.completed")),
    row("a stream with a call", responses("caller", tools=[ADD], stream=True),
        events(*BEGIN, *FUNCTION, "response.completed")),
    row("a stream that is cut off ends like others", responses(stream=True, max_output_tokens=1, **QUIET),
        events(*BEGIN, *MESSAGE, "response.completed")),
) + rows(
    "v15.3",
    row("a response that does not exist", GET("/v1/responses/resp_x"), missing("Response with id 'resp_x' not found.", None),
        DELETE("/v1/responses/resp_x"), missing("Response with id 'resp_x' not found.", None),
        POST("/v1/responses/resp_x/cancel"), missing("Response with id 'resp_x' not found.", None),
        GET("/v1/responses/resp_x/input_items"), missing("Response with id 'resp_x' not found.", None)),
    row("a previous response that does not exist", responses(previous_response_id="resp_x"), Expected(400, PLAIN_JSON, {
        "error": {"message": "Previous response with id 'resp_x' not found.", "type": "invalid_request_error",
                  "param": "previous_response_id", "code": "previous_response_not_found"}})),
    row("the tokens of a prompt", POST("/v1/responses/input_tokens", {"model": "muser", "input": HI}),
        ok({"object": "response.input_tokens", "input_tokens": positive}, PLAIN_JSON)),
    row("the tokens of nothing at all", POST("/v1/responses/input_tokens", {"model": "nope", "input": HI}),
        missing("model 'nope' not found")),
    row("a prompt that does not fit and may not be cut", responses("tiny", "word " * 200, truncation="disabled"),
        envelope(400, containing("exceeds the available"), code="context_length_exceeded"), server="short context"),
)
