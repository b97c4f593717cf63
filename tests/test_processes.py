"""Processes: runners are never orphaned, die without harm, and the server ends in good order."""

import os
import shutil
import signal
import threading
from pathlib import Path

import pytest

import harness
from harness import process_exists, wait_until

LONG = {"model": "tiny", "prompt": "hello", "options": {"num_predict": 100_000, "num_ctx": 512}}


@pytest.fixture
def tiny(fresh_server, tiny_models):
    with fresh_server as server:
        server.add_gguf("tiny", tiny_models["full"])
        yield server


def start_long_answer(server):
    """A running answer: its stream, with the first line read."""
    stream = server.stream("/api/generate", LONG)
    next(stream)
    return stream


def test_runner_killed_in_mid_answer(tiny):
    """9.5: the stream ends with an error line, and the next request gets a new runner."""
    stream = start_long_answer(tiny)
    (runner,) = tiny.runner_pids()
    os.kill(runner, signal.SIGKILL)
    last = list(stream)[-1]
    assert "model runner has unexpectedly stopped" in last["error"]
    answer = tiny.post("/api/generate", {**LONG, "stream": False, "options": {"num_predict": 4}})
    assert answer.status == 200 and tiny.runner_pids() != [runner]


def test_a_server_outlives_its_file(tmp_path, tiny_models):
    """An update replaces the file, a removed build takes it away: runners are still what the server is."""
    program = tmp_path / "corral"
    shutil.copy(harness.CORRAL, program)
    with harness.Server(tmp_path / "home", program) as server:
        server.add_gguf("tiny", tiny_models["full"])
        program.unlink()
        program.write_text("another program")
        answer = server.post("/api/generate", {**LONG, "stream": False, "options": {"num_predict": 4}})
        assert answer.status == 200, answer.text
        (runner,) = server.runner_pids()
        assert Path(f"/proc/{runner}/comm").read_text() == "corral runner\n"


def test_server_killed_takes_its_runners_along(tiny):
    stream = start_long_answer(tiny)
    (runner,) = tiny.runner_pids()
    tiny.stop(signal.SIGKILL)
    wait_until(lambda: not process_exists(runner), what="the runner's end")
    stream.close()


def test_terminate_lets_a_short_answer_finish(tiny):
    body = {**LONG, "options": {"num_predict": 300, "num_ctx": 512}}
    stream = tiny.stream("/api/generate", body)
    next(stream)
    tiny.process.send_signal(signal.SIGTERM)
    assert list(stream)[-1]["done"] is True
    assert tiny.process.wait(20) == 0


def test_terminate_leaves_no_process(tiny):
    tiny.post("/api/generate", {"model": "tiny"})
    pids = tiny.runner_pids()
    assert pids and tiny.stop() == 0
    assert not any(process_exists(pid) for pid in pids)


def test_disconnect_cancels(tiny):
    """A client that leaves frees its place: the runner becomes idle, and the model unloads when told to."""
    stream = start_long_answer(tiny)
    stream.close()
    tiny.post("/api/generate", {"model": "tiny", "keep_alive": 0})
    wait_until(lambda: not tiny.runner_pids(), what="the unload")
    assert tiny.get("/api/ps").json() == {"models": []}


def test_keep_alive_zero_unloads(tiny):
    tiny.post("/api/generate", {**LONG, "stream": False, "keep_alive": 0, "options": {"num_predict": 2}})
    wait_until(lambda: not tiny.runner_pids(), what="the unload")


def test_many_at_once_equal_one_at_a_time(tmp_path, tiny_models):
    """Eight requests together give the texts that each gives alone.

    With an F32 cache and without flash attention, whose F16 rounding depends on the shape of the batch.
    """
    exact = {"OLLAMA_KV_CACHE_TYPE": "f32", "OLLAMA_FLASH_ATTENTION": "0"}
    with harness.Server(tmp_path / "home", **exact) as server:
        server.add_gguf("tiny", tiny_models["full"])
        check_many_at_once(server)


def check_many_at_once(server):
    prompts = [f"prompt number {i} " * (i + 1) for i in range(8)]

    def answer(prompt):
        return server.post("/api/generate", {"model": "tiny", "prompt": prompt, "stream": False, "raw": True,
                                             "options": {"temperature": 0, "num_predict": 24}}).json()["response"]

    alone = [answer(prompt) for prompt in prompts]
    together = [None] * len(prompts)

    def run(index):
        together[index] = answer(prompts[index])

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(prompts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


@pytest.mark.parametrize("kind", ["sliding", "recurrent", "hybrid"])
def test_every_memory_kind_serves(fresh_server, tiny_models, kind):
    with fresh_server as server:
        server.add_gguf(kind, tiny_models[kind])
        body = {"model": kind, "prompt": "hello world " * 3, "stream": False, "raw": True,
                "options": {"temperature": 0, "num_predict": 16}}
        texts = {server.post("/api/generate", body).json()["response"] for _ in range(3)}
        assert len(texts) == 1
