"""Loading, sharing and unloading models over HTTP. Sections are those of scheduler-runtime.md."""

import http.client
import json
import os
import re
import select
import signal
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import harness
from harness import wait_until

BUSY = "server busy, please try again.  maximum pending requests exceeded"


def start_server(home, tiny_models, names=("a",), **environment):
    """A running server with tiny models of these names, which do not share weights."""
    server = harness.Server(home, **environment)
    server.start()
    for name, kind in zip(names, ("full", "sliding", "recurrent", "hybrid")):
        server.add_gguf(name, tiny_models[kind])
    return server


@pytest.fixture
def serve(tmp_path, tiny_models):
    servers = []

    def start(*names, **environment):
        servers.append(start_server(tmp_path / f"home{len(servers)}", tiny_models, names or ("a",), **environment))
        return servers[-1]

    yield start
    for server in servers:
        for pid in server.runner_pids() if server.process.poll() is None else ():
            os.kill(pid, signal.SIGCONT)
        server.stop()


def generate(server, model="a", **body):
    return server.post("/api/generate", {"model": model, "prompt": "hello", "stream": False,
                                         "options": {"num_predict": 2}, **body})


def load(server, model="a", **body):
    answer = server.post("/api/generate", {"model": model, **body})
    assert answer.json()["done_reason"] == "load", answer.text
    return running(server, model)


def running(server, model="a"):
    models = {entry["name"]: entry for entry in server.get("/api/ps").json()["models"]}
    return models.get(f"{model}:latest")


def runner_pid(server):
    (pid,) = server.runner_pids()
    return pid


class Busy:
    """A request whose runner stands still, for as long as the test wants."""

    def __init__(self, server, model="a"):
        before = set(server.runner_pids())
        if running(server, model) is None:
            load(server, model)
        (self.pid,) = set(server.runner_pids()) - before or before
        os.kill(self.pid, signal.SIGSTOP)
        self.request = Raw(server, "/api/generate", {"model": model, "prompt": "hello"})
        generate_waits(server)

    def end(self):
        self.request.close()
        os.kill(self.pid, signal.SIGCONT)


class Raw:
    """A streaming request whose lines are read as they come, by a client that knows nothing of them."""

    def __init__(self, server, path, body):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.connection.request("POST", path, json.dumps(body))
        self.response = None

    def line(self):
        if self.response is None:
            self.response = self.connection.getresponse()
        return json.loads(self.response.readline())

    def close(self):
        self.connection.close()


def first_to_speak(streams):
    """Of several requests the one whose answer begins first, and the others."""
    readable, _, _ = select.select([stream.connection.sock for stream in streams], [], [], 60)
    (speaker,) = [stream for stream in streams if stream.connection.sock in readable]
    return speaker, [stream for stream in streams if stream is not speaker]


# --- 4 queue


def test_a_full_queue_refuses_with_retry_after(serve):
    server = serve("a", "b", "c", OLLAMA_MAX_LOADED_MODELS="1", OLLAMA_MAX_QUEUE="1")
    busy = Busy(server, "a")
    waiting = [Raw(server, "/api/generate", {"model": name, "prompt": "hello"}) for name in ("b", "c")]
    queued, (head,) = first_to_speak(waiting)
    assert queued.line()["queue_position"] == 1

    answer = generate(server, "c")
    assert answer.status == 503
    assert answer.json() == {"error": BUSY}
    assert int(answer.headers["Retry-After"]) >= 1
    busy.end()
    assert "response" in head.line() and "response" in queued.line()


def test_requests_for_a_loaded_model_are_never_refused(serve):
    server = serve("a", "b", OLLAMA_MAX_LOADED_MODELS="1", OLLAMA_MAX_QUEUE="0")
    load(server)
    assert [generate(server).status for _ in range(3)] == [200] * 3


def test_a_model_that_is_not_concerned_is_served_meanwhile(serve):
    """Weakness 1: a request that waits for a busy runner holds up nobody else."""
    server = serve("a", "b", "c", OLLAMA_MAX_LOADED_MODELS="2")
    load(server, "b", keep_alive=-1)
    busy = Busy(server, "a")
    reload = Raw(server, "/api/generate", {"model": "a", "options": {"num_ctx": 128}})
    assert generate(server, "b").status == 200
    busy.end()
    assert reload.line()["done_reason"] == "load"


def test_a_request_cancelled_in_the_queue_is_logged_as_499(serve):
    """Weakness 2."""
    server = serve("a", "b", OLLAMA_MAX_LOADED_MODELS="1")
    busy = Busy(server, "a")
    waiting = Raw(server, "/api/generate", {"model": "b"})
    wait_until(lambda: generate_waits(server), what="the wait")
    waiting.close()
    wait_until(lambda: re.search(r"\| 499 \|.*/api/generate", server.log()), what="the 499")
    busy.end()
    assert generate(server, "a").status == 200


