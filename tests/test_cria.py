"""The built-in model answers, greedily, what its smoke list expects (cria/smoke.json), and what it is trained with is true."""

import dataclasses
import json
import random
import re
import sys

import pytest

import harness

sys.path.insert(0, str(harness.ROOT / "cria"))
import tool_cases  # noqa: E402
from generator import conversation, handmade, held_out  # noqa: E402
from generator.mix import Mixer  # noqa: E402

SMOKE = json.loads((harness.ROOT / "cria" / "smoke.json").read_text())


def test_is_listed_at_first_start_without_a_copy(server):
    names = [model["name"] for model in server.get("/api/tags").json()["models"]]
    assert names == ["cria:latest"]
    copied = sum(path.stat().st_size for path in server.models.rglob("*") if path.is_file())
    assert copied < 100_000


@pytest.mark.parametrize("row", SMOKE, ids=[row["prompt"][:40] for row in SMOKE])
def test_answers(server, row):
    answer = server.post("/api/chat", {
        "model": "cria", "messages": [{"role": "user", "content": row["prompt"]}], "stream": False,
        "options": {"temperature": 0, "repeat_penalty": 1.1, "num_predict": 400}}).json()
    assert re.search(row["expect"], answer["message"]["content"]), answer["message"]["content"]
    assert answer["done_reason"] == "stop"


def test_can_be_removed_and_restored(fresh_server):
    with fresh_server as server:
        assert server.cli("rm", "cria").stdout == "deleted 'cria'\n"
        assert server.get("/api/tags").json() == {"models": []}
        server.stop()
        server.start()
        assert server.get("/api/tags").json() == {"models": []}
        assert server.cli("pull", "cria").returncode == 0
        assert [m["name"] for m in server.get("/api/tags").json()["models"]] == ["cria:latest"]


# --- thoughts and tools

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Get the weather in a city.",
    "parameters": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}}}
MAIL = {"type": "function", "function": {
    "name": "send_mail", "description": "Send a mail to a person.",
    "parameters": {"type": "object", "required": ["person", "text"],
                   "properties": {"person": {"type": "string"}, "text": {"type": "string"}}}}}


def asked(server, content, **fields):
    """The message that answers, greedily."""
    messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
    return server.post("/api/chat", {"model": "cria", "messages": messages, "stream": False,
                                     "options": {"temperature": 0}, **fields}).json()["message"]


def called(message):
    return [(call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls", [])]


def test_run_says_when_the_server_is_none_of_ours(tmp_path):
    """An Ollama that is there already, or a build that is gone: neither has the model that comes with this program."""
    (tmp_path / "none").mkdir()
    nobody = f"http://127.0.0.1:{harness.free_port()}"  # instead of the registry
    with harness.Server(tmp_path / "home", CORRAL_BUILTIN_MODELS=str(tmp_path / "none"), HTTPS_PROXY=nobody) as server:
        ended = server.cli("run", "cria", "Hello", CORRAL_BUILTIN_MODELS="")
        assert ended.returncode == 1 and "pull model manifest" in ended.stderr
        assert f"cria comes with {harness.CORRAL.resolve()}" in ended.stderr
        assert f"answers at http://127.0.0.1:{server.port}." in ended.stderr
        assert "comes with" not in server.cli("run", "unheard-of", "Hello", CORRAL_BUILTIN_MODELS="").stderr


def test_announces_tools_and_thinking(server):
    assert {"completion", "tools", "thinking"} <= set(server.post("/api/show", {"model": "cria"}).json()["capabilities"])


def test_thinks_unless_told_not_to(server):
    thoughtful = asked(server, "What is 7 plus 5?")
    assert thoughtful["thinking"] and thoughtful["content"] == "7 + 5 = 12."
    assert asked(server, "What is 7 plus 5?", think=False) == {"role": "assistant", "content": "7 + 5 = 12."}


def test_tells_a_story_at_once(server):
    assert not asked(server, "Tell me a story about a little llama.").get("thinking")


def test_generate_tells_thoughts_apart(server):
    body = {"model": "cria", "prompt": "What is 7 plus 5?", "stream": False, "options": {"temperature": 0}}
    answer = server.post("/api/generate", body).json()
    assert answer["thinking"] and answer["response"] == "7 + 5 = 12."
    form = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    answer = server.post("/api/generate", {**body, "prompt": "The name is Oslo. Answer in JSON.", "format": form}).json()
    assert list(json.loads(answer["response"])) == ["name"] and "{" not in answer["thinking"]


def test_run_shows_no_marks(server):
    said = server.cli("run", "cria", "Tell me a story about a little llama.").stdout
    assert "llama" in said and "Thinking..." not in said and "</think>" not in said


@pytest.mark.parametrize("think", [True, False], ids=["thinking", "plain"])
def test_calls_the_tool_that_is_meant(server, think):
    for tools in ([WEATHER, MAIL], [MAIL, WEATHER]):
        answer = asked(server, "What is the weather in Paris?", tools=tools, think=think)
        assert called(answer) == [("get_weather", {"city": "Paris"})]
    assert not called(asked(server, "What is the capital of France?", tools=[MAIL], think=think))


def test_answers_from_what_a_tool_gave_back(server):
    messages = [{"role": "user", "content": "What is the weather in Paris?"},
                {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "get_weather", "arguments": {"city": "Paris"}}}]},
                {"role": "tool", "content": "sunny, 21 degrees"}]
    answer = asked(server, messages, tools=[WEATHER, MAIL])
    assert not called(answer) and "21" in answer["content"]


