"""PyPI `anthropic`, unmodified: the blocking and the asynchronous client on /v1/messages."""

import asyncio
import importlib
import sys
from typing import Literal

import pytest

import packages

HELLO = [{"role": "user", "content": "hello"}]
SUM = [{"role": "user", "content": "What is one plus two?"}]
ADD = {"name": "add", "description": "Adds two numbers", "input_schema": {
    "type": "object", "required": ["a", "b"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}}
THINKER = {"model": "thinker", "messages": HELLO, "max_tokens": 50}
TINY = {"model": "tiny", "messages": HELLO, "max_tokens": 8, "extra_body": {"temperature": 0}}
CALLER = {"model": "caller", "messages": SUM, "max_tokens": 200, "tools": [ADD]}


@pytest.fixture(scope="module")
def anthropic(corral):
    """The package itself, as installed from its registry."""
    folder = str(packages.python_packages("anthropic-python"))
    sys.path.insert(0, folder)
    try:
        yield importlib.import_module("anthropic")
    finally:
        sys.path.remove(folder)


@pytest.fixture(scope="module")
def client(anthropic, corral):
    with anthropic.Anthropic(base_url=f"http://127.0.0.1:{corral.port}", api_key="none", max_retries=0) as client:
        yield client


def test_a_message(client):
    message = client.messages.create(**TINY)
    assert (message.type, message.role, message.stop_reason, message.stop_sequence) == (
        "message", "assistant", "max_tokens", None)
    assert message.usage.output_tokens == 8 and message.usage.cache_creation_input_tokens == 0


def test_a_streamed_message(client):
    whole = client.messages.create(**TINY).content[0].text
    events = list(client.messages.create(**TINY, stream=True))
    assert "".join(event.delta.text for event in events if event.type == "content_block_delta") == whole
    assert (events[0].type, events[-1].type) == ("message_start", "message_stop")


def test_the_streaming_helper(client):
    with client.messages.stream(**THINKER) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text == message.content[1].text == "Forty-two!"
    assert message.content[0].thinking == "Let me see.\n" and message.content[0].signature
    assert message.stop_reason == "end_turn"


def test_thinking_can_be_switched_off(client):
    message = client.messages.create(**THINKER, thinking={"type": "disabled"})
    assert [block.text for block in message.content] == ["Just forty-two?"]


def test_a_stop_sequence(client):
    message = client.messages.create(**THINKER, stop_sequences=["-two"])
    assert (message.stop_reason, message.stop_sequence, message.content[1].text) == ("stop_sequence", "-two", "Forty")


def test_a_tool_round_trip(client):
    called = client.messages.create(**CALLER)
    call = called.content[-1]
    assert (called.stop_reason, call.name, call.input) == ("tool_use", "add", {"a": 1, "b": 2})
    messages = [*SUM, {"role": "assistant", "content": called.content}, {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": call.id, "content": "3"}, {"type": "text", "text": "Well?"}]}]
    count = client.messages.count_tokens(model="caller", messages=messages, tools=[ADD])
    assert count.input_tokens > 0
    told = client.messages.create(**{**CALLER, "messages": messages[:2] + [{"role": "user", "content": [
        messages[2]["content"][0]]}]})
    assert told.content[0].text == "The sum is three."


def test_a_streamed_tool_call(client):
    with client.messages.stream(**CALLER) as stream:
        parts = [event.partial_json for event in stream if event.type == "input_json"]
        message = stream.get_final_message()
    assert "".join(parts) == '{"a":1,"b":2}' and message.content[-1].input == {"a": 1, "b": 2}


def test_tool_choice(anthropic, client):
    forced = client.messages.create(**CALLER, tool_choice={"type": "any", "disable_parallel_tool_use": True})
    assert [block.name for block in forced.content if block.type == "tool_use"] == ["add"]
    none = client.messages.create(**CALLER, tool_choice={"type": "none"})
    assert all(block.type == "text" for block in none.content)
    with pytest.raises(anthropic.BadRequestError):
        client.messages.create(**CALLER, tool_choice={"type": "tool", "name": "nobody"})


def test_the_tool_runner(anthropic, client):
    @anthropic.beta_tool
    def add(a: int, b: int) -> str:
        """Adds two numbers"""
        return str(a + b)

    replies = list(client.beta.messages.tool_runner(**{**CALLER, "tools": [add]}))
    assert [reply.stop_reason for reply in replies] == ["tool_use", "end_turn"]
    assert replies[-1].content[0].text == "The sum is three."
    # The whole conversation was sent again.
    read = [reply.usage.input_tokens + reply.usage.cache_read_input_tokens for reply in replies]
    assert read[1] > read[0]


def test_threads_are_refused_in_such_a_way_that_clients_do_without(anthropic, client):
    question = {"role": "user", "content": "hello"}
    with pytest.raises(anthropic.BadRequestError, match="threads are not supported"):
        client.beta.messages.thread(model="thinker", max_tokens=50).send(question)
    thread = client.beta.messages.thread(model="thinker", max_tokens=50, unsupported_request_behavior="continue_unthreaded")
    replies = [thread.send(question) for _ in range(2)]
    assert [reply.content[-1].text for reply in replies] == ["Forty-two!"] * 2
    read = [reply.usage.input_tokens + reply.usage.cache_read_input_tokens for reply in replies]
    assert read[1] > read[0]


def test_messages_by_way_of_beta_are_the_same(client):
    assert client.beta.messages.create(**THINKER).content[-1].text == "Forty-two!"
    with client.beta.messages.stream(**THINKER) as stream:
        assert "".join(stream.text_stream) == "Forty-two!"
    assert client.beta.messages.count_tokens(model="thinker", messages=HELLO).input_tokens > 0
    assert any(model.id.startswith("tiny") for model in client.beta.models.list())
    assert client.beta.models.retrieve("tiny").id == "tiny"


def test_structured_output_is_parsed(client):
    pydantic = importlib.import_module("pydantic")
    reply = pydantic.create_model("Reply", answer=(Literal["yes", "no"], ...))
    for parse in (client.messages.parse, client.beta.messages.parse):
        assert parse(**{**TINY, "max_tokens": 100}, output_format=reply).parsed_output.answer in ("yes", "no")


def test_counts_are_exact(client):
    usage = client.messages.create(**THINKER).usage
    counted = client.messages.count_tokens(model="thinker", messages=HELLO).input_tokens
    assert counted == usage.input_tokens + usage.cache_read_input_tokens


def test_asynchronously(anthropic, corral):
    async def ask():
        async with anthropic.AsyncAnthropic(base_url=f"http://127.0.0.1:{corral.port}", api_key="none") as client:
            messages = await asyncio.gather(*(client.messages.create(**THINKER) for _ in range(4)))
            async with client.messages.stream(**THINKER) as stream:
                text = "".join([text async for text in stream.text_stream])
            return {message.content[1].text for message in messages} | {text}

    assert asyncio.run(ask()) == {"Forty-two!"}


def test_a_stream_that_is_left(client):
    with client.messages.stream(model="talker", messages=HELLO, max_tokens=1_000_000) as stream:
        assert next(iter(stream.text_stream))
    assert client.messages.create(**THINKER).stop_reason == "end_turn"


def test_errors(anthropic, client):
    with pytest.raises(anthropic.NotFoundError) as raised:
        client.messages.create(**{**TINY, "model": "nope"})
    assert raised.value.body["error"] == {"type": "not_found_error", "message": "model 'nope' not found"}
    assert raised.value.request_id == raised.value.body["request_id"]
    with pytest.raises(anthropic.BadRequestError):
        client.messages.create(**{**TINY, "messages": []})
    with pytest.raises(anthropic.NotFoundError):
        client.messages.count_tokens(model="nope", messages=HELLO)


def test_models(client):
    assert any(model.id.startswith("tiny") for model in client.models.list())
    assert client.models.retrieve("tiny").display_name == "tiny"