def generate_waits(server):
    """Whether the server has taken up all connections: it answers one that came later."""
    return server.get("/api/version").status == 200


def test_a_waiting_stream_sees_its_place_and_then_its_answer(serve):
    server = serve("a", "b", "c", OLLAMA_MAX_LOADED_MODELS="1")
    busy = Busy(server, "a")
    streams = [Raw(server, "/api/chat", {"model": model, "messages": [{"role": "user", "content": "hi"}],
                                         "options": {"num_predict": 2}}) for model in ("b", "c")]
    stream, (first,) = first_to_speak(streams)
    line = stream.line()
    assert stream.response.status == 200
    assert line["queue_position"] == 1
    assert line["message"] == {"role": "assistant", "content": ""} and line["done"] is False
    busy.end()
    assert "queue_position" not in first.line()
    while not line["done"]:
        line = stream.line()
    assert line["done_reason"] == "length" and "queue_position" not in line


def test_a_stream_that_fails_after_waiting_ends_with_an_error_line(serve):
    server = serve("a", "b", "c", OLLAMA_MAX_LOADED_MODELS="1")
    busy = Busy(server, "a")
    streams = [Raw(server, "/api/generate", {"model": model, "prompt": "hi"}) for model in ("b", "c")]
    stream, (first,) = first_to_speak(streams)
    assert stream.line()["queue_position"] == 1
    server.process.send_signal(signal.SIGTERM)
    line = stream.line()
    while "error" not in line:
        line = stream.line()
    assert line == {"error": "the server is shutting down"}
    first.close()
    busy.end()


def test_a_request_that_waits_for_its_own_load_only_keeps_its_status(serve):
    server = serve("a")
    load(server)
    server.post("/api/generate", {"model": "a", "keep_alive": 0})
    wait_until(lambda: not server.runner_pids(), what="the unload")
    (blob,) = [path for path in (server.models / "blobs").iterdir() if path.stat().st_size > 100_000]
    blob.write_bytes(blob.read_bytes()[:50_000])
    answer = server.post("/api/generate", {"model": "a", "prompt": "hi"})
    assert answer.status >= 400 and "error" in answer.json()


def test_a_stream_that_waits_in_the_batch_sees_its_place(serve):
    server = serve("a", OLLAMA_NUM_PARALLEL="1")
    body = {"model": "a", "prompt": "hello", "options": {"num_predict": 5000}}
    others = [Raw(server, "/api/generate", body) for _ in range(40)]
    generate_waits(server)
    stream = Raw(server, "/api/generate", body)
    line = stream.line()
    assert line["queue_position"] >= 1 and line["response"] == ""
    for other in others:
        other.close()
    while "queue_position" in line:
        line = stream.line()
    assert line["response"]
    stream.close()


# --- 5 keep-alive


def test_expiry_is_in_the_future_while_a_request_runs(serve):
    """Weakness 6."""
    server = serve("a")
    load(server, keep_alive="1m")
    busy = Busy(server)
    left = datetime.fromisoformat(running(server)["expires_at"]) - datetime.now(timezone.utc)
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    busy.end()


def test_a_crashed_runner_is_gone_from_ps_at_once(serve):
    """Weakness 7."""
    server = serve("a")
    load(server)
    os.kill(runner_pid(server), signal.SIGKILL)
    wait_until(lambda: running(server) is None, timeout_s=5, what="its disappearance")
    assert generate(server).status == 200


def test_the_shorter_keep_alive_goes_first(serve):
    server = serve("a", "b", "c", OLLAMA_MAX_LOADED_MODELS="2")
    load(server, "a", keep_alive="1h")
    load(server, "b", keep_alive="1m")
    load(server, "c")
    assert running(server, "a") and not running(server, "b")


# --- 6 reload


@pytest.mark.parametrize("option", [{"num_ctx": 128}, {"num_batch": 64}, {"num_gpu": 0}, {"main_gpu": 0},
                                    {"use_mmap": False}, {"num_thread": 1}])
def test_each_load_option_reloads(serve, option):
    server = serve("a")
    load(server)
    before = runner_pid(server)
    assert generate(server, options={"num_predict": 1, **option}).status == 200
    changed = runner_pid(server)
    assert changed != before
    assert generate(server, options={"num_predict": 1, **option}).status == 200
    assert runner_pid(server) == changed
    assert generate(server).status == 200
    assert (runner_pid(server) == changed) == ("num_gpu" in option)


def test_request_options_do_not_reload(serve):
    server = serve("a")
    load(server)
    before = runner_pid(server)
    for body in ({"options": {"temperature": 0, "seed": 1, "top_k": 1, "stop": ["x"], "num_keep": 2,
                              "num_predict": 1}},
                 {"keep_alive": 60}, {"shift": False}, {"truncate": False}, {"format": "json"},
                 {"options": {"num_ctx": 512, "num_predict": 1}}, {"options": {"num_ctx": 9999, "num_predict": 1}}):
        assert generate(server, **body).status == 200, body
    assert runner_pid(server) == before


