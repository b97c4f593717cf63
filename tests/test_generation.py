"""Generation over HTTP with models whose answers are known. Sections are those of native-api.md."""

import json

import pytest

import harness

CHATML = ("{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
          "{% if add_generation_prompt %}<|im_start|>assistant\n<|go|>{% endif %}")


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    """The module's server with the model `hello`, which says "Hello, world!"."""
    folder = tmp_path_factory.mktemp("scripted")
    server.add_gguf("hello", harness.make_scripted_model(
        folder / "hello.gguf", {"<|go|>": ["Hello", ",", " world", "!"], "<|again|>": [" again", "\n"]},
        chat_template=CHATML, special=["<|im_start|>", "<|im_end|>"], endless=["<|again|>"]))
    return server


def test_a_scripted_model_says_its_answer(models):
    answer = models.post("/api/chat", {"model": "hello", "messages": [{"role": "user", "content": "hi"}], "stream": False})
    assert answer.status == 200, answer.text
    assert answer.json()["message"] == {"role": "assistant", "content": "Hello, world!"}
    assert answer.json()["done_reason"] == "stop" and answer.json()["eval_count"] == 5


def test_an_endless_answer_ends_by_its_limit(models):
    answer = models.post("/api/generate", {"model": "hello", "prompt": "x<|again|>", "raw": True, "stream": False,
                                           "options": {"num_predict": 5}}).json()
    assert (answer["response"], answer["done_reason"]) == (" again\n again\n again", "length")


# --- 8.5: fill in between (beyond upstream: by the model's own tokens, without a Go template)


@pytest.fixture(scope="module")
def coder(models, tmp_path_factory):
    path = harness.make_scripted_model(tmp_path_factory.mktemp("coder") / "coder.gguf",
                                       {"<|fim_middle|>": ["a +", " b"]}, special=["<|fim_prefix|>", "<|fim_suffix|>"])
    models.add_gguf("coder", path)
    return models


def test_fill_in_the_middle(coder):
    body = {"model": "coder", "prompt": "def\tadd(a,b):\n\treturn\t", "suffix": "\n\nprint(add(1,2))", "stream": False}
    assert "insert" in coder.post("/api/show", {"model": "coder"}).json()["capabilities"]
    answer = coder.post("/api/generate", body)
    assert answer.status == 200 and answer.json()["response"] == "a + b", answer.text
    rendered = coder.post("/api/generate", {**body, "_debug_render_only": True}).json()["_debug_info"]["rendered_template"]
    assert rendered.endswith("<|fim_prefix|>def\tadd(a,b):\n\treturn\t<|fim_suffix|>\n\nprint(add(1,2))<|fim_middle|>")


def test_what_is_far_from_the_gap_is_dropped(coder):
    body = {"model": "coder", "prompt": "x" * 300 + "near", "suffix": "here" + "y" * 300, "stream": False,
            "options": {"num_ctx": 128}}
    answer = coder.post("/api/generate", body).json()
    assert answer["response"] == "a + b" and answer["prompt_tokens_dropped"] > 400
    refused = coder.post("/api/generate", {**body, "truncate": False})
    assert refused.status == 400 and "exceed" in refused.json()["error"]


def test_filling_in_needs_the_capability(models):
    answer = models.post("/api/generate", {"model": "hello", "prompt": "a", "suffix": "b"})
    assert (answer.status, answer.json()["error"]) == (
        400, "registry.ollama.ai/library/hello:latest does not support insert")


# --- 7.5, 7.6: how answers end


def say(models, options=None, entry="<|go|>", **more):
    body = {"model": "hello", "prompt": entry, "raw": True, "stream": False, "options": options or {}, **more}
    return models.post("/api/generate", body).json()


@pytest.mark.parametrize("stop, text", [(["world"], "Hello, "), ([", w"], "Hello"), (["!?"], "Hello, world!"), ([], "Hello, world!")])
def test_stop_strings(models, stop, text):
    answer = say(models, {"stop": stop})
    assert (answer["response"], answer["done_reason"]) == (text, "stop")


