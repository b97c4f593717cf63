"""/api/generate with a chat template that begins the thought in the prompt: beyond native-api.md 8.5, where the answer would begin in
the middle of it. One that the model begins itself stays in the response, as upstream's."""

import json

import pytest

import harness
from thinking_template import thinking_template

SPECIAL = ["<|im_start|>", "<|im_end|>"]
ANSWERS = {"<|muse|>": [" so", " it", " is", "</think>", "\n\n", "Forty", "-two", "!"],
           "<|begin|>": ["<think>", " so", "</think>", "\n\n", "Two", "!"], "<|go|>": ["At", " once", "."]}


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun")
    for name, end in (("begun", "<think><|muse|>"), ("free", "<|begin|>")):
        path = harness.make_scripted_model(folder / f"{name}.gguf", ANSWERS, thinking_template(end, "<|go|>"), SPECIAL)
        server.add_gguf(name, path)
    return server


def generated(server, **fields):
    return server.post("/api/generate", {"model": "begun", "prompt": "?", "stream": False, **fields}).json()


@pytest.mark.parametrize("think", [None, True])
def test_a_thought_that_the_prompt_begins_is_told_apart(models, think):
    answer = generated(models, think=think)
    assert (answer["thinking"].strip(), answer["response"]) == ("so it is", "Forty-two!")


def test_a_stream_tells_it_apart(models):
    lines = models.post("/api/generate", {"model": "begun", "prompt": "?"}).lines()
    assert "".join(line.get("thinking", "") for line in lines).strip() == "so it is"
    assert "".join(line["response"] for line in lines) == "Forty-two!"


def test_without_thinking_there_is_none(models):
    answer = generated(models, think=False)
    assert "thinking" not in answer and answer["response"] == "At once."


def test_a_format_holds_behind_it(models):
    form = {"type": "object", "required": ["n"], "properties": {"n": {"enum": [1]}}, "additionalProperties": False}
    answer = generated(models, format=form)
    assert answer["thinking"].strip() == "so it is" and json.loads(answer["response"]) == {"n": 1}


def test_one_that_the_model_begins_stays_in_the_response(models):
    answer = generated(models, model="free")
    assert "thinking" not in answer and answer["response"] == "<think> so</think>\n\nTwo!"
