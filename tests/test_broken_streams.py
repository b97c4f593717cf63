"""Runners that die in the middle of an answer: what each dialect tells. Section 15.1 of openai-anthropic-api.md."""

import os
import signal
import threading
from datetime import datetime, timedelta

import pytest

import dialects
import harness
import scripted_models
import sounds

DIED = "model runner has unexpectedly stopped"


@pytest.fixture(scope="module")
def models(server, tiny_models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    server.add_gguf("talker", scripted_models.write("talker", folder))
    server.add_gguf("hearing", tiny_models["full"], harness.make_model("projector-sound", folder),
                    parameters={"num_predict": 8})
    return server


def kill_runners(server):
    for runner in server.runner_pids():
        os.kill(runner, signal.SIGKILL)


def ask_and_kill(server, model, ask):
    """What `ask` gives when the runner of `model`, which is in memory and idle, dies while it answers."""
    def expiry():
        return next(datetime.fromisoformat(m["expires_at"]) for m in server.get("/api/ps").json()["models"]
                    if m["name"] == f"{model}:latest")

    # While a model answers, the time at which it is to be unloaded is put off and off.
    put_off = expiry() + timedelta(milliseconds=100)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(ask()))
    asking.start()
    harness.wait_until(lambda: expiry() > put_off, what="the request at the runner")
    kill_runners(server)
    asking.join()
    return answers[0]


@pytest.mark.parametrize("path", dialects.STREAMS)
def test_a_stream_ends_with_the_error_of_its_dialect(models, path):
    assert DIED in dialects.break_stream(models, path, "talker", lambda: kill_runners(models))
    # The next request starts a runner of its own.
    assert models.post("/api/generate", {"model": "talker", "prompt": "x", "stream": False,
                                         "options": {"num_predict": 2}}).status == 200


@pytest.mark.parametrize("path", dialects.STREAMS)
def test_an_answer_that_is_not_streamed_is_an_error(models, path):
    more, _ = dialects.STREAMS[path]
    body = {"model": "talker", "stream": False, **more}
    # With the same options, so that it is not loaded anew.
    n_ctx = more.get("num_ctx") or more.get("options", {}).get("num_ctx")
    loaded = models.post("/api/generate", {"model": "talker", "options": {"num_ctx": n_ctx} if n_ctx else {}})
    assert loaded.status == 200, loaded.text
    answer = ask_and_kill(models, "talker", lambda: models.post(path, body))
    assert answer.status == 500 and DIED in answer.text


@pytest.mark.parametrize("stream", ["true", "false"])
def test_a_transcription_that_breaks_off_is_an_error(models, stream):
    """15.7: never an empty text."""
    form = sounds.form({"model": "hearing", "file": sounds.tone(440), "stream": stream})

    def transcribe():
        return models.request("POST", "/v1/audio/transcriptions", form, {"Content-Type": sounds.FORM})

    assert transcribe().status == 200  # now it is in memory, and is made to stand still
    for runner in models.runner_pids():
        os.kill(runner, signal.SIGSTOP)
    answer = ask_and_kill(models, "hearing", transcribe)
    assert answer.status == 500 and DIED in answer.json()["error"]["message"]
