"""What commands ask and show at a terminal. Sections: cli.md 6, 7.6, 10.4."""

import json
import random
import re
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import harness
from registry_server import Registry, digest_of
from terminal import Terminal
from transfers import Gate, asked_ranges

MISSING = {"error": "pull model manifest: file does not exist"}


class CloudServer:
    """An Ollama that is signed in to its cloud and has a registry of cloud entries only; `asked` is paths and models."""

    def __init__(self):
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_HEAD(self):
                self.answer(200)

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(*outer.answer_to(self.path, body["model"]))

            def answer(self, status, *lines):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer_to(self, path, model):
        """A status and the lines that follow."""
        self.asked.append((path, model))
        is_cloud = model.endswith(":cloud")
        if path == "/api/pull":
            return 200, {"status": "pulling manifest"}, {"status": "success"} if is_cloud else MISSING
        if path == "/api/generate":
            return 200, {"model": model, "response": "hello from the cloud", "done": True}
        return (200, {}) if is_cloud else (404, {"error": f"model '{model}' not found"})

    def pulled(self):
        return [model for path, model in self.asked if path == "/api/pull"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def cloud():
    with CloudServer() as server:
        yield server


def start(cloud, tmp_path, *words):
    environment = {"HOME": str(tmp_path), "OLLAMA_HOST": f"127.0.0.1:{cloud.server.server_port}",
                   **harness.sanitizer_options(tmp_path / "sanitizer")}
    return Terminal(environment, *words)


@pytest.mark.parametrize("keys", ["\r", "yn\r", "\033[C\033[D\r"])
def test_pull_asks_whether_the_cloud_entry_is_meant(cloud, tmp_path, keys):
    with start(cloud, tmp_path, "pull", "big") as terminal:
        terminal.wait_for("No")
        assert 'Did you mean "big:cloud"?' in terminal.screen
        terminal.type(keys)
        assert terminal.finish() == 0
        assert cloud.pulled() == ["big", "big:cloud"]
        assert "success" in terminal.screen and "Error" not in terminal.screen
        assert terminal.is_as_before()


@pytest.mark.parametrize("keys", ["\033[C\r", "\033", "\003"])
def test_pull_without_the_cloud_entry_reports_why_it_asked(cloud, tmp_path, keys):
    with start(cloud, tmp_path, "pull", "big") as terminal:
        terminal.wait_for("No")
        terminal.type(keys)
        assert terminal.finish() == 1
        assert cloud.pulled() == ["big"]
        assert terminal.screen.endswith(f"Error: {MISSING['error']}\r\n")
        assert terminal.is_as_before()


def test_run_goes_on_with_what_was_chosen(cloud, tmp_path):
    with start(cloud, tmp_path, "run", "big", "hi") as terminal:
        terminal.wait_for("No")
        terminal.type("\r")
        assert terminal.finish() == 0
        assert "hello from the cloud" in terminal.screen
    assert cloud.pulled() == ["big", "big:cloud"]
    assert [model for path, model in cloud.asked if path == "/api/generate"] == ["big:cloud"]


def test_a_pull_shows_a_bar_for_each_layer_and_goes_on_after_an_interrupt(fresh_server):
    data = random.Random(7).randbytes(2_000_000)
    label = f"pulling {digest_of(data)[7:19]}:"
    gate = Gate(1_000_000)
    with fresh_server as server, Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)])
        registry.pace = gate
        with Terminal(server.environment, "pull", "--insecure", name) as terminal:
            terminal.wait_for(f"{label}  ")
            terminal.wait_for(" KB/  2 MB")
            terminal.wait_for("\u2588")
            assert gate.is_reached.wait(60)
            terminal.process.send_signal(signal.SIGINT)
            assert terminal.finish() == -signal.SIGINT
        gate.open()
        with Terminal(server.environment, "pull", "--insecure", name) as terminal:
            assert terminal.finish() == 0
            screen = terminal.screen
        for status in ("pulling manifest ", "verifying sha256 digest ", "writing manifest ", "success "):
            assert status in screen
        assert re.search(re.escape(label) + r" 100% \u2595\u2588+\u258f   2 MB +", screen)
        ranges = asked_ranges(registry, data)
        assert len(ranges) == 2 and not ranges[1].startswith("bytes=0-")
