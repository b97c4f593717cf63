"""What black-box tests stand on: the built programs, servers in scratch folders, and a plain HTTP client."""

import contextlib
import http.client
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("CORRAL_BUILD", ROOT / "build")).resolve()
CORRAL = BUILD / "bin" / "corral"
MAKE_MODEL = BUILD / "tests" / "make_model"


def sanitizer_of(build):
    """The name of the sanitizer that a build has: "address", "thread" or, for none, the empty string."""
    cache = (build / "CMakeCache.txt").read_text()
    return re.search(r"^CORRAL_SANITIZE:\w+=(.*)$", cache, re.MULTILINE)[1]


SANITIZER = sanitizer_of(BUILD)
# No finding: a test killed the process just when LSan, in its exit, had stopped it to look for leaks.
KILLED_WHILE_SEARCHING = re.compile(r"^==\d+==Unable to get registers from thread \d+\.$", re.MULTILINE)
SLOWNESS = {"": 1, "address": 4, "thread": 10}[SANITIZER]  # all time limits are multiplied by it
READY_TIMEOUT_S = 30 * SLOWNESS


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sanitizer_options(report):
    """Environment that makes every process write what its sanitizer finds to `report`.<pid>.

    A report of a runner would otherwise look like a crash, which the server survives. Freed memory is kept from use
    for a while, but not so long that the process seems to leak.
    """
    common = f"log_path='{report}':exitcode=66"
    return {"ASAN_OPTIONS": f"{common}:quarantine_size_mb=16", "UBSAN_OPTIONS": f"{common}:print_stacktrace=1",
            "TSAN_OPTIONS": f"{common}:suppressions={Path(__file__).with_name('tsan.supp')}"} if SANITIZER else {}


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


def make_model(kind, folder):
    """Writes one of the models of tests/fixtures/tiny_models.h and gives its path."""
    path = Path(folder) / f"{kind}.gguf"
    subprocess.run([MAKE_MODEL, kind, path], check=True)
    return path


def make_scripted_model(path, answers, chat_template="", special=(), endless=()):
    """Writes a model that answers what it is told: tests/fixtures/scripted_model.h says how."""
    script = Path(path).with_suffix(".json")
    script.write_text(json.dumps({"answers": answers, "chat_template": chat_template, "special": list(special),
                                  "endless": list(endless)}))
    subprocess.run([MAKE_MODEL, "scripted", path, script], check=True)
    return Path(path)


class Server:
    """A `corral serve` with a home and model folder of its own, on a free port."""

    def __init__(self, home, program=CORRAL, **environment):
        self.home = Path(home)
        self.program = program
        self.models = self.home / "models"
        self.port = free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("OLLAMA_", "CORRAL_"))},
            "HOME": str(self.home),
            "OLLAMA_MODELS": str(self.models),
            "OLLAMA_HOST": f"127.0.0.1:{self.port}",
            **sanitizer_options(self.home / "sanitizer"),
            **environment,
        }
        self.log_path = self.home / "serve.log"
        self.process = None

    def start(self):
        assert self.process is None or self.process.poll() is not None, "a second server would be left behind"
        self.home.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen([self.program, "serve"], env=self.environment, stdin=subprocess.DEVNULL,
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
        return self.process.wait(timeout_s * SLOWNESS)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.stop(signal.SIGKILL)
        self.assert_no_sanitizer_report()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def assert_no_sanitizer_report(self):
        for report in self.home.glob("sanitizer.*"):
            text = report.read_text(errors="replace")
            assert not KILLED_WHILE_SEARCHING.sub("", text).strip(), f"{report.name}:\n{text}"

    # --- HTTP

    def connect(self, timeout_s=120):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s * SLOWNESS)

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

    def upload(self, path):
        """Uploads a file and gives its digest."""
        import hashlib
        data = Path(path).read_bytes()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        assert self.post(f"/api/blobs/{digest}", data).status in (200, 201)
        return digest

    def add_gguf(self, name, path, projector=None, **create):
        """Uploads a GGUF, and its projector's, and creates a model from it."""
        files = {"model.gguf": self.upload(path)}
        if projector:
            files["mmproj.gguf"] = self.upload(projector)
        answer = self.post("/api/create", {"model": name, "files": files, "stream": False, **create})
        assert answer.status == 200, answer.text
        return files["model.gguf"]

    def runner_pids(self):
        """Children of this server, which are its runners."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cli(self, *arguments, stdin=None, timeout_s=120, **environment):
        """Runs the command line against this server."""
        return subprocess.run([CORRAL, *arguments], env={**self.environment, **environment}, input=stdin,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              capture_output=True, text=True, timeout=timeout_s * SLOWNESS)


def wait_until(condition, timeout_s=30, what="condition"):
    """Polls until `condition()` is true; fails loudly when it never is."""
    deadline = time.monotonic() + timeout_s * SLOWNESS
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what} did not come true within {timeout_s * SLOWNESS} s")


def make_tiny_models(folder, kinds):
    """Paths of tiny random-weight models, by the kind of memory they have."""
    paths = {kind: folder / f"{kind}.gguf" for kind in kinds}
    for kind, path in paths.items():
        subprocess.run([MAKE_MODEL, kind, path], check=True)
    return paths


def process_exists(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def serving(handler):
    """An HTTP server on loopback that answers with this http.server handler."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