def test_num_predict(models):
    assert (say(models, {"num_predict": 2})["response"], say(models, {"num_predict": 2})["done_reason"]) == ("Hello,", "length")
    assert say(models, {"num_predict": 0})["response"] == "Hello, world!"  # 7.3: on generate, no limit
    chat = models.post("/api/chat", {"model": "hello", "messages": [{"role": "user", "content": "x"}], "stream": False,
                                     "options": {"num_predict": 0}}).json()
    assert (chat["message"]["content"], chat["done_reason"]) == ("Hello", "length")  # and on chat one token


def test_the_same_text_again_and_again_ends_the_answer(models, tmp_path):
    """7.6: upstream stops without a final object; here there is one."""
    models.add_gguf("stuck", harness.make_scripted_model(tmp_path / "stuck.gguf", {"<|go|>": ["stuck "]}, endless=["<|go|>"]))
    lines = list(models.stream("/api/generate", {"model": "stuck", "prompt": "<|go|>", "raw": True}))
    assert (lines[-1]["done"], lines[-1]["done_reason"]) == (True, "stop")
    assert "".join(line["response"] for line in lines) == "stuck " * 31


def test_context_of_an_answer_continues_it(models):
    first = models.post("/api/generate", {"model": "hello", "prompt": "one", "stream": False}).json()
    second = models.post("/api/generate", {"model": "hello", "prompt": "two", "stream": False, "context": first["context"],
                                           "_debug_render_only": True}).json()["_debug_info"]["rendered_template"]
    assert "one" in second and "Hello, world!" in second and second.index("two") > second.index("world!")
    alone = models.post("/api/generate", {"model": "hello", "prompt": "two", "stream": False,
                                          "_debug_render_only": True}).json()["_debug_info"]["rendered_template"]
    assert second.endswith(alone) and second != alone


def test_system_text(models):
    rendered = models.post("/api/generate", {"model": "hello", "prompt": "x", "system": "Be brief.", "_debug_render_only": True})
    assert "<|im_start|>system\nBe brief.<|im_end|>" in rendered.json()["_debug_info"]["rendered_template"]
    for more in ({"system": "s"}, {"template": "t"}, {"context": [1]}):
        answer = models.post("/api/generate", {"model": "hello", "prompt": "x", "raw": True, **more})
        assert (answer.status, answer.json()["error"]) == (400, "raw mode does not support template, system, or context")


@pytest.mark.parametrize("path, more", [("/api/generate", {"prompt": "<|go|>", "raw": True}),
                                        ("/api/chat", {"messages": [{"role": "user", "content": "x"}]})])
def test_logprobs_cover_every_token(models, path, more):
    for stream in (False, True):
        answer = models.post(path, {"model": "hello", "stream": stream, "logprobs": True, "top_logprobs": 2, **more})
        entries = [entry for line in answer.lines() for entry in line.get("logprobs", [])]
        assert [entry["token"] for entry in entries] == ["Hello", ",", " world", "!"]
        for entry in entries:
            assert bytes(entry["bytes"]).decode() == entry["token"] and entry["logprob"] <= 0
            assert len(entry["top_logprobs"]) == 2 and entry["top_logprobs"][0]["token"] == entry["token"]


def test_long_conversations_say_what_was_dropped(models):
    messages = [{"role": "system", "content": "Be brief."}]
    messages += [{"role": "user", "content": f"message {i} " + "x" * 40} for i in range(10)]
    body = {"model": "hello", "messages": messages, "stream": False, "options": {"num_ctx": 256}}
    answer = models.post("/api/chat", body).json()
    assert answer["message"]["content"] == "Hello, world!" and answer["prompt_tokens_dropped"] > 100
    rendered = models.post("/api/chat", {**body, "_debug_render_only": True}).json()["_debug_info"]["rendered_template"]
    assert "Be brief." in rendered and "message 9" in rendered and "message 0" not in rendered
    whole = models.post("/api/chat", {**body, "truncate": False})
    assert whole.status == 400 and json.loads(whole.json()["error"])["error"]["n_ctx"] == 256
