"""Tool calls are told while they are written: whatever pieces they come in, they are the call. Sections: openai-anthropic-api.md
15.2, 15.4."""

import json

import pytest

import chat_formats
import harness
from test_tools import BONN, SPECIAL, ULM, WEATHER

HERMES = {"<|go|>": ULM, "<|two|>": [*ULM, *BONN], "<|cut|>": ['<tool_call>\n{"name": "weather", "arguments"', ': {"city": "', "Ul", "m"],
          "<|answer|>": ["It is", " sunny", "."]}
ARGUMENTS = [{"city": "Ulm", "days": 3}, {"city": "Bonn"}]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    path = tmp_path_factory.mktemp("calls") / "hermes.gguf"
    server.add_gguf("hermes", harness.make_scripted_model(path, HERMES, chat_formats.hermes(["two", "cut"]), SPECIAL))
    return server


def frames(server, path, body):
    answer = server.post(path, {"model": "hermes", "stream": True, **body})
    assert answer.status == 200, answer.text
    data = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
    return [json.loads(frame) for frame in data if frame != "[DONE]"]


def asks(text):
    return {"messages": [{"role": "user", "content": text}]}


def test_chat_completions(models):
    calls = {}
    chunks = frames(models, "/v1/chat/completions", {**asks("two"), "tools": [WEATHER]})
    for piece in (call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", [])):
        known = piece["index"] in calls
        assert known != ("id" in piece) and known != ("name" in piece["function"])
        call = calls.setdefault(piece["index"], {"id": piece.get("id"), "arguments": ""})
        call["arguments"] += piece["function"]["arguments"]
    assert [json.loads(calls[i]["arguments"]) for i in (0, 1)] == ARGUMENTS
    assert calls[0]["id"] != calls[1]["id"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks][-1] == "tool_calls"


def test_messages(models):
    tools = [{"name": "weather", "input_schema": WEATHER["function"]["parameters"]}]
    blocks = {}
    for frame in frames(models, "/v1/messages", {**asks("two"), "max_tokens": 300, "tools": tools}):
        if frame["type"] == "content_block_start":
            assert frame["content_block"]["type"] == "tool_use"
            blocks[frame["index"]] = ""
        if frame["type"] == "content_block_delta":
            blocks[frame["index"]] += frame["delta"]["partial_json"]
        if frame["type"] == "message_delta":
            assert frame["delta"]["stop_reason"] == "tool_use"
    assert [json.loads(blocks[i]) for i in (0, 1)] == ARGUMENTS


def test_responses(models):
    tools = [{"type": "function", **WEATHER["function"]}]
    texts, done = {}, []
    for frame in frames(models, "/v1/responses", {"input": "two", "tools": tools}):
        if frame["type"] == "response.function_call_arguments.delta":
            texts[frame["output_index"]] = texts.get(frame["output_index"], "") + frame["delta"]
        if frame["type"] == "response.function_call_arguments.done":
            assert frame["arguments"] == texts[frame["output_index"]]
        if frame["type"] == "response.completed":
            done = frame["response"]["output"]
    assert [json.loads(item["arguments"]) for item in done] == ARGUMENTS
    assert [item["status"] for item in done] == ["completed"] * 2


def test_one_call_only(models):
    chunks = frames(models, "/v1/chat/completions", {**asks("two"), "tools": [WEATHER], "parallel_tool_calls": False})
    indices = {call["index"] for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", [])}
    assert indices == {0}


def test_a_call_that_is_cut_off(models):
    """Its beginning was told; nothing completes it."""
    chunks = frames(models, "/v1/chat/completions", {**asks("cut"), "tools": [WEATHER], "max_tokens": 4})
    calls = [call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", [])]
    assert "".join(call["function"]["arguments"] for call in calls) == '{"city":"Ulm'
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == ""


def test_what_is_not_streamed_is_whole(models):
    answer = models.post("/v1/chat/completions", {"model": "hermes", **asks("two"), "tools": [WEATHER]})
    calls = answer.json()["choices"][0]["message"]["tool_calls"]
    assert [json.loads(call["function"]["arguments"]) for call in calls] == ARGUMENTS
    native = models.stream("/api/chat", {"model": "hermes", **asks("two"), "tools": [WEATHER]})
    calls = [call for line in native for call in line["message"].get("tool_calls", [])]
    assert [call["function"]["arguments"] for call in calls] == ARGUMENTS
