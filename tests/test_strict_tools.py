"""Strict tools over every API that knows them: what a scripted model would say does not fit, and is not said.
Section: openai-anthropic-api.md 15.2."""

import json

import pytest

import chat_formats
import harness

SPECIAL = ["<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
VOLUME = {"type": "object", "properties": {"volume": {"type": "integer", "minimum": 0, "maximum": 11}},
          "required": ["volume"], "additionalProperties": False}
QUESTION = [{"role": "user", "content": "louder"}]


GO_TEMPLATE = ("{{ range .Messages }}{{ .Content }}{{ if .ToolCalls }}{{ range .ToolCalls }}%s{{ end }}{{ end }}{{ end }}"
               "{{ .Tools }}<|go|>")
GO_TEMPLATES = {
    "hermes": GO_TEMPLATE % '<tool_call>\n{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}\n</tool_call>',
    "llama3": GO_TEMPLATE % '{"name": "{{ .Function.Name }}", "parameters": {{ .Function.Arguments }}}'}


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    """All set the volume to 99: two behind a mark, two without; two have templates in Go."""
    folder = tmp_path_factory.mktemp("strict")
    said = {"hermes": ['<tool_call>\n{"name": "set", "arguments": {"volume": ', "99", "}}\n</tool_call>"],
            "llama3": ['{"name": "set", "parameters": {"volume": ', "99", "}}"]}
    for name, answer in said.items():
        template = getattr(chat_formats, name)()
        path = harness.make_scripted_model(folder / f"{name}.gguf", {"<|go|>": answer}, template, SPECIAL)
        server.add_gguf(name, path)
        bare = harness.make_scripted_model(folder / f"go-{name}.gguf", {"<|go|>": answer}, "", SPECIAL)
        server.add_gguf(f"go-{name}", bare, template=GO_TEMPLATES[name])
    return server


def chat(server, model, strict, **more):
    tool = {"type": "function", "function": {"name": "set", "parameters": VOLUME, "strict": strict}}
    answer = server.post("/v1/chat/completions", {"model": model, "messages": QUESTION, "tools": [tool], "max_tokens": 200, **more})
    assert answer.status == 200, answer.text
    return json.loads(answer.json()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"])


def responses(server, model, strict):
    tool = {"type": "function", "name": "set", "parameters": VOLUME, "strict": strict}
    answer = server.post("/v1/responses", {"model": model, "input": "louder", "tools": [tool], "max_output_tokens": 200})
    assert answer.status == 200, answer.text
    return json.loads(next(item for item in answer.json()["output"] if item["type"] == "function_call")["arguments"])


def messages(server, model, strict):
    tool = {"name": "set", "input_schema": VOLUME, "strict": strict}
    answer = server.post("/v1/messages", {"model": model, "messages": QUESTION, "tools": [tool], "max_tokens": 200})
    assert answer.status == 200, answer.text
    return next(block for block in answer.json()["content"] if block["type"] == "tool_use")["input"]


@pytest.mark.parametrize("model", ["hermes", "llama3", "go-hermes", "go-llama3"])
@pytest.mark.parametrize("ask", [chat, responses, messages])
def test_arguments_follow_their_schema(models, ask, model):
    assert ask(models, model, False) == {"volume": 99}
    strict = ask(models, model, True)
    assert list(strict) == ["volume"] and 0 <= strict["volume"] <= 11


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "set"}}])
def test_of_required_calls_too(models, choice):
    assert 0 <= chat(models, "hermes", True, tool_choice=choice)["volume"] <= 11


def test_models_see_all_of_a_schema(models):
    tool = {"type": "function", "function": {"name": "set", "parameters": VOLUME}}
    body = {"model": "hermes", "messages": QUESTION, "tools": [tool], "_debug_render_only": True}
    prompt = models.post("/v1/chat/completions", body).json()["_debug_info"]["rendered_template"]
    assert '"maximum": 11' in prompt and '"additionalProperties": false' in prompt
    native = models.post("/api/chat", {**body, "stream": False}).json()["_debug_info"]["rendered_template"]
    assert "maximum" not in native, "the native API has upstream's keywords only"


def test_a_schema_that_cannot_be_followed_is_refused(models):
    tool = {"type": "function", "function": {"name": "set", "strict": True, "parameters": {
        "type": "object", "properties": {"volume": {"type": "integer", "not": {"const": 3}}}}}}
    answer = models.post("/v1/chat/completions", {"model": "hermes", "messages": QUESTION, "tools": [tool]})
    assert answer.status == 400
    assert answer.json()["error"]["message"] == (
        'the parameters of the tool "set" cannot be strict: #/properties/volume: the keyword "not" is not supported')