# --- the text it learns from (cria/generator) and its chat template (cria/template.jinja)


def as_client(message):
    """A message of the generator as a client sends it."""
    calls = [{"function": call} for call in message.tool_calls]
    return {"role": message.role, "content": message.content, **({"tool_calls": calls} if calls else {})}


@pytest.mark.parametrize("think", [True, False], ids=["thinking", "plain"])
def test_the_template_writes_what_was_learned(server, think):
    mixer = Mixer(7)
    for _ in range(100):
        messages = mixer.conversation()[:-1]  # the last answer is still to come
        tools = [tool.schema() for message in messages for tool in message.tools]
        answer = server.post("/api/chat", {
            "model": "cria", "think": think, "tools": tools, "_debug_render_only": True,
            "messages": [as_client(message) for message in messages if message.role != "system" or message.content]}).json()
        assert answer["_debug_info"]["rendered_template"] == conversation.prompt(messages, think)


def test_the_weights_have_the_template():
    assert (harness.ROOT / "cria" / "template.jinja").read_bytes() in (harness.ROOT / "cria" / "cria.gguf").read_bytes()


def test_no_held_out_tool_is_trained():
    mixer = Mixer(8)
    trained = {tool for _ in range(1500) for message in mixer.conversation() for tool in message.tools}
    assert len(trained) > 500
    tools = {tool.name for tool in tool_cases.TOOLS.values()}
    assert tools.isdisjoint(tool.name for tool in trained)
    written = {parameter.name for tool in tool_cases.WRITTEN for parameter in tool.parameters}
    assert written == held_out.PARAMETERS and {tool.name for tool in tool_cases.WRITTEN} == held_out.TOOLS
    assert written.isdisjoint(parameter.name for tool in trained for parameter in tool.parameters)
    words = {word for tool in trained for word in re.findall("[a-z]+", tool.name.lower())}
    assert words.isdisjoint(held_out.VERBS | held_out.NOUNS)


def test_the_tables_of_tools_are_whole():
    rng = random.Random(9)
    assert len(handmade.ENTRIES) > 400
    for entry in handmade.ENTRIES:
        pattern = handmade.pattern(rng, entry)
        for ask in pattern.asks:  # every request can be made, and says what the call must say
            need = dataclasses.replace(pattern, asks=[ask]).fill(rng)
            assert {parameter.name for parameter in need.tool.parameters} == set(need.arguments), ask
            assert all(str(value) in need.ask for value in need.arguments.values()), need
