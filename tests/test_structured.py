"""Structured output over HTTP: formats hold always. Sections: native-api.md 5.4, 7.8, 7.9."""

import json

import pytest

import chat_formats
import harness
from test_tools import WEATHER

PERSON = {"type": "object",
          "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "minimum": 0, "maximum": 150},
                         "kind": {"enum": ["cat", "dog", "ünïcode"]}},
          "required": ["name", "age", "kind"]}
ANSWERS = {
    "<|go|>": ["Sure", "! Here", " it is:"],
    "<|think|>": ["<think>\n", "{ so", " many", " braces", " }\n", "</think>", "\n\n", "Sure", ", here"],
    "<|good|>": ['{"name": "Tom"', ', "age": 3', ', "kind": "cat"}'],
    "<|call|>": ["<tool_call>\n", '{"name": "weather"', ', "arguments": ', '{"city": "Ulm"}}', "\n</tool_call>"],
    "<|answer|>": ["ok"],
    "\n": ["No", " thinking", " here"],
}


@pytest.fixture(scope="module")
def models(server, tmp_path_factory, tiny_models):
    """The module's server with `hermes`, which thinks and calls, and `tiny`, whose weights are random."""
    folder = tmp_path_factory.mktemp("structured")
    server.add_gguf("hermes", harness.make_scripted_model(
        folder / "hermes.gguf", ANSWERS, chat_formats.hermes(["think", "good", "call"]), ["<|im_start|>", "<|im_end|>"]))
    server.add_gguf("tiny", tiny_models["full"])
    return server


