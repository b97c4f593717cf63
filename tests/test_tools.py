"""Tool calls and thinking over HTTP, with scripted models of well-known formats. Sections: native-api.md."""

import json

import pytest

import chat_formats
import harness

WEATHER = {"type": "function", "function": {
    "name": "weather", "description": "the weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                   "required": ["city"]}}}
ULM = ['<tool_call>\n', '{"name": "weather",', ' "arguments"', ': {"city"', ': "Ulm"', ', "days": 3}}', '\n</tool_call>']
BONN = ['\n<tool_call>\n{', '"name": "weather", ', '"arguments": {', '"city": "Bonn"}}', '\n</tool_', 'call>']
LONG = 400

HERMES = {
    "<|go|>": ULM,
    "<|two|>": [*ULM, *BONN],
    "<|say|>": ["Let me", " look", " that up.\n", *ULM],
    "<|think|>": ["<think>\n", "Ulm", " is a", " city.\n", "</think>\n\n", *ULM],
    "<|answer|>": ["It is", " sunny", " in", " Ulm", "."],
    "<|plain|>": ["<think>", "\nHm", ", well", ".\n</think>", "\n\n", "Fine", " <b>", "weather", "</b>."],
    "<|broken|>": ["Well. ", '<tool_call>\n{"name": "nobody', '", "arguments": {}}\n</tool_call>'],
    "<|cut|>": ['<tool_call>\n{"name": "weather", "arguments"', ': {"city": "', "Ul", "m"],
    "<|long|>": [f"word{i} " for i in range(LONG)],
    "<|code|>": ["if (a", " < b) {", " x[0] =", " <tool", " }"],
}
SPECIAL = ["<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]


def names(answers):
    return [entry.strip("<|>") for entry in answers if entry not in ("<|go|>", "<|answer|>")]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    """The module's server with models called hermes, mistral and llama3."""
    folder = tmp_path_factory.mktemp("tools")
    mistral = {"<|go|>": ['[TOOL_CALLS] [{"name"', ': "weather", "arguments": {"city": "Ulm"}}]'],
               "<|two|>": ['[TOOL_CALLS] ', '[{"name": "weather", "arguments": {"city": "Ulm"}}, ',
                           '{"name": "weather", "arguments": {"city": "Bonn"}}]'],
               "<|answer|>": HERMES["<|answer|>"]}
    llama3 = {"<|go|>": ['{"name": "weather",', ' "parameters": {"city": "Ulm"}}'], "<|answer|>": HERMES["<|answer|>"],
              "<|code|>": HERMES["<|code|>"]}
    for name, answers, template in (("hermes", HERMES, chat_formats.hermes(names(HERMES))),
                                    ("mistral", mistral, chat_formats.mistral(["two"])),
                                    ("llama3", llama3, chat_formats.llama3(["code"]))):
        path = harness.make_scripted_model(folder / f"{name}.gguf", answers, template, SPECIAL)
        server.add_gguf(name, path)
    return server


def ask(server, text, model="hermes", **more):
    body = {"model": model, "messages": [{"role": "user", "content": text}], "tools": [WEATHER], **more}
    return server.post("/api/chat", {"stream": False, **body})


def message_of(answer):
    assert answer.status == 200, answer.text
    return answer.json()["message"]


def calls_of(message):
    return [(call["function"]["index"], call["function"]["name"], call["function"]["arguments"])
            for call in message["tool_calls"]]


@pytest.mark.parametrize("model", ["hermes", "mistral", "llama3"])
def test_a_call(models, model):
    message = message_of(ask(models, "weather?", model, think=None))
    arguments = {"city": "Ulm", "days": 3} if model == "hermes" else {"city": "Ulm"}
    assert calls_of(message) == [(0, "weather", arguments)]
    assert message["content"] == "" and len(message["tool_calls"][0]["id"]) == 32


@pytest.mark.parametrize("model", ["hermes", "mistral"])
def test_parallel_calls(models, model):
    calls = calls_of(message_of(ask(models, "two", model)))
    assert [(index, arguments["city"]) for index, _, arguments in calls] == [(0, "Ulm"), (1, "Bonn")]


def test_calls_come_on_the_final_object(models):
    """8.6, 12.23: text is streamed, calls are on the last object, done_reason is stop."""
    body = {"model": "hermes", "messages": [{"role": "user", "content": "say"}], "tools": [WEATHER]}
    lines = list(models.stream("/api/chat", body))
    assert "".join(line["message"]["content"] for line in lines) == "Let me look that up.\n"
    assert len(lines) > 1 and not any("tool_calls" in line["message"] for line in lines[:-1])
    final = lines[-1]
    assert (final["done"], final["done_reason"]) == (True, "stop")
    assert list(final["message"]) == ["role", "content", "tool_calls"]
    assert list(final["message"]["tool_calls"][0]) == ["id", "function"]
    assert list(final["message"]["tool_calls"][0]["function"]) == ["index", "name", "arguments"]


def test_thinking_before_a_call(models):
    lines = list(models.stream("/api/chat", {"model": "hermes", "messages": [{"role": "user", "content": "think"}],
                                             "tools": [WEATHER], "think": True}))
    thinking = [line["message"]["thinking"] for line in lines if "thinking" in line["message"]]
    assert "".join(thinking) == "Ulm is a city.\n"
    assert "".join(line["message"]["content"] for line in lines) == ""
    assert calls_of(lines[-1]["message"])[0][2]["city"] == "Ulm"


def test_thinking_and_content_without_tools(models):
    for stream in (False, True):
        body = {"model": "hermes", "messages": [{"role": "user", "content": "plain"}], "stream": stream}
        parts = [line["message"] for line in models.post("/api/chat", body).lines()]
        assert "".join(part.get("thinking", "") for part in parts) == "Hm, well.\n"
        assert "".join(part["content"] for part in parts) == "Fine <b>weather</b>."


def test_an_agent_loop(models):
    """A call, its result, the answer: the conversation round-trips through the template."""
    for model in ("hermes", "mistral", "llama3"):
        messages = [{"role": "user", "content": "weather in Ulm?"}]
        called = message_of(models.post("/api/chat", {"model": model, "messages": messages, "tools": [WEATHER],
                                                      "stream": False}))
        messages += [called, {"role": "tool", "tool_name": "weather", "content": "sunny",
                              "tool_call_id": called["tool_calls"][0]["id"]}]
        body = {"model": model, "messages": messages, "tools": [WEATHER], "stream": False}
        answer = message_of(models.post("/api/chat", body))
        assert answer == {"role": "assistant", "content": "It is sunny in Ulm."}
        prompt = models.post("/api/chat", {**body, "_debug_render_only": True}).json()
        rendered = prompt["_debug_info"]["rendered_template"]
        assert "sunny" in rendered and '"city": "Ulm"' in rendered


def test_a_call_that_is_cut_off_is_shown(models):
    for stream in (False, True):
        lines = ask(models, "go", options={"num_predict": 4}, stream=stream).lines()
        assert lines[-1]["done_reason"] == "length" and "tool_calls" not in lines[-1]["message"]
        assert "".join(line["message"]["content"] for line in lines) == "".join(ULM[:4])


def test_a_call_that_was_begun_is_completed(models):
    """The model wants to end inside a call; the grammar of calls does not let it."""
    answer = ask(models, "cut", options={"num_predict": 400}).json()
    if answer["done_reason"] == "stop":
        assert answer["message"]["tool_calls"][0]["function"]["arguments"]["city"].startswith("Ulm")


def test_an_unknown_tool_cannot_be_called(models):
    """From the mark of a call on, the grammar leaves only the tools of the request."""
    answer = ask(models, "broken", options={"num_predict": 200}).json()
    assert answer["message"]["content"].startswith("Well. ")
    for call in answer["message"].get("tool_calls", []):
        assert call["function"]["name"] == "weather"


@pytest.mark.parametrize("model", ["hermes", "llama3"])
def test_text_that_only_looks_like_a_call(models, model):
    assert message_of(ask(models, "code", model))["content"] == "if (a < b) { x[0] = <tool }"


def test_logprobs_with_tools_and_streaming(models):
    """7.7 refuses these together; here every token has its entry."""
    body = {"model": "hermes", "messages": [{"role": "user", "content": "say"}], "tools": [WEATHER], "logprobs": True}
    lines = list(models.stream("/api/chat", body))
    tokens = [entry["token"] for line in lines for entry in line.get("logprobs", [])]
    assert "".join(tokens).startswith("Let me look that up.\n<tool_call>")
    assert len(tokens) == lines[-1]["eval_count"] - 1  # all but the end


def test_long_answers_are_streamed(models):
    body = {"model": "hermes", "messages": [{"role": "user", "content": "long"}], "tools": [WEATHER]}
    lines = list(models.stream("/api/chat", body))
    assert "".join(line["message"]["content"] for line in lines) == "".join(HERMES["<|long|>"])
    assert len(lines) > 2  # pieces that wait for the client are joined


def test_tools_need_the_capability(models, tiny_models):
    models.add_gguf("tiny", tiny_models["full"])
    answer = ask(models, "hi", "tiny")
    assert (answer.status, answer.json()["error"]) == (
        400, "registry.ollama.ai/library/tiny:latest does not support tools")
    assert message_of(ask(models, "hi", "tiny", tools=[], options={"num_predict": 1}))["role"] == "assistant"
    assert json.loads(models.post("/api/show", {"model": "hermes"}).body)["capabilities"] == [
        "tools", "thinking", "completion"]
