"""Sections 1 and 3 to 7 of the OpenAI specification, with what section 15 adds: chat completions, completions,
embeddings, models."""

from conformance.rows import *

HELLO = [{"role": "user", "content": "hello"}]
CHUNK = {"id": containing("chatcmpl-"), "object": "chat.completion.chunk", "created": positive, "model": str,
         "system_fingerprint": "fp_ollama"}
COMPLETION = {**CHUNK, "object": "chat.completion"}
USAGE = {"prompt_tokens": positive, "completion_tokens": positive, "total_tokens": positive,
         "prompt_tokens_details": {"cached_tokens": int}, "completion_tokens_details": {"reasoning_tokens": int}}
TOOLS = [{"type": "function", "function": {"name": "add", "parameters": {
    "type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}}}]
CALL = {"id": str, "index": 0, "type": "function", "function": {"name": "add", "arguments": '{"a":1,"b":2}'}}


def chat(model="muser", messages=HELLO, **fields):
    return POST("/v1/chat/completions", {"model": model, "messages": messages, **fields})


def completion(model="tiny", **fields):
    return POST("/v1/completions", {"model": model, "prompt": "hello", "max_tokens": 2, **fields})


def embeddings(**fields):
    return POST("/v1/embeddings", {"model": "embedding", "input": "a", **fields})


def envelope(status, message, kind="invalid_request_error", code=None, param=None):
    return Expected(status, PLAIN_JSON, {"error": {"message": message, "type": kind, "param": param, "code": code}},
                    streamed=False)


def wrong(param, message, code="invalid_value"):
    """A request that is refused because of one of its fields."""
    return envelope(400, message, code=code, param=param)


def wrong_type(param, message):
    return wrong(param, message, "invalid_type")


def lacking(param, message):
    return wrong(param, message, "missing_required_parameter")


def unsupported(param, message):
    return wrong(param, message, "unsupported_parameter")


def absent(status, what):
    return envelope(status, f"{what} is not supported", "not_found_error" if status == 404 else "api_error")


def missing(message, code="model_not_found"):
    return envelope(404, message, "not_found_error", code)


def choice(message, finish="stop", index=0, **more):
    return {"index": index, "message": {"role": "assistant", **message, "refusal": None, "annotations": []},
            "finish_reason": finish, **more}


def answers(*choices):
    return ok({**COMPLETION, "choices": list(choices), "usage": USAGE, "service_tier": "default"}, PLAIN_JSON)


def answer(message, finish="stop", **more):
    return answers(choice(message, finish, **more))


def chunk(delta, finish=None, **more):
    return {**CHUNK, "choices": [{"index": 0, "delta": delta, "finish_reason": finish, **more}]}


THOUGHT = {"content": "Forty-two!", "reasoning": "Let me see.\n"}
PLAIN = {"content": "Just forty-two?"}
USER = {"role": "user"}
CALLED = {"role": "assistant", "content": "", "tool_calls": [
    {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}]}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "3"}
PIXEL = "iVBORw0KGgo="

ROWS = rows(
    "v1.3",
    row("an empty body", POST("/v1/chat/completions", b""), envelope(400, "EOF")),
    row("a cut body", POST("/v1/chat/completions", b'{"model":'), envelope(400, "unexpected EOF")),
    row("a list", POST("/v1/chat/completions", []),
        envelope(400, "json: cannot unmarshal array into Go value of type openai.ChatCompletionRequest")),
    row("a wrong type", chat(max_tokens="x"), wrong_type(
        "max_tokens", "json: cannot unmarshal string into Go struct field ChatCompletionRequest.max_tokens of type int")),
    row("a fraction", chat(max_tokens=1.5), wrong_type(
        "max_tokens", "json: cannot unmarshal number 1.5 into Go struct field ChatCompletionRequest.max_tokens of type int")),
    row("unknown keys, and keys in other cases", POST("/v1/chat/completions", {
        "MODEL": "muser", "Messages": HELLO, "nonsense": 1, "reasoning_effort": "none"}), answer(PLAIN)),
    row("null is absent", chat(max_tokens=None, temperature=None, stop=None, tools=None, stream=None), answer(THOUGHT)),
    row("what only informs is ignored", chat(user="u", metadata={"a": "b"}, store=True, service_tier="auto"),
        answer(THOUGHT)),
) + rows(
    "v3",
    row("no model", chat(model=""), lacking("model", "model is required")),
    row("a model that is not there", chat(model="nope"), missing("model 'nope' not found")),
    row("a model that only embeds", chat(model="embedding"), envelope(400, '"embedding" does not support chat')),
    row("a format that is none", chat(format="x"), envelope(
        500, containing("invalid format"), "api_error")),
    row("completions without a model", completion(model=""), missing("model '' not found")),
    row("completions of a model that is not there", completion(model="nope"), missing("model 'nope' not found")),
    row("completions of a model that only embeds", completion(model="embedding"),
        envelope(400, '"embedding" does not support generate')),
    row("a method that is not there", GET("/v1/chat/completions"), absent(405, "GET /v1/chat/completions").having(
        Allow="POST")),
    row("a path that is not there", POST("/v1/images/generations", {}), absent(404, "POST /v1/images/generations")),
    row("answers and errors have an id", GET("/v1/models"), Expected(200, PLAIN_JSON, ...).having(
        x_request_id=re.compile("req_[a-z0-9]{24}"), request_id=re.compile("req_[a-z0-9]{24}")),
        chat(model="nope"), missing("model 'nope' not found").having(x_request_id=re.compile("req_[a-z0-9]{24}")),
        GET("/api/version"), Expected(200, JSON, ...).having(x_request_id=None)),
    row("what will not pass is not to be tried again", chat(format="x"), envelope(
        500, containing("invalid format"), "api_error").having(x_should_retry="false")),
    row("a stream that cannot begin is no stream", chat(model="nope", stream=True), missing("model 'nope' not found")),
) + rows(
    "v4.1",
    row("no messages", chat(messages=[]), wrong("messages", "[] is too short - 'messages'", "empty_array")),
    row("messages of null", chat(messages=None), lacking("messages", "[] is too short - 'messages'")),
    row("top_logprobs out of range", chat(top_logprobs=21), wrong(
        "top_logprobs", "top_logprobs must be between 0 and 20", "integer_above_max_value")),
    row("max_tokens", chat(reasoning_effort="none", max_tokens=1), answer({"content": "Just"}, "length")),
    row("max_completion_tokens wins", chat(reasoning_effort="none", max_tokens=3, max_completion_tokens=1),
        answer({"content": "Just"}, "length")),
    row("options", chat(reasoning_effort="none", options={"num_predict": 1}), answer({"content": "Just"}, "length")),
    row("stop, one", chat(reasoning_effort="none", stop=" forty"), answer({"content": "Just"})),
    row("stop, several, of which only texts count", chat(reasoning_effort="none", stop=[1, " forty"]),
        answer({"content": "Just"})),
    row("response_format of text", chat(response_format={"type": "text"}), answer(THOUGHT)),
    row("response_format of another type", chat(response_format={"type": "xml"}), wrong(
        "response_format.type",
        'a format of type "xml" is not supported, only "text", "json_object" and "json_schema"')),
    row("response_format without a schema", chat(response_format={"type": "json_schema"}), answer(THOUGHT)),
    row("response_format json_schema", chat(model="tiny", response_format={"type": " JSON_Schema ", "json_schema": {
        "name": "n", "schema": {"const": 7}}}), answer({"content": containing("7")})),
    row("several choices", chat(n=2, reasoning_effort="none"), answers(choice(PLAIN), choice(PLAIN, index=1))),
    row("too many choices", chat(n=33), wrong("n", "n must be between 1 and 32", "integer_above_max_value")),
    row("no choices", chat(n=0), wrong("n", "n must be between 1 and 32", "integer_below_min_value")),
    row("logit_bias", chat(model="tiny", max_tokens=1, temperature=0, logit_bias={"65": 100}), answer(
        {"content": str}, "length")),
    row("spoken answers are not ignored", chat(modalities=["text", "audio"]), wrong(
        "modalities", "audio output is not supported", "unsupported_value")),
    row("written ones may be asked for", chat(modalities=["text"]), answer(THOUGHT)),
    *(row(f"logit_bias of {value!r}", chat(logit_bias=value), wrong("logit_bias", str, code)) for value, code in (
        ({"x": 1}, "invalid_value"), ({"1": 101}, "invalid_value"), ({"1": "x"}, "invalid_value"), ([1], "invalid_type"))),
    row("an unknown tool_choice is not ignored", chat(tool_choice={"type": "nonsense"}), wrong("tool_choice", str)),
) + rows(
    "v4.2",
    row("none", chat(reasoning_effort="none"), answer(PLAIN)),
    *(row(effort, chat(reasoning_effort=effort), answer(THOUGHT))
      for effort in ("minimal", "low", "medium", "high", "xhigh", "ultra", "max")),
    row("reasoning.effort wins", chat(reasoning_effort="high", reasoning={"effort": "none"}), answer(PLAIN)),
    row("an empty reasoning.effort wins too", chat(reasoning_effort="none", reasoning={}), answer(THOUGHT)),
    row("a word that is none", chat(reasoning_effort="huge"), wrong(
        "reasoning_effort", 'invalid reasoning value: "huge" (must be "minimal", "low", "medium", "high", "xhigh", "ultra", "max", or '
        '"none")')),
    row("another word that is none", chat(reasoning={"effort": "huge"}), wrong("reasoning.effort", str)),
    row("a model that does not think", chat(model="tiny", reasoning_effort="low"),
        envelope(400, '"tiny" does not support thinking')),
    row("think, as the native API has it", chat(think=False), answer(PLAIN)),
    row("thinking, as Anthropic's API has it", chat(thinking={"type": "disabled"}), answer(PLAIN)),
    row("enable_thinking", chat(enable_thinking=False), answer(PLAIN)),
    row("chat_template_kwargs", chat(chat_template_kwargs={"enable_thinking": False}), answer(PLAIN)),
) + rows(
    "v4.3",
    *(row(f"content of {value!r}", chat(messages=[{**USER, "content": value}]),
          wrong_type("messages[0].content", f"invalid message content type: {kind}"))
      for value, kind in ((None, "<nil>"), (5, "float64"), (True, "bool"), ({}, "map[string]interface {}"))),
    row("no content", chat(messages=[*HELLO, USER]),
        lacking("messages[1].content", "invalid message content type: <nil>")),
    *(row(f"{key} of a number", chat(messages=[*HELLO, {**USER, "content": "x", key: 5}]),
          wrong_type(f"messages[1].{key}", f"{key} must be a string, not 5"))
      for key in ("role", "name", "tool_call_id", "reasoning")),
    row("a message that is a text", chat(messages=["hello"]), wrong("messages[0]", "invalid message format")),
    row("parts", chat(messages=[{**USER, "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]),
        answer(THOUGHT)),
    row("a part of an unknown type", chat(messages=[{**USER, "content": [{"type": "video"}]}]),
        wrong("messages[0].content[0].type", "invalid message format")),
    row("a part without its text", chat(messages=[{**USER, "content": [{"type": "text"}]}]),
        wrong("messages[0].content[0].text", "invalid message format")),
    row("a tool's result", chat("caller", [*HELLO, CALLED, RESULT], tools=TOOLS), answer({"content": "The sum is three."})),
    row("arguments that are an object already", chat("caller", [*HELLO, {**CALLED, "content": None, "tool_calls": [
        {"id": "call_1", "function": {"name": "add", "arguments": {"a": 1}}}]}, RESULT], tools=TOOLS),
        answer({"content": "The sum is three."})),
    row("arguments that are no JSON", chat("caller", [{**CALLED, "tool_calls": [
        {"id": "1", "function": {"name": "add", "arguments": "{"}}]}]),
        wrong("messages[0].tool_calls[0].function.arguments", "invalid tool call arguments")),
    row("a schema that is none", chat(tools=[TOOLS[0], {"type": "function", "function": {"name": "f", "parameters": {
        "type": 5}}}]), wrong_type("tools[1].function.parameters.type", str)),
) + rows(
    "v4.4",
    *(row(f"an image at {url[:24]!r}", chat(messages=[{**USER, "content": [
        {"type": "image_url", "image_url": {"url": url}}]}]), wrong("messages[0].content[0].image_url", message))
      for url, message in (
          (PIXEL, "invalid image input"), ("data:text/plain;base64,aa==", "invalid image input"),
          ("data:image/png;base64,%%%", "invalid image input"), ("data:image/png," + PIXEL, "invalid image input"))),
    row("an image at 'https://a.test/x.png'", chat(messages=[{**USER, "content": [
        {"type": "image_url", "image_url": {"url": "https://a.test/x.png"}}]}]), envelope(
            400, "image URLs are not currently supported, please use base64 encoded data instead")),
    row("an image without a URL", chat(messages=[{**USER, "content": [{"type": "image_url"}]}]),
        wrong("messages[0].content[0].image_url", "invalid message format")),
    row("audio without data", chat(messages=[{**USER, "content": [{"type": "input_audio", "input_audio": {}}]}]),
        lacking("messages[0].content[0].input_audio.data", "invalid input_audio format: missing data")),
    row("audio that is no base64", chat(messages=[{**USER, "content": [
        {"type": "input_audio", "input_audio": {"data": "%"}}]}]),
        wrong("messages[0].content[0].input_audio.data", containing("invalid input_audio base64 data: "))),
) + rows(
    "v4.5",
    row("content beside reasoning", chat(), answer(THOUGHT)),
    row("a tool call", chat("caller", tools=TOOLS), answer({"content": "", "tool_calls": [CALL]}, "tool_calls")),
    row("tool_choice none", chat("caller", tools=TOOLS, tool_choice="none"), answer({"content": str})),
    row("logprobs", chat(model="tiny", max_tokens=1, logprobs=True, top_logprobs=1), answer(
        {"content": str}, "length", logprobs={"content": [{"token": str, "logprob": number, "bytes": [many(int)],
                                                           "top_logprobs": [{"token": str, "logprob": number,
                                                                             "bytes": [many(int)]}]}], "refusal": None})),
    row("the prompt only", chat(model="chatty", _debug_render_only=True), ok({
        **COMPLETION, "choices": [{"index": 0, "message": {"role": "", "content": ""}, "finish_reason": None}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0,
                  "prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 0}},
        "_debug_info": {"rendered_template": containing("hello")}}, PLAIN_JSON)),
) + rows(
    "v4.6",
    row("a stream", chat("caller", [*HELLO, CALLED, RESULT], stream=True),
        frames(chunk({"role": "assistant", "content": str}), many(chunk({"content": str})), chunk({}, "stop"))),
    row("with the usage", chat("caller", [*HELLO, CALLED, RESULT], stream=True, stream_options={"include_usage": True}),
        frames(chunk({"role": "assistant", "content": str}), many(chunk({"content": str})), chunk({}, "stop"),
               {**CHUNK, "choices": [], "usage": USAGE})),
    row("a tool call", chat("caller", tools=TOOLS, stream=True),
        frames(chunk({"role": "assistant", "content": "", "tool_calls": [{**CALL, "function": {
            "name": "add", "arguments": str}}]}), many(chunk({"content": "", "tool_calls": [{
                "index": 0, "function": {"arguments": str}}]})), chunk({}, "tool_calls"))),
    row("nothing but the end", chat(reasoning_effort="none", stop="Just", stream=True),
        frames(chunk({"role": "assistant", "content": ""}), chunk({}, "stop"))),
) + rows(
    "v5",
    row("a completion", completion(), ok({
        "id": containing("cmpl-"), "object": "text_completion", "created": positive, "model": "tiny",
        "system_fingerprint": "fp_ollama", "choices": [{"text": str, "index": 0, "finish_reason": "length"}], "usage": USAGE},
        PLAIN_JSON)),
    row("an empty prompt only loads", completion(prompt=""), ok({
        "id": str, "object": "text_completion", "created": positive, "model": "tiny", "system_fingerprint": "fp_ollama",
        "choices": [{"text": "", "index": 0, "finish_reason": "load"}], "usage": ...}, PLAIN_JSON)),
    row("a stream", completion(stream=True, stream_options={"include_usage": True}), frames(
        many({"id": str, "object": "text_completion", "created": positive, "choices": [
            {"text": str, "index": 0, "finish_reason": ...}], "model": "tiny", "system_fingerprint": "fp_ollama",
            "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}),
        {"id": str, "object": "text_completion", "created": positive, "choices": [], "model": "tiny",
         "system_fingerprint": "fp_ollama", "usage": USAGE})),
    row("a prompt that is a number", completion(prompt=5), wrong_type(
        "prompt", "json: cannot unmarshal number into Go struct field CompletionRequest.prompt of type string")),
    row("a suffix for a model that cannot fill in", completion(suffix="x"),
        unsupported("suffix", "registry.ollama.ai/library/tiny:latest does not support insert")),
    row("a list of prompts with a number", completion(prompt=["a", {}]), wrong_type("prompt[1]", str)),
    row("echo", completion(echo=True, max_tokens=0), ok({
        "id": str, "object": "text_completion", "created": positive, "model": "tiny", "system_fingerprint": "fp_ollama",
        "choices": [{"text": "hello", "index": 0, "finish_reason": "length"}], "usage": {
            **USAGE, "completion_tokens": 0}}, PLAIN_JSON)),
    row("echo around a gap", completion(echo=True, suffix="x"), unsupported(
        "echo", "echo is not supported together with suffix")),
    row("best_of is not ignored", completion(best_of=2), unsupported(
        "best_of", "best_of is not supported, please choose among n answers")),
    row("stop", completion(stop=["x"], top_p=0), ok(holding({"object": "text_completion"}), PLAIN_JSON)),
    *(row(f"stop with {value!r}", completion(stop=["x", value]), wrong_type("stop[1]", f"invalid type for 'stop' field: {kind}"))
      for value, kind in ((5, "float64"), (None, "<nil>"), ({}, "map[string]interface {}"))),
    row("logprobs out of range", completion(logprobs=21), wrong("logprobs", "top_logprobs must be between 0 and 20")),
) + rows(
    "v6",
    row("one", embeddings(), ok({"object": "list", "data": [{"object": "embedding", "embedding": [many(number)], "index": 0}],
                                 "model": "embedding", "usage": {"prompt_tokens": positive, "total_tokens": positive}},
                                PLAIN_JSON)),
    row("several", embeddings(input=["a", "b"], encoding_format="BASE64"), ok({"object": "list", "data": [
        {"object": "embedding", "embedding": str, "index": i} for i in (0, 1)], "model": "embedding", "usage": ...},
        PLAIN_JSON)),
    row("an empty text is a text", embeddings(input=""), ok({
        "object": "list", "data": [{"object": "embedding", "embedding": [many(number)], "index": 0}], "model": "embedding",
        "usage": ...}, PLAIN_JSON)),
    *(row(f"input of {value!r}", embeddings(input=value), wrong("input", "invalid input")) for value in (None, [])),
    *(row(f"input of {value!r}", embeddings(input=value), wrong("input", containing("invalid input type")))
      for value in (5, True, {}, [1, 2], [[1]], [None])),
    row("another encoding", embeddings(encoding_format="x", input=None), wrong(
        "encoding_format", "Invalid value for 'encoding_format' = x. Supported values: ['float', 'base64'].")),
    row("a model that is not there", embeddings(model="nope"), missing('model "nope" not found, try pulling it first')),
) + rows(
    "v7",
    row("a model by its short name", GET("/v1/models/tiny"), ok({
        "id": "tiny", "object": "model", "created": positive, "owned_by": "library", "context_length": positive,
        "max_model_len": positive, "capabilities": [many(str)]}, PLAIN_JSON)),
    row("a model in a namespace", GET("/v1/models/Mixed/Case:Tag"), ok({
        "id": "Mixed/Case:Tag", "object": "model", "created": positive, "owned_by": "Mixed", ...: ...}, PLAIN_JSON)),
    row("a model that is not there", GET("/v1/models/nope"), missing("model 'nope:latest' not found")),
    row("the list", GET("/v1/models"), ok({"object": "list", "data": [many(
        {"id": str, "object": "model", "created": positive, "owned_by": str, ...: ...})]}, PLAIN_JSON)),
    row("an empty list", GET("/v1/models"), ok({"object": "list", "data": []}, PLAIN_JSON), server="empty"),
    row("HEAD is not there", HEAD("/v1/models"), Expected(405, PLAIN_JSON, ...).having(Allow="GET")),
    row("the list for clients of Anthropic's API", GET("/v1/models", {"anthropic-version": "2023-06-01"}), ok({
        "data": [many({"type": "model", "id": str, "display_name": str, "created_at": re.compile(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")})], "has_more": False, "first_id": str, "last_id": str}, PLAIN_JSON)),
    row("a model for them", GET("/v1/models/tiny", {"anthropic-version": "2023-06-01"}), ok({
        "type": "model", "id": "tiny", "display_name": "tiny", "created_at": re.compile(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")}, PLAIN_JSON)),
    row("a model that is not there for them", GET("/v1/models/nope", {"anthropic-version": "2023-06-01"}), Expected(
        404, PLAIN_JSON, {"type": "error", "error": {"type": "not_found_error", "message": "model 'nope:latest' not found"},
                          "request_id": containing("req_")})),
    row("an empty list for them", GET("/v1/models", {"anthropic-version": "2023-06-01"}), ok(
        {"data": [], "has_more": False, "first_id": None, "last_id": None}, PLAIN_JSON), server="empty"),
)
