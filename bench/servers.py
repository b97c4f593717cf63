"""The two sides of a comparison: Corral, and llama-server built from the same llama.cpp source.

Both are driven through one interface: start, stop, and `stream`, which yields the time of every piece of text that
arrives; `generate` reads one to its end and gives the tokens that the server counted.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_TIMEOUT_S = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def llama_build(build):
    """The folder of llama.cpp's own tools, with its own kernels; they are built when missing."""
    folder = Path((build / "llama_tools_folder").read_text())
    if not all((folder / tool).exists() for tool in ("llama-bench", "llama-server", "llama-quantize")):
        subprocess.run(["cmake", "--build", build, "--target", "llama_tools"], check=True)
    return folder


class Neighbours:
    """Other programs that keep `n` CPUs busy."""

    def __init__(self, n):
        self.processes = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(n)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


class Side:
    def __init__(self):
        self.port = free_port()
        self.process = None
        self.started_s = 0.0

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, path, None if body is None else json.dumps(body))
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response.status, data

    def expect(self, path, body):
        status, answer = self.request("POST", path, body)
        if status != 200:
            raise RuntimeError(answer)

    def embed(self, texts):
        self.expect(*self.embed_request(texts))

    def launch(self, command, **environment):
        self.log = tempfile.TemporaryFile()
        self.started_s = time.perf_counter()
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)

    def wait_ready(self, path):
        """Seconds from launch until `path` answers 200."""
        while time.perf_counter() - self.started_s < READY_TIMEOUT_S:
            try:
                if self.request("GET", path)[0] == 200:
                    return time.perf_counter() - self.started_s
            except OSError:
                pass
            time.sleep(0.001)
        self.log.seek(0)
        raise RuntimeError(self.log.read().decode(errors="replace")[-4000:])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def resident_mb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def generate(self, prompt, n_tokens, **more):
        """The times of an answer's pieces, and its final statistics."""
        stream, times = self.stream(prompt, n_tokens, **more), []
        while True:
            try:
                times.append(next(stream))
            except StopIteration as end:
                return times, end.value

    def read_tokens(self, path, body, prefix, parse=True):
        """The lines of a stream that begin with `prefix`, without it, and when they came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("POST", path, json.dumps(body))
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(response.read())
        for line in response:
            if line.startswith(prefix):
                rest = line[len(prefix):]
                yield time.perf_counter(), json.loads(rest) if parse else rest
        connection.close()


class Corral(Side):
    name = "corral"

    def __init__(self, build, model, n_ctx, n_parallel=None, embeddings=False):
        """`n_parallel` None leaves the number to Corral."""
        super().__init__()
        self.settings = {} if n_parallel is None else {"OLLAMA_NUM_PARALLEL": str(n_parallel)}
        self.load_path = "/api/embed" if embeddings else "/api/generate"
        self.binary = build / "bin" / "corral"
        self.model = model
        self.options = {"num_ctx": n_ctx, "temperature": 0}
        self.home = tempfile.TemporaryDirectory()

    def start(self, load=True):
        """Starts the server, and with `load` the model too; gives (server start, model load) in seconds."""
        self.launch([self.binary, "serve"], HOME=self.home.name, OLLAMA_HOST=f"127.0.0.1:{self.port}",
                    OLLAMA_MODELS=f"{self.home.name}/models", **self.settings)
        ready_s = self.wait_ready("/api/version")
        if not load:
            return ready_s, 0.0
        self.create()
        begin = time.perf_counter()
        self.expect(self.load_path, {"model": "bench", "options": self.options})
        return ready_s, time.perf_counter() - begin

    def create(self):
        """Puts the model into the store by a hard link, as if it had been uploaded."""
        digest_file = self.model.with_suffix(".sha256")
        if not digest_file.exists():
            digest_file.write_text(subprocess.run(["sha256sum", self.model], capture_output=True, text=True,
                                                  check=True).stdout.split()[0])
        digest = digest_file.read_text()
        blob = Path(self.home.name, "models", "blobs", f"sha256-{digest}")
        if blob.exists():
            return
        try:
            os.link(self.model, blob)
        except OSError:
            subprocess.run(["cp", self.model, blob], check=True)
        status, answer = self.request("POST", "/api/create", {
            "model": "bench", "files": {"bench.gguf": f"sha256:{digest}"}, "stream": False})
        if status != 200:
            raise RuntimeError(answer)

    def embed_request(self, texts):
        return "/api/embed", {"model": "bench", "input": texts if len(texts) > 1 else texts[0]}

    def stream(self, prompt, n_tokens, **more):
        body = {"model": "bench", "prompt": prompt, "raw": True,
                "options": {**self.options, "num_predict": n_tokens}, **more}
        for at, event in self.read_tokens("/api/generate", body, b""):
            if "error" in event:
                raise RuntimeError(event)
            if event.get("done"):
                return {"n": event["eval_count"], "per_s": event["eval_count"] / event["eval_duration"] * 1e9}
            if event.get("response"):
                yield at


class LlamaServer(Side):
    name = "llama-server"

    def __init__(self, tools, model, n_ctx, n_slots, embeddings=False):
        """`n_slots` None leaves the number to llama-server."""
        super().__init__()
        self.command = [tools / "llama-server", "-m", model, "--port", str(self.port), "-c", str(n_ctx * 2),
                        *([] if n_slots is None else ["-np", str(n_slots), "--kv-unified"]),
                        *(["--embeddings", "-b", "2048", "-ub", "2048"] if embeddings else []),
                        "-t", str(os.cpu_count()), "--no-webui", "--offline"]

    def start(self):
        self.launch(self.command)
        return self.wait_ready("/health")

    def embed_request(self, texts):
        return "/v1/embeddings", {"input": texts if len(texts) > 1 else texts[0]}

    def stream(self, prompt, n_tokens):
        body = {"prompt": prompt, "n_predict": n_tokens, "temperature": 0, "stream": True, "cache_prompt": True}
        for at, event in self.read_tokens("/completion", body, b"data: "):
            if event.get("content"):
                yield at
            if event.get("stop"):
                return {"n": event["timings"]["predicted_n"], "per_s": event["timings"]["predicted_per_second"]}