# --- 11, 12, 14: what the machine is used for


def test_requests_run_together_by_default(serve):
    """Weaknesses 11 and 12: sixteen places, which take memory only as they are used."""
    server = serve("a")
    many = load(server)["size"]
    assert "parallel=16" in server.log()
    one = load(serve("a", OLLAMA_NUM_PARALLEL="1"))["size"]
    assert many < 8 * one


def test_num_parallel_caps(serve):
    server = serve("a", OLLAMA_NUM_PARALLEL="2")
    load(server)
    assert "parallel=2" in server.log()


def test_weights_are_mapped_also_without_a_gpu(serve):
    """Weakness 14: a second start finds them in the page cache."""
    server = serve("a")
    load(server)
    maps = Path(f"/proc/{runner_pid(server)}/maps")
    assert "/blobs/sha256-" in maps.read_text()
    load(server, options={"use_mmap": False})
    assert "/blobs/sha256-" not in Path(f"/proc/{runner_pid(server)}/maps").read_text()


def test_runners_listen_nowhere(serve):
    """Weaknesses 9 and 10: a socketpair, no port."""
    server = serve("a")
    load(server)
    pid = runner_pid(server)
    sockets = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()}
    listed = "".join(Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "tcp6", "udp", "udp6"))
    inodes = {line.split()[9] for line in listed.splitlines() if line.strip()[0].isdigit()}
    assert not {f"socket:[{inode}]" for inode in inodes} & sockets


def test_default_context(serve):
    assert load(serve("a"))["context_length"] == 512, "what it was trained for"
    assert load(serve("a", OLLAMA_CONTEXT_LENGTH="256"))["context_length"] == 256
    server = serve("a", OLLAMA_CONTEXT_LENGTH="256")
    assert load(server, options={"num_ctx": 128})["context_length"] == 128


def test_ps_arithmetic_without_a_gpu(serve):
    server = serve("a")
    entry = load(server)
    assert entry["size"] > 0 and entry["size_vram"] == 0
    assert "100% CPU" in server.cli("ps").stdout


# --- 14.2 KV cache type


def test_an_unknown_cache_type_names_the_known_ones(serve):
    server = serve("a", OLLAMA_KV_CACHE_TYPE="Q9_9")
    answer = generate(server)
    assert answer.status >= 400
    assert 'unsupported KV cache type "q9_9"' in answer.json()["error"]
    assert "f32, f16, bf16, q8_0" in answer.json()["error"]


def test_a_quantized_cache_requires_flash_attention(serve):
    answer = generate(serve("a", OLLAMA_KV_CACHE_TYPE="q8_0", OLLAMA_FLASH_ATTENTION="0"))
    assert answer.json()["error"] == "a KV cache of type q8_0 requires flash attention, which is switched off"


# --- 3 environment, 19 logs


def test_log_lines(serve):
    server = serve("a", CUDA_VISIBLE_DEVICES="7")
    load(server)
    log = server.log()
    for text in ('msg="discovering available GPUs..."', 'msg="inference compute" id=cpu library=cpu',
                 'msg="vram-based default context" total_vram=0 default_num_ctx=4096',
                 'msg="user overrode visible devices"', 'msg="loaded runners" count=1'):
        assert text in log, text


def test_requests_are_written_down_on_demand(serve, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    server = serve("a", OLLAMA_DEBUG_LOG_REQUESTS="yes", TMPDIR=str(folder))
    generate(server)
    (log,) = folder.glob("ollama-request-logs-*")
    (body,) = log.glob("*.json")
    assert json.loads(body.read_text())["prompt"] == "hello"
    assert f"127.0.0.1:{server.port}/api/generate" in body.with_suffix(".sh").read_text()


def test_noprune_keeps_what_no_model_uses(tmp_path):
    for value, kept in (("1", True), ("0", False)):
        home = tmp_path / value
        blob = home / "models" / "blobs" / ("sha256-" + "0" * 64)
        blob.parent.mkdir(parents=True)
        blob.write_bytes(b"x")
        os.utime(blob, (0, 0))  # young ones may belong to an upload
        with harness.Server(home, OLLAMA_NOPRUNE=value):
            pass
        assert blob.exists() == kept


def test_serve_lists_its_variables(serve):
    page = serve("a").cli("serve", "--help").stdout
    assert "OLLAMA_MAX_QUEUE" in page and "(default 512)" in page


def test_two_clients_of_two_models_take_turns(serve):
    """With room for one model, neither of two floods keeps the other out."""
    server = serve("a", "b", OLLAMA_MAX_LOADED_MODELS="1")
    served = {"a": 0, "b": 0}

    def flood(model):
        while min(served.values()) < 3:
            assert generate(server, model).status == 200
            served[model] += 1

    threads = [threading.Thread(target=flood, args=(model,)) for model in ("a", "a", "b", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert min(served.values()) >= 3
