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


# --- the text a next version learns from (cria/generator) and the chat template it will have (cria/template.jinja)


@pytest.fixture(scope="module")
def templated(server):
    """A model with the chat template of the next version."""
    template = (harness.ROOT / "cria" / "template.jinja").read_text()
    created = server.post("/api/create", {"model": "templated", "from": "cria", "template": template, "stream": False})
    assert created.json() == {"status": "success"}
    yield "templated"
    server.request("DELETE", "/api/delete", {"model": "templated"})


def as_client(message):
    """A message of the generator as a client sends it."""
    calls = [{"function": call} for call in message.tool_calls]
    return {"role": message.role, "content": message.content, **({"tool_calls": calls} if calls else {})}


def test_the_template_announces_tools_and_thinking(server, templated):
    assert {"tools", "thinking"} <= set(server.post("/api/show", {"model": templated}).json()["capabilities"])


@pytest.mark.parametrize("think", [True, False], ids=["thinking", "plain"])
def test_the_template_writes_what_was_learned(server, templated, think):
    mixer = Mixer(7)
    for _ in range(100):
        messages = mixer.conversation()[:-1]  # the last answer is still to come
        tools = [tool.schema() for message in messages for tool in message.tools]
        answer = server.post("/api/chat", {
            "model": templated, "think": think, "tools": tools, "_debug_render_only": True,
            "messages": [as_client(message) for message in messages if message.role != "system" or message.content]}).json()
        assert answer["_debug_info"]["rendered_template"] == conversation.prompt(messages, think)


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
