"""What black-box tests stand on: the built programs, servers in scratch folders, and a plain HTTP client."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("CORRAL_BUILD", ROOT / "build"))
CORRAL = BUILD / "bin" / "corral"
MAKE_MODEL = BUILD / "tests" / "make_model"
READY_TIMEOUT_S = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def lines(self):
        """The objects of an NDJSON body."""
        return [json.loads(line) for line in self.body.splitlines()]


class Server:
    """A `corral serve` with a home and model folder of its own, on a free port."""

    def __init__(self, home, **environment):
        self.home = Path(home)
        self.models = self.home / "models"
        self.port = free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("OLLAMA_", "CORRAL_"))},
            "HOME": str(self.home),
            "OLLAMA_MODELS": str(self.models),
            "OLLAMA_HOST": f"127.0.0.1:{self.port}",
            **environment,
        }
        self.log_path = self.home / "serve.log"
        self.process = None

    def start(self):
        self.home.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen([CORRAL, "serve"], env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(self.log_path, "ab"))
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"serve ended:\n{self.log()}"
            try:
                if self.get("/").status == 200:
                    return self
            except OSError:
                time.sleep(0.01)
        raise AssertionError(f"serve is not ready after {READY_TIMEOUT_S} s:\n{self.log()}")

    def stop(self, sig=signal.SIGTERM, timeout_s=30):
        """Ends the server and gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        return self.process.wait(timeout_s)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.stop(signal.SIGKILL)

    def log(self):
        return self.log_path.read_text(errors="replace")

    # --- HTTP

    def connect(self, timeout_s=120):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)

    def request(self, method, path, body=None, headers=None):
        """One exchange; a body that is not bytes or str is sent as JSON."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, body=None, **headers):
        return self.request("POST", path, body, headers)

    def stream(self, path, body):
        """Yields the NDJSON objects of an answer as they arrive; closing the generator cuts the connection."""
        connection = self.connect()
        try:
            connection.request("POST", path, json.dumps(body))
            response = connection.getresponse()
            assert response.status == 200, (response.status, response.read())
            for line in response:
                yield json.loads(line)
        finally:
            connection.close()

    # --- what tests often need

    def add_gguf(self, name, path, **create):
        """Uploads a GGUF and creates a model from it."""
        import hashlib
        data = Path(path).read_bytes()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        assert self.post(f"/api/blobs/{digest}", data).status in (200, 201)
        answer = self.post("/api/create", {"model": name, "files": {"model.gguf": digest}, "stream": False, **create})
        assert answer.status == 200, answer.text
        return digest

    def runner_pids(self):
        """Children of this server, which are its runners."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cli(self, *arguments, stdin=None, timeout_s=120, **environment):
        """Runs the command line against this server."""
        return subprocess.run([CORRAL, *arguments], env={**self.environment, **environment}, input=stdin,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              capture_output=True, text=True, timeout=timeout_s)


def wait_until(condition, timeout_s=30, what="condition"):
    """Polls until `condition()` is true; fails loudly when it never is."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what} did not come true within {timeout_s} s")


def process_exists(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
