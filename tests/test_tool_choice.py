"""tool_choice and parallel_tool_calls, over OpenAI's API with scripted models. Section: openai-anthropic-api.md 15.5."""

import json

import pytest

import chat_formats
import harness
from test_tools import BONN, SPECIAL

ULM = ['<tool_call>\n', '{"name": "weather",', ' "arguments"', ': {"city"', ': "Ulm"', '}}', '\n</tool_call>']
TALK = ["It is", " sunny", "."]
HERMES = {"<|go|>": TALK, "<|two|>": [*ULM, *BONN], "<|answer|>": TALK,
          "<|think|>": ["<think>\n", "Hm", ".\n", "</think>\n\n", *TALK]}


def tool(name):
    return {"type": "function", "function": {"name": name, "description": name, "parameters": {
        "type": "object", "properties": {"city": {"type": "string", "enum": ["Ulm", "Bonn"]}}, "required": ["city"]}}}


TOOLS = [tool("weather"), tool("news")]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("choice")
    path = harness.make_scripted_model(folder / "hermes.gguf", HERMES, chat_formats.hermes(["two", "think"]), SPECIAL)
    server.add_gguf("hermes", path)
    return server


def ask(server, text="go", model="hermes", **more):
    """With a fixed seed: a model that cannot say what it was made to say is random, and may think for ever."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], "tools": TOOLS, "max_tokens": 300, "seed": 1, **more}
    answer = server.post("/v1/chat/completions", body)
    assert answer.status == 200, answer.text
    return answer.json()["choices"][0]


def names_of(choice):
    return [call["function"]["name"] for call in choice["message"].get("tool_calls", [])]


def test_what_the_model_says_by_itself(models):
    assert ask(models)["message"]["content"] == "It is sunny."


def test_required_calls_something(models):
    choice = ask(models, tool_choice="required", parallel_tool_calls=False)
    assert choice["finish_reason"] == "tool_calls" and not choice["message"]["content"].strip()
    call = choice["message"]["tool_calls"][0]["function"]
    assert call["name"] in ("weather", "news")
    assert json.loads(call["arguments"])["city"] in ("Ulm", "Bonn")


@pytest.mark.parametrize("name", ["weather", "news"])
def test_a_named_function_is_called(models, name):
    choice = ask(models, tool_choice={"type": "function", "function": {"name": name}}, parallel_tool_calls=False)
    assert names_of(choice) == [name]


def test_thinking_comes_first(models):
    choice = ask(models, "think", tool_choice="required", parallel_tool_calls=False)
    assert choice["message"]["reasoning"].strip() == "Hm."
    assert len(names_of(choice)) == 1


def test_none_and_auto(models):
    assert names_of(ask(models, "two", tool_choice="auto")) == ["weather", "weather"]
    assert ask(models, tool_choice="none")["message"]["content"] == "It is sunny."


def test_allowed_tools_leave_the_prompt_as_it_is(models):
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [
        {"type": "function", "function": {"name": "news"}}]}}
    assert set(names_of(ask(models, tool_choice=allowed))) == {"news"}
    bodies = [{"model": "hermes", "messages": [{"role": "user", "content": "go"}], "tools": TOOLS,
               "_debug_render_only": True, **more} for more in ({}, {"tool_choice": allowed})]
    prompts = [models.post("/v1/chat/completions", body).json()["_debug_info"]["rendered_template"] for body in bodies]
    assert prompts[0] == prompts[1]


def test_one_call_only(models):
    assert names_of(ask(models, "two", parallel_tool_calls=False)) == ["weather"]


@pytest.mark.parametrize("choice, message", [
    ({"type": "function", "function": {"name": "nobody"}}, 'tool_choice names "nobody", which is not among the tools'),
    ("sometimes", 'invalid tool_choice: it is "auto", "none", "required", a function or allowed_tools')])
def test_what_cannot_be_had_is_refused(models, choice, message):
    body = {"model": "hermes", "messages": [{"role": "user", "content": "go"}], "tools": TOOLS, "tool_choice": choice}
    answer = models.post("/v1/chat/completions", body)
    assert (answer.status, answer.json()["error"]["message"]) == (400, message)


@pytest.fixture(scope="module")
def go_models(models, tmp_path_factory):
    """Models that would rather talk, with Go templates whose calls begin with a tag, with a list, and with nothing."""
    path = harness.make_scripted_model(tmp_path_factory.mktemp("go") / "talk.gguf", {"<|go|>": TALK})
    for name, written in GO_CALLS.items():
        models.add_gguf(name, path, template=go_template(written))
    models.add_gguf("silent", path, template=go_template('<tool_call>{{ range .ToolCalls }}{"name": "{{ .Function.Name }}"}{{ end }}'))
    return models


def go_template(written):
    return "{{ range .Messages }}{{ .Content }}{{ if .ToolCalls }}" + written + "{{ end }}{{ end }}{{ .Tools }}<|go|>"


GO_CALL = '{"name": "{{ .Function.Name }}", "%s": {{ .Function.Arguments }}}'
GO_CALLS = {"tags": "{{ range .ToolCalls }}<tool_call>\n" + GO_CALL % "arguments" + "\n</tool_call>{{ end }}",
            "list": "[TOOL_CALLS] [{{ range .ToolCalls }}" + GO_CALL % "arguments" + "{{ end }}]",
            "bare": "{{ range .ToolCalls }}" + GO_CALL % "parameters" + "{{ end }}"}


@pytest.mark.parametrize("model", GO_CALLS)
@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "news"}}])
def test_a_go_template_shows_what_is_required(go_models, model, choice):
    assert ask(go_models, model=model)["message"]["content"] == "It is sunny."
    said = ask(go_models, model=model, tool_choice=choice, parallel_tool_calls=False)
    assert said["finish_reason"] == "tool_calls" and not said["message"]["content"].strip()
    call = said["message"]["tool_calls"][0]["function"]
    assert call["name"] in (["weather", "news"] if choice == "required" else ["news"])
    assert json.loads(call["arguments"])["city"] in ("Ulm", "Bonn")


def test_a_go_template_that_shows_no_call(go_models):
    body = {"model": "silent", "messages": [{"role": "user", "content": "go"}], "tools": TOOLS, "tool_choice": "required"}
    answer = go_models.post("/v1/chat/completions", body)
    assert (answer.status, answer.json()["error"]["message"]) == (
        400, "a tool call cannot be required of the model: its Go template does not show how one is written")
