"""Streams of /v1/messages, event by event. Sections: openai-anthropic-api.md 10.6, 15.1, 15.4, 15.5."""

import json
import os
import signal

import pytest

import scripted_models

HELLO = [{"role": "user", "content": "hello"}]
TOOLS = [{"name": "add", "input_schema": {"type": "object", "properties": {"a": {"type": "integer"},
                                                                           "b": {"type": "integer"}}}}]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("messages")
    for name in scripted_models.MODELS:
        server.add_gguf(name, scripted_models.write(name, folder))
    return server


def begin(server, model, **fields):
    """The connection and the answer of a stream that has begun."""
    connection = server.connect()
    body = {"model": model, "messages": HELLO, "max_tokens": 1_000_000, "stream": True, **fields}
    connection.request("POST", "/v1/messages?beta=true", json.dumps(body), {"anthropic-version": "2023-06-01"})
    return connection, connection.getresponse()


def events_of(text):
    """(name, data) of each event; names and types agree."""
    events = []
    for frame in text.split("\n\n")[:-1]:
        name, data = frame.split("\n")
        data = json.loads(data.removeprefix("data: "))
        assert name == f"event: {data['type']}"
        events.append(data)
    assert text.endswith("\n\n")
    return events


def stream(server, model, **fields):
    connection, response = begin(server, model, **fields)
    assert (response.status, response.getheader("Content-Type")) == (200, "text/event-stream")
    assert response.getheader("Cache-Control") == "no-cache"
    events = events_of(response.read().decode())
    connection.close()
    return events


def without_runs(names):
    return [name for i, name in enumerate(names) if i == 0 or names[i - 1] != name]


def test_thinking_and_text(models):
    events = stream(models, "thinker")
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert without_runs([event["type"] for event in events]) == [
        "message_start", "ping", *block, *block, "message_delta", "message_stop"]
    start = events[0]["message"]
    assert (start["content"], start["stop_reason"], start["stop_sequence"]) == ([], None, None)
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    assert "".join(delta.get("thinking", "") for delta in deltas) == "Let me see.\n"
    assert "".join(delta.get("text", "") for delta in deltas) == "Forty-two!"
    assert [event["index"] for event in events if event["type"] == "content_block_start"] == [0, 1]
    assert events[-2]["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    told = events[-2]["usage"]
    assert {key: told[key] for key in told if key != "output_tokens"} == {
        key: start["usage"][key] for key in told if key != "output_tokens"}


def test_a_call(models):
    events = stream(models, "caller", tools=TOOLS)
    assert without_runs([event["type"] for event in events]) == [
        "message_start", "ping", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
        "message_stop"]
    call = events[2]["content_block"]
    assert (call["type"], call["name"], call["input"]) == ("tool_use", "add", {})
    pieces = [event["delta"]["partial_json"] for event in events if event["type"] == "content_block_delta"]
    assert "".join(pieces) == '{"a":1,"b":2}'
    assert events[-2]["delta"]["stop_reason"] == "tool_use"


def test_a_stop_sequence(models):
    events = stream(models, "thinker", stop_sequences=["-two"])
    assert events[-2]["delta"] == {"stop_reason": "stop_sequence", "stop_sequence": "-two"}


def test_a_stream_that_fails_ends_with_an_error_event(models):
    connection, response = begin(models, "talker")
    text = response.read(1).decode()
    for runner in models.runner_pids():
        os.kill(runner, signal.SIGKILL)
    events = events_of(text + response.read().decode())
    connection.close()
    assert [event["type"] for event in events if event["type"] in ("error", "message_stop")] == ["error"]
    assert events[-1]["error"]["type"] == "api_error"
    assert "model runner has unexpectedly stopped" in events[-1]["error"]["message"]
    assert events[-1]["request_id"] == response.getheader("request-id")


def test_pages_may_use_the_sdk(server):
    """15.5: the headers that Anthropic's SDK sends from a browser."""
    answer = server.request("OPTIONS", "/v1/messages", headers={
        "Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"})
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(",")
    for name in ("x-api-key", "anthropic-version", "anthropic-beta", "anthropic-dangerous-direct-browser-access",
                 "openai-organization", "openai-project", "idempotency-key", "x-stainless-helper"):
        assert name in allowed
