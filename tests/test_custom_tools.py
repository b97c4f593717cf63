"""Custom tools of OpenAI's API, whose text follows a grammar: what a scripted model would say does not, and is not said.
Section: openai-anthropic-api.md 15.3."""

import pytest

import chat_formats
import harness

SPECIAL = ["<|im_start|>", "<|im_end|>"]
GRAMMARS = {"regex": "[0-9]{1,2} dB", "lark": 'start: NUMBER " dB"\nNUMBER: /[0-9]{1,2}/'}


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    """One that sets the volume to "loud"."""
    said = ['<tool_call>\n{"name": "set", "arguments": {"input": "', "loud", '"}}\n</tool_call>']
    path = harness.make_scripted_model(tmp_path_factory.mktemp("custom") / "m.gguf", {"<|go|>": said}, chat_formats.hermes(),
                                       SPECIAL)
    server.add_gguf("custom", path)
    return server


def grammar(syntax, definition=None):
    return {"type": "grammar", "syntax": syntax, "definition": definition or GRAMMARS[syntax]}


def responses(server, format=None, **more):
    tool = {"type": "custom", "name": "set", **({"format": format} if format else {})}
    return server.post("/v1/responses", {"model": "custom", "input": "louder", "tools": [tool], "max_output_tokens": 200,
                                         "parallel_tool_calls": False, **more})


def chat(server, format=None, **more):
    if format:
        format = {"type": "grammar", "grammar": {key: format[key] for key in ("syntax", "definition")}}
    tool = {"type": "custom", "custom": {"name": "set", **({"format": format} if format else {})}}
    return server.post("/v1/chat/completions", {
        "model": "custom", "messages": [{"role": "user", "content": "louder"}], "tools": [tool], "max_tokens": 200,
        "parallel_tool_calls": False, **more})


def responses_input(answer):
    item = next(item for item in answer.json()["output"] if item["type"] == "custom_tool_call")
    return item["name"], item["input"]


def chat_input(answer):
    choice, = answer.json()["choices"]
    call, = choice["message"]["tool_calls"]
    assert (choice["finish_reason"], call["type"]) == ("tool_calls", "custom")
    return call["custom"]["name"], call["custom"]["input"]


ROUTES = pytest.mark.parametrize("ask, input_of", [(responses, responses_input), (chat, chat_input)], ids=["responses", "chat"])


@ROUTES
def test_a_text_is_free_without_a_grammar(models, ask, input_of):
    assert input_of(ask(models)) == ("set", "loud")


@ROUTES
@pytest.mark.parametrize("syntax", GRAMMARS)
def test_a_text_follows_its_grammar(models, ask, input_of, syntax):
    name, text = input_of(ask(models, grammar(syntax)))
    number, unit = text.split(" ")
    assert (name, unit) == ("set", "dB") and number.isdigit() and len(number) <= 2


@ROUTES
def test_required_calls_follow_it_too(models, ask, input_of):
    assert input_of(ask(models, grammar("regex"), tool_choice="required"))[1].endswith(" dB")


@pytest.mark.parametrize("ask, place", [(responses, "tools[0].format"), (chat, "tools[0].custom.format.grammar")])
def test_what_cannot_be_enforced_is_refused(models, ask, place):
    answer = ask(models, grammar("regex", "(?=a)a"))
    assert answer.status == 400
    error = answer.json()["error"]
    assert error["message"] == 'the tool "set": looking around is not supported (at byte 3 of the expression)'
    assert error["param"] == f"{place}.definition"
