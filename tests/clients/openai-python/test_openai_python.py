"""PyPI `openai`, unmodified: the blocking and the asynchronous client on our OpenAI routes."""

import asyncio
import importlib
import json
import sys
from typing import List

import pytest

import packages
import sounds

HELLO = [{"role": "user", "content": "hello"}]
SUM = [{"role": "user", "content": "What is one plus two?"}]
ADD = {"type": "function", "function": {
    "name": "add", "description": "Adds two numbers", "parameters": {
        "type": "object", "required": ["a", "b"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}}}


@pytest.fixture(scope="module")
def openai(corral):
    """The package itself, as installed from its registry."""
    folder = str(packages.python_packages("openai-python"))
    sys.path.insert(0, folder)
    try:
        yield importlib.import_module("openai")
    finally:
        sys.path.remove(folder)


@pytest.fixture(scope="module")
def client(openai, corral):
    with openai.OpenAI(base_url=f"http://127.0.0.1:{corral.port}/v1", api_key="none", max_retries=0) as client:
        yield client


def chat(client, model="tiny", messages=HELLO, **fields):
    return client.chat.completions.create(model=model, messages=messages, **fields)


def test_chat(client):
    answer = chat(client, temperature=0, max_completion_tokens=8)
    choice = answer.choices[0]
    assert (choice.finish_reason, choice.message.role, answer.usage.completion_tokens) == ("length", "assistant", 8)
    assert answer.usage.prompt_tokens_details.cached_tokens >= 0


def test_chat_streamed(client):
    whole = chat(client, temperature=0, max_tokens=8).choices[0].message.content
    parts = list(chat(client, temperature=0, max_tokens=8, stream=True, stream_options={"include_usage": True}))
    assert "".join(choice.delta.content or "" for part in parts for choice in part.choices) == whole
    assert parts[-1].usage.completion_tokens == 8 and parts[-1].choices == []


def test_chat_asynchronously(openai, corral):
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{corral.port}/v1", api_key="none") as client:
            answers = await asyncio.gather(*(chat(client, temperature=0, max_tokens=8) for _ in range(4)))
            stream = await chat(client, temperature=0, max_tokens=8, stream=True)
            text = "".join([part.choices[0].delta.content or "" async for part in stream])
            return {answer.choices[0].message.content for answer in answers} | {text}

    assert len(asyncio.run(ask())) == 1


def test_the_streaming_helper(client):
    with client.chat.completions.stream(model="thinker", messages=HELLO) as stream:
        deltas = [event.delta for event in stream if event.type == "content.delta"]
        final = stream.get_final_completion()
    assert "".join(deltas) == final.choices[0].message.content == "Forty-two!"


def test_reasoning(client):
    answer = chat(client, "thinker")
    message = answer.choices[0].message
    assert 0 < answer.usage.completion_tokens_details.reasoning_tokens < answer.usage.completion_tokens
    assert (message.reasoning, message.content) == ("Let me see.\n", "Forty-two!")
    message = chat(client, "thinker", reasoning_effort="none").choices[0].message
    assert message.content == "Just forty-two?" and not hasattr(message, "reasoning")


def test_tools(client):
    message = chat(client, "caller", SUM, tools=[ADD]).choices[0].message
    call = message.tool_calls[0]
    assert call.function.name == "add" and json.loads(call.function.arguments) == {"a": 1, "b": 2}
    result = {"role": "tool", "tool_call_id": call.id, "content": "3"}
    answer = chat(client, "caller", [*SUM, message, result], tools=[ADD])
    assert answer.choices[0].message.content == "The sum is three."


def test_tools_streamed(openai, client):
    with client.chat.completions.stream(model="caller", messages=SUM, tools=[openai.pydantic_function_tool(
            sum_model(), name="add")]) as stream:
        done = [event for event in stream if event.type == "tool_calls.function.arguments.done"]
        final = stream.get_final_completion()
    assert done[0].parsed_arguments.a == 1 and final.choices[0].finish_reason == "tool_calls"


def sum_model():
    pydantic = importlib.import_module("pydantic")
    return pydantic.create_model("Add", a=(int, ...), b=(int, ...))


def test_parsing_into_a_model(client):
    pydantic = importlib.import_module("pydantic")
    person = pydantic.create_model("Person", name=(str, pydantic.Field(max_length=5)), age=(int, ...))
    answer = client.chat.completions.parse(model="tiny", messages=HELLO, response_format=person, max_tokens=400)
    parsed = answer.choices[0].message.parsed
    assert isinstance(parsed.name, str) and isinstance(parsed.age, int)


def test_a_stream_is_left(client):
    with chat(client, "talker", stream=True, extra_body={"num_ctx": 8192}) as stream:
        assert [part.choices[0].delta.content for _, part in zip(range(3), stream)]
    assert chat(client, "talker", max_tokens=2, extra_body={"num_ctx": 8192}).choices[0].finish_reason == "length"


def test_errors_have_their_classes(openai, client):
    with pytest.raises(openai.NotFoundError, match="model 'nope' not found"):
        chat(client, "nope")
    with pytest.raises(openai.BadRequestError, match="is too short"):
        chat(client, messages=[])
    with pytest.raises(openai.BadRequestError, match="does not support chat"):
        chat(client, "bert")


ADD_FLAT = {"type": "function", "strict": False, **ADD["function"]}


def respond(client, model="thinker", input="hello", **fields):
    return client.responses.create(model=model, input=input, **fields)


def test_responses(client):
    answer = respond(client, instructions="be brief")
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert 0 < answer.usage.output_tokens_details.reasoning_tokens < answer.usage.output_tokens
    assert (answer.status, answer.output_text, answer.output[0].summary[0].text) == ("completed", "Forty-two!",
                                                                                     "Let me see.\n")
    assert respond(client, reasoning={"effort": "none"}).output_text == "Just forty-two?"


def test_responses_streamed(client):
    events = list(respond(client, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "Forty-two!"
    assert events[-1].type == "response.completed" and events[-1].response.output_text == "Forty-two!"


def test_the_responses_helper(client):
    with client.responses.stream(model="thinker", input="hello") as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_response()
    assert "response.reasoning_summary_text.delta" in kinds and final.output_text == "Forty-two!"


def test_responses_asynchronously(openai, corral):
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{corral.port}/v1", api_key="none") as client:
            answers = await asyncio.gather(*(respond(client) for _ in range(4)))
            async with client.responses.stream(model="thinker", input="hello") as stream:
                final = await stream.get_final_response()
            return {answer.output_text for answer in answers} | {final.output_text}

    assert asyncio.run(ask()) == {"Forty-two!"}


def test_responses_with_tools(client):
    first = respond(client, "caller", SUM, tools=[ADD_FLAT])
    call = first.output[0]
    assert call.type == "function_call" and json.loads(call.arguments) == {"a": 1, "b": 2}
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "3"}
    replayed = respond(client, "caller", [*SUM, call, result], tools=[ADD_FLAT])
    followed = respond(client, "caller", [result], tools=[ADD_FLAT], previous_response_id=first.id)
    assert replayed.output_text == followed.output_text == "The sum is three."


def test_responses_with_tools_streamed(openai, client):
    tool = openai.pydantic_function_tool(sum_model(), name="add")["function"]
    with client.responses.stream(model="caller", input=SUM, tools=[{"type": "function", **tool}]) as stream:
        done = [event for event in stream if event.type == "response.function_call_arguments.done"]
    assert json.loads(done[0].arguments) == {"a": 1, "b": 2}


def test_responses_parsed(client):
    pydantic = importlib.import_module("pydantic")
    person = pydantic.create_model("Person", name=(str, pydantic.Field(max_length=5)), age=(int, ...))
    parsed = client.responses.parse(model="tiny", input="hello", text_format=person, max_output_tokens=400).output_parsed
    assert isinstance(parsed.name, str) and isinstance(parsed.age, int)


def test_responses_kept(openai, client):
    made = respond(client, metadata={"a": "b"})
    assert client.responses.retrieve(made.id).metadata == {"a": "b"}
    assert client.responses.input_items.list(made.id).data[0].content[0].text == "hello"
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError, match="not found"):
        client.responses.retrieve(made.id)
    with pytest.raises(openai.BadRequestError) as error:
        respond(client, previous_response_id=made.id)
    assert error.value.code == "previous_response_not_found"


def test_responses_by_way_of_beta_are_the_same(openai, client):
    made = client.beta.responses.create(model="thinker", input="hello")
    assert client.beta.responses.retrieve(made.id).id == made.id
    assert client.beta.responses.cancel(made.id).status == "completed"
    assert len(list(client.beta.responses.input_items.list(made.id))) == 1
    assert client.beta.responses.input_tokens.count(model="thinker", input="hello").input_tokens > 0
    client.beta.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.beta.responses.retrieve(made.id)


def test_a_response_is_cancelled(client):
    with respond(client, "talker", stream=True, extra_body={"num_ctx": 8192}) as stream:
        for event in stream:
            if event.type == "response.created":
                made = event.response.id
            if event.type == "response.content_part.added":
                assert client.responses.cancel(made).status == "cancelled"
    assert event.type == "response.incomplete" and event.response.status == "cancelled"


def test_a_streamed_response_is_left(client):
    with respond(client, "talker", stream=True, extra_body={"num_ctx": 8192}) as stream:
        assert [event.type for _, event in zip(range(3), stream)][0] == "response.created"
    answer = respond(client, "talker", max_output_tokens=2, extra_body={"num_ctx": 8192})
    assert answer.incomplete_details.reason == "max_output_tokens"


def test_completions(client):
    answer = client.completions.create(model="tiny", prompt=["a b", "c d"], temperature=0, max_tokens=4, logprobs=1)
    assert [choice.index for choice in answer.choices] == [0, 1] and answer.usage.completion_tokens == 8
    assert len(answer.choices[0].logprobs.tokens) == 4
    parts = list(client.completions.create(model="tiny", prompt="a b", temperature=0, max_tokens=4, stream=True))
    assert "".join(part.choices[0].text for part in parts) == answer.choices[0].text


def embed(client, **fields) -> List[float]:
    return client.embeddings.create(model="bert", input="hello", **fields).data[0].embedding


def test_embeddings(client):
    packed, plain = embed(client), embed(client, encoding_format="float")  # the first is sent as base64
    assert len(packed) == len(plain) and abs(sum(a * b for a, b in zip(packed, plain)) - 1) < 1e-3
    assert len(embed(client, dimensions=8)) == 8


def transcribe(client, **fields):
    return client.audio.transcriptions.create(model="hearing", file=("a.wav", sounds.tone(440)), **fields)


def test_transcriptions(client):
    said = transcribe(client).text
    assert said and transcribe(client, response_format="text") == said
    verbose = transcribe(client, response_format="verbose_json", language="en", prompt="Ada", temperature=0)
    assert (verbose.language, float(verbose.duration)) == ("en", 1.0)
    frames = list(transcribe(client, stream=True))
    assert "".join(frame.delta for frame in frames[:-1]) == said
    assert (frames[-1].type, frames[-1].text) == ("transcript.text.done", said)


def test_translations(client):
    answer = client.audio.translations.create(model="hearing", file=("a.wav", sounds.tone(440)))
    assert answer.text


def test_what_is_no_sound(openai, client):
    with pytest.raises(openai.BadRequestError, match="Failed to load image or audio file"):
        client.audio.transcriptions.create(model="hearing", file=("a.wav", b"a text"))
    with pytest.raises(openai.BadRequestError, match="not supported"):
        transcribe(client, response_format="srt")
    with pytest.raises(openai.BadRequestError, match="does not support audio"):
        client.audio.transcriptions.create(model="tiny", file=("a.wav", sounds.tone(440)))
    with pytest.raises(openai.NotFoundError, match="model 'nope' not found"):
        client.audio.transcriptions.create(model="nope", file=("a.wav", sounds.tone(440)))


def test_input_tokens_of_a_response(client):
    asked = {"model": "thinker", "input": "hello", "instructions": "be brief"}
    counted = client.responses.input_tokens.count(**asked)
    assert counted.input_tokens == client.responses.create(**asked).usage.input_tokens


def test_models(openai, client):
    assert "cria:latest" in [model.id for model in client.models.list()]
    assert client.models.retrieve("cria").owned_by == "library"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nope")


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "add"}}])
def test_a_required_call(client, choice):
    message = chat(client, "caller", SUM, tools=[ADD], tool_choice=choice, parallel_tool_calls=False).choices[0].message
    assert [call.function.name for call in message.tool_calls] == ["add"]
