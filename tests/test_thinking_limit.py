"""Thoughts end when their tokens are used up. Sections: openai-anthropic-api.md 15.4."""

import json

import pytest

import harness
from thinking_template import thinking_template

SPECIAL = ["<|im_start|>", "<|im_end|>"]
GO_TEMPLATE = ("{{ range .Messages }}<|im_start|>{{ .Role }}{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}"
               "{{ .Content }}<|im_end|>{{ end }}<|im_start|>assistant\n<|muse|>")
# Whoever is not stopped thinks for ever. The last byte of the mark that ends thinking leads on to the answer.
ANSWERS = {"<|muse|>": ["<think>", " so", " it", " is"], ">": ["Forty", "-two", "!"]}
QUESTION = [{"role": "user", "content": "?"}]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("thoughts")
    path = harness.make_scripted_model(folder / "muser.gguf", ANSWERS, thinking_template("<|muse|>"), SPECIAL, endless=["<|muse|>"])
    server.add_gguf("muser", path)
    path = harness.make_scripted_model(folder / "gopher.gguf", ANSWERS, "", SPECIAL, endless=["<|muse|>"])
    server.add_gguf("gopher", path, template=GO_TEMPLATE)
    return server


def test_messages(models):
    body = {"model": "muser", "messages": QUESTION, "max_tokens": 100, "thinking": {"type": "enabled", "budget_tokens": 2}}
    thinking, text = models.post("/v1/messages", body).json()["content"]
    assert (thinking["thinking"].strip(), text["text"]) == ("so it", "Forty-two!")


def test_a_stream_has_both_blocks(models):
    body = {"model": "muser", "messages": QUESTION, "max_tokens": 100, "stream": True,
            "thinking": {"type": "enabled", "budget_tokens": 3}}
    frames = [json.loads(line[6:]) for line in models.post("/v1/messages", body).text.splitlines() if line.startswith("data: ")]
    assert [frame["content_block"]["type"] for frame in frames if "content_block" in frame] == ["thinking", "text"]


@pytest.mark.parametrize("fields", [
    {"thinking": {"type": "enabled", "budget_tokens": 2}}, {"num_think": 2}, {"options": {"num_think": 2}}])
def test_chat_completions(models, fields):
    body = {"model": "muser", "messages": QUESTION, "max_tokens": 100, **fields}
    message = models.post("/v1/chat/completions", body).json()["choices"][0]["message"]
    assert (message["reasoning"].strip(), message["content"]) == ("so it", "Forty-two!")


@pytest.mark.parametrize("model", ["muser", "gopher"])
@pytest.mark.parametrize("n_tokens, thoughts", [(0, ""), (1, "so"), (3, "so it is")])
def test_the_native_option(models, model, n_tokens, thoughts):
    """Of models whose template is in Go as well."""
    body = {"model": model, "messages": QUESTION, "think": True, "stream": False,
            "options": {"num_think": n_tokens, "num_predict": 100}}
    message = models.post("/api/chat", body).json()["message"]
    assert (message.get("thinking", "").strip(), message["content"]) == (thoughts, "Forty-two!")


def test_without_a_limit_thoughts_go_on(models):
    body = {"model": "muser", "messages": QUESTION, "think": True, "stream": False, "options": {"num_predict": 40}}
    answer = models.post("/api/chat", body).json()
    assert (answer["message"]["content"], answer["done_reason"]) == ("", "length")


def test_a_format_comes_behind_them(models):
    body = {"model": "muser", "messages": QUESTION, "think": True, "stream": False, "format": {"const": 7},
            "options": {"num_think": 2, "num_predict": 100}}
    message = models.post("/api/chat", body).json()["message"]
    assert (message["thinking"].strip(), message["content"].strip()) == ("so it", "7")


def test_a_budget_below_zero_is_refused(models):
    body = {"model": "muser", "messages": QUESTION, "max_tokens": 9, "thinking": {"type": "enabled", "budget_tokens": -1}}
    answer = models.post("/v1/messages", body)
    assert (answer.status, answer.json()["error"]["message"]) == (400, "thinking.budget_tokens must not be negative")