def chat(server, text="hi", model="hermes", stream=False, **more):
    """The pieces of an answer's content and thinking, joined, and its last object."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], "stream": stream, "format": PERSON,
            "options": {"seed": 1, "num_predict": 400}, **more}
    answer = server.post("/api/chat", body)
    assert answer.status == 200, answer.text
    lines = answer.lines()
    return ("".join(line["message"]["content"] for line in lines),
            "".join(line["message"].get("thinking", "") for line in lines), lines[-1])


def check_person(text):
    person = json.loads(text)
    assert list(person) == ["name", "age", "kind"]
    assert len(person["name"]) <= 20 and 0 <= person["age"] <= 150 and person["kind"] in ("cat", "dog", "ünïcode")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("tools", [[], [WEATHER]])
@pytest.mark.parametrize("think", [None, True, False])
@pytest.mark.parametrize("text", ["hi", "think", "good"])
def test_a_schema_holds(models, text, think, tools, stream):
    content, thinking, final = chat(models, text, think=think, tools=tools, stream=stream)
    if "tool_calls" in final["message"] or content.startswith("<tool_call>"):
        assert tools and (content == "" or final["done_reason"] == "length")
    elif content == "":  # it chose to think, and thinks on
        assert think is not False and thinking and final["done_reason"] == "length"
    else:
        check_person(content)
        assert final["done_reason"] == "stop"
    if text == "think" and think is not False:
        assert thinking == "{ so many braces }\n"


def test_a_model_that_answers_well_is_not_changed(models):
    assert chat(models, "good")[0] == '{"name": "Tom", "age": 3, "kind": "cat"}'


def test_tools_can_be_called_beside_a_format(models):
    """Beyond upstream, where a format makes calls impossible."""
    content, _, final = chat(models, "call", tools=[WEATHER])
    assert content == "" and final["message"]["tool_calls"][0]["function"]["arguments"] == {"city": "Ulm"}


@pytest.mark.parametrize("temperature", [0, 1.5])
@pytest.mark.parametrize("form", ["json", PERSON, {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 4}])
def test_random_models_keep_to_formats(models, form, temperature):
    for path, body in (("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": [{"role": "user", "content": "x"}]})):
        for seed in range(3):
            options = {"seed": seed, "temperature": temperature, "num_predict": 300}
            answer = models.post(path, {"model": "tiny", "format": form, "stream": False, "options": options, **body}).json()
            text = answer["response"] if path == "/api/generate" else answer["message"]["content"]
            if answer["done_reason"] == "stop":
                value = json.loads(text)
                assert isinstance(value, list if isinstance(form, dict) and form["type"] == "array" else dict)
            else:
                assert text.lstrip().startswith(("{", "["))


def test_numbers_keep_to_their_bounds(models):
    """Beyond upstream, which leaves bounds of numbers that are no integers out."""
    schema = {"type": "object", "required": ["score", "price"],
              "properties": {"score": {"type": "number", "minimum": 0, "maximum": 1},
                             "price": {"type": "number", "exclusiveMinimum": 0, "maximum": 99.5, "multipleOf": 0.01}}}
    for seed in range(5):
        answer = models.post("/api/generate", {"model": "tiny", "prompt": "x", "format": schema, "stream": False,
                                               "options": {"seed": seed, "temperature": 1.5, "num_predict": 300}}).json()
        assert answer["done_reason"] == "stop", answer["response"]
        numbers = json.loads(answer["response"])
        assert 0 <= numbers["score"] <= 1 and 0 < numbers["price"] <= 99.5
        assert round(numbers["price"], 2) == numbers["price"]


@pytest.mark.parametrize("form, constrained", [(None, False), ("", False), ("json", True), ({}, True)])
def test_what_counts_as_a_format(models, form, constrained):
    text = chat(models, "hi", format=form)[0]
    assert (text == "Sure! Here it is:") != constrained


@pytest.mark.parametrize("form, quoted", [("xml", r'"\"xml\""'), (5, '"5"'), (["a"], r'"[\"a\"]"'), (True, '"true"')])
def test_other_formats_are_errors(models, form, quoted):
    for stream in (False, True):
        answer = models.post("/api/chat", {"model": "hermes", "messages": [{"role": "user", "content": "x"}],
                                           "format": form, "stream": stream})
        assert (answer.status, answer.json()["error"]) == (
            500, f'invalid format: {quoted}; expected "json" or a valid JSON Schema object')


@pytest.mark.parametrize("schema, complaint", [
    ({"type": "object", "properties": {"a": {"type": "text"}}}, "#/properties/a"),
    ({"$ref": "https://example.com/schema"}, "https://example.com/schema"),
    ({"type": "array", "minItems": 10**9}, "#: minItems is 1000000000"),
    ({"enum": [str(i) for i in range(20_000)]}, "#: enum has 20000 values"),
    ({"type": "string", "pattern": "^(a$"}, "pattern"),
    ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}, "circle"),
    ({"type": "integer", "minimum": 3, "maximum": 1}, "no text can meet it"),
    ({"type": "number", "minimum": 3, "maximum": 1}, "#: no number lies within its bounds"),
    ({"type": "number", "multipleOf": 0.25}, "#: multipleOf 0.25 is not supported"),
    ({"properties": {"a": {"minimum": 3}}}, "#/properties/a: minimum without a type is not supported"),
    ({"properties": {"a": {"not": {"type": "null"}}}}, '#/properties/a: the keyword "not" is not supported'),
    ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, 'the keyword "uniqueItems" is not supported'),
])
def test_a_schema_that_cannot_be_used_is_named(models, schema, complaint):
    for path, body in (("/api/generate", {"prompt": "x"}), ("/api/chat", {"messages": [{"role": "user", "content": "x"}]})):
        for stream in (False, True):
            answer = models.post(path, {"model": "hermes", "format": schema, "stream": stream, **body})
            assert answer.status == 400 and complaint in answer.json()["error"], answer.text


def test_hostile_schemas_leave_the_runner_alive(models):
    deep = {}
    for _ in range(60):
        deep = {"type": "object", "properties": {"a": deep}}
    doubling = {}
    for _ in range(30):
        doubling = {"type": ["object", "array"], "properties": {"a": doubling}}
    chat(models, "hi")
    runners = models.runner_pids()
    for schema in (deep, doubling, {"type": "string", "minLength": 30_000}, {"type": "string", "pattern": "^[ab]*a[ab]{30}c$"},
                   {"anyOf": [{"$ref": "#"}, {"type": "null"}]}, {"items": {"$ref": "#"}},
                   {"properties": {f"p{i}": {} for i in range(250)}}):
        answer = models.post("/api/chat", {"model": "hermes", "messages": [{"role": "user", "content": "x"}],
                                           "format": schema, "stream": False, "options": {"num_predict": 60}})
        assert answer.status in (200, 400), answer.text
    assert models.runner_pids() == runners
