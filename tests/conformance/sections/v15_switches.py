"""15.5 of the OpenAI and Anthropic specification: API keys, and the switches that change the manners of /v1."""

from conformance.rows import *
from conformance.sections import v04_openai as openai
from conformance.sections import v08_responses as responses
from conformance.sections import v10_messages as anthropic

REFUSAL = containing("a valid API key is required")
BEARER = {"Authorization": "Bearer second"}


def openai_refusal():
    return openai.envelope(401, REFUSAL, code="invalid_api_key").having(WWW_Authenticate="Bearer")


def keyed(title, *steps):
    return row(title, *steps, server="keys")


def switched(title, *steps):
    return row(title, *steps, server="switches")


LONG = "word " * 200

ROWS = rows(
    "v15.5",
    keyed("what tells that a server is there is open", GET("/"), Expected(200, "text/plain; charset=utf-8", ...),
          GET("/api/version"), Expected(200, JSON, ...),
          OPTIONS("/v1/models", {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}), Expected(204)),
    keyed("no key", GET("/v1/models"), openai_refusal(), POST("/v1/chat/completions", {}), openai_refusal(),
          GET("/api/tags"), Expected(401, PLAIN_JSON, {"error": REFUSAL}),
          POST("/v1/messages", {}), anthropic.envelope(401, REFUSAL, "authentication_error"),
          GET("/v1/models", {"anthropic-version": "2023-06-01"}),
          anthropic.envelope(401, REFUSAL, "authentication_error")),
    keyed("a wrong key", GET("/v1/models", {"Authorization": "Bearer third"}), openai_refusal(),
          GET("/v1/models", {"x-api-key": "first,second"}), openai_refusal(),
          GET("/v1/models", {"Authorization": "second"}), openai_refusal()),
    keyed("a key", GET("/v1/models", BEARER), Expected(200, PLAIN_JSON, ...),
          GET("/v1/models", {"x-api-key": "first"}), Expected(200, PLAIN_JSON, ...),
          GET("/api/tags", BEARER), Expected(200, JSON, ...)),
    keyed("a path that is not there", GET("/nowhere"), openai_refusal(), GET("/nowhere", BEARER), not_found()),
    switched("thoughts by both names", openai.chat(), openai.answer({
        **openai.THOUGHT, "reasoning_content": openai.THOUGHT["reasoning"]})),
    switched("thoughts by both names, streamed", openai.chat(stream=True), frames(
        openai.chunk({"role": "assistant", "content?": "", "reasoning": str, "reasoning_content": str}),
        many(openai.chunk({"content?": str, ...: ...})), openai.chunk({}, "stop"))),
    switched("a stream that is cut off", responses.responses(stream=True, max_output_tokens=1, **responses.QUIET),
             events(*responses.BEGIN, *responses.MESSAGE, "response.incomplete")),
    switched("prompts that do not fit are refused",
             openai.chat("tiny", [{"role": "user", "content": LONG}, *openai.HELLO]),
             openai.envelope(400, containing("exceeds the available"), code="context_length_exceeded"),
             openai.completion(prompt=LONG),
             openai.envelope(400, containing("exceeds the available"), code="context_length_exceeded"),
             anthropic.messages("tiny", [{"role": "user", "content": LONG}, *anthropic.HELLO], max_tokens=2),
             anthropic.envelope(400, re.compile(r"prompt is too long: \d+ tokens > 63 maximum"))),
    switched("unless they ask to be cut", openai.chat(
        "tiny", [{"role": "user", "content": LONG}, *openai.HELLO], truncate=True, max_tokens=2),
        openai.answer({"content": str}, str)),
)
