"""What the clients of the soak do (see soak.py): each action is one small scene, and asserts that it ends well.

An action gets the `World` and its client's own random generator. It raises AssertionError when an answer is neither
right nor a clear error. Which errors are clear depends on what else goes on: a request may lose its runner only when
somebody killed one meanwhile.
"""

import json
import os
import signal
import socket
import threading
import time
from contextlib import contextmanager
from hashlib import sha256

PROMPTS = ["hello world", "a little llama", "the quick brown fox " * 4, "one two three four five " * 12]
RUNNER_DIED = ("model runner has unexpectedly stopped", "model runner process has terminated: signal SIGKILL")
ARITHMETIC = "What is {a} plus {b}?"


class World:
    """The server under load, what right answers are, and the record of what has happened."""

    def __init__(self, server, kinds, bound_s, seed):
        self.server = server
        self.kinds = kinds  # the tiny models that generate
        self.bound_s = bound_s
        self.seed = seed
        self.reference = {}  # (model, prompt) → greedy text
        self.lock = threading.Lock()
        self.counts = {}  # of actions and outcomes, by name
        self.last_kill = 0.0  # time.monotonic()
        self.longest_s = 0.0

    def count(self, what):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def learn(self):
        """Asks every model each prompt while nothing else runs."""
        for kind in self.kinds:
            for prompt in PROMPTS:
                answer = self.server.post("/api/generate", exact(kind, prompt, stream=False))
                assert answer.status == 200, answer.text
                self.reference[kind, prompt] = answer.json()["response"]

    @contextmanager
    def bounded(self, what):
        """Times one request, which must end within the bound."""
        begin = time.monotonic()
        yield begin
        seconds = time.monotonic() - begin
        self.longest_s = max(self.longest_s, seconds)
        assert seconds < self.bound_s, f"{what} took {seconds:.0f} s"

    def excuses(self, error, begin):
        """Whether an error is what a client must expect, given what was done to the server since `begin`."""
        self.count("error: " + error[:60])
        # The death of a runner is noticed after the kill; loads that it interrupted may be queued for long.
        return any(text in error for text in RUNNER_DIED) and self.last_kill > begin - 5

    def post(self, path, body):
        """A request that is answered as a whole: its JSON, or None after an error that is excused."""
        with self.bounded(f"{path} {json.dumps(body)[:200]}") as begin:
            answer = self.server.post(path, body)
        if answer.status == 200:
            return answer.json()
        error = answer.json()["error"]
        assert self.excuses(error, begin), f"{path}: {answer.status} {error}"
        return None

    def stream(self, path, body, pause_s=0.0, n_lines=None):
        """A streamed answer: its lines, or None after an error that is excused. Leaves after `n_lines`."""
        lines = []
        with self.bounded(f"streamed {path} {json.dumps(body)[:200]}") as begin:
            connection = self.server.connect(self.bound_s)
            try:
                connection.request("POST", path, json.dumps(body))
                response = connection.getresponse()
                for line in response:
                    lines.append(json.loads(line))
                    if len(lines) == n_lines:
                        break
                    time.sleep(pause_s)
            finally:
                connection.close()
        assert lines, f"{path}: status {response.status} and nothing more"
        error = lines[-1].get("error")
        if error is None:
            return lines
        assert self.excuses(error, begin), f"{path}: {response.status} {error}"
        return None


def exact(model, prompt, **more):
    """A request whose text is the same each time."""
    return {"model": model, "prompt": prompt, "raw": True, "options": {"temperature": 0, "num_predict": 24}, **more}


# --- right answers

def whole_answer(world, random):
    kind, prompt = random.choice(world.kinds), random.choice(PROMPTS)
    answer = world.post("/api/generate", exact(kind, prompt, stream=False))
    assert answer is None or answer["response"] == world.reference[kind, prompt], (kind, prompt, answer)


def streamed_answer(world, random):
    kind, prompt = random.choice(world.kinds), random.choice(PROMPTS)
    check_stream(world, kind, prompt, world.stream("/api/generate", exact(kind, prompt)))


def slow_reader(world, random):
    kind, prompt = random.choice(world.kinds), random.choice(PROMPTS)
    check_stream(world, kind, prompt, world.stream("/api/generate", exact(kind, prompt), pause_s=0.05))


def check_stream(world, kind, prompt, lines):
    if lines is None:
        return
    text = "".join(line["response"] for line in lines)
    assert lines[-1]["done"] and text == world.reference[kind, prompt], (kind, prompt, lines)


def conversation(world, random):
    """Two turns with the built-in model, the second on top of the first."""
    a, b = random.randrange(2, 9), random.randrange(2, 9)
    messages = [{"role": "user", "content": ARITHMETIC.format(a=a, b=b)}]
    for _ in range(2):
        answer = world.post("/api/chat", {"model": "cria", "messages": messages, "stream": False,
                                          "options": {"temperature": 0, "num_predict": 100}})
        if answer is None:
            return
        assert answer["done"] and answer["message"]["content"], answer
        if len(messages) == 1:
            assert str(a + b) in answer["message"]["content"], (messages, answer)
        messages += [answer["message"], {"role": "user", "content": "Thank you. Who are you?"}]


def structured_output(world, random):
    schema = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 12},
                                               "age": {"type": "integer", "minimum": 0, "maximum": 120}},
              "required": ["name", "age"]}
    model = random.choice(["cria", *world.kinds])
    answer = world.post("/api/generate", {"model": model, "prompt": "Describe a llama as JSON.", "stream": False,
                                          "format": schema, "options": {"num_predict": 200}})
    if answer is not None and answer["done_reason"] == "stop":
        value = json.loads(answer["response"])
        assert isinstance(value["name"], str) and 0 <= value["age"] <= 120, value


def long_prompt(world, random):
    prompt = "word " * random.randrange(300, 2000)
    answer = world.post("/api/generate", {"model": random.choice(world.kinds), "prompt": prompt, "raw": True,
                                          "stream": False, "options": {"num_ctx": 256, "num_predict": 8}})
    assert answer is None or answer["prompt_tokens_dropped"] > 0, answer


def embeddings(world, random):
    texts = [random.choice(PROMPTS) for _ in range(random.randrange(1, 9))]
    answer = world.post("/api/embed", {"model": random.choice(world.kinds), "input": texts})
    if answer is not None:
        assert len(answer["embeddings"]) == len(texts), answer
        for text, vector in zip(texts, answer["embeddings"]):
            assert abs(sum(x * x for x in vector) - 1) < 1e-3, (text, vector)


# --- clients that behave badly

def leave_early(world, random):
    world.stream("/api/generate", {"model": random.choice(world.kinds), "prompt": "a long tale",
                                   "options": {"num_predict": 2000, "num_ctx": 512}},
                 n_lines=random.randrange(1, 20))


def leave_at_once(world, random):
    """Gone before the answer begins: while the model loads, or in the queue."""
    connection = world.server.connect()
    connection.request("POST", "/api/generate", json.dumps({"model": random.choice(world.kinds), "prompt": "hello"}))
    time.sleep(random.random() * 0.2)
    connection.close()


def never_read(world, random):
    """Asks for more than fits the kernel's buffers, reads nothing of it, and leaves after a while."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", world.server.port))
        body = json.dumps({"model": random.choice(world.kinds), "prompt": "hello", "logprobs": True,
                           "options": {"num_predict": 1000, "num_ctx": 512}})
        client.sendall(f"POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}"
                       .encode())
        time.sleep(1 + random.random())


def send_rubbish(world, random):
    with socket.create_connection(("127.0.0.1", world.server.port), timeout=world.bound_s) as client:
        try:
            client.sendall(random.randbytes(random.randrange(1, 3000)) + b"\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            while client.recv(4096):
                pass
        except ConnectionError:
            pass  # refused before all was sent


def cut_upload(world, random):
    data = random.randbytes(200_000)
    connection = world.server.connect()
    connection.putrequest("POST", f"/api/blobs/sha256:{sha256(data).hexdigest()}")
    connection.putheader("Content-Length", str(len(data)))
    connection.endheaders()
    connection.send(data[:random.randrange(len(data))])
    connection.close()


BAD_REQUESTS = [
    ("POST", "/api/generate", b"", 400), ("POST", "/api/generate", b'{"model":', 400),
    ("POST", "/api/chat", b'{"model":"full","messages":{}}', 400), ("POST", "/api/chat", b"[" * 10_000, 400),
    ("POST", "/api/generate", b'{"model":"absent","prompt":"x"}', 404), ("POST", "/api/show", b'{"model":"absent"}', 404),
    ("POST", "/api/generate", b'{"model":"../x","prompt":"x"}', 400), ("DELETE", "/api/delete", b'{"model":"absent"}', 404),
    ("GET", "/api/generate", None, 405), ("GET", "/absent", None, 404), ("POST", "/api/blobs/sha256:short", b"x", 400),
    ("POST", "/api/create", b'{"model":"bad","files":{"a.gguf":"sha256:' + b"0" * 64 + b'"},"stream":false}', 500),
    ("POST", "/api/generate", b'{"model":"full","prompt":"x","format":"yaml","stream":false}', 500),
]


def bad_request(world, random):
    method, path, body, status = random.choice(BAD_REQUESTS)
    with world.bounded(f"{method} {path}"):
        answer = world.server.request(method, path, body)
    assert answer.status == status, (method, path, body[:100] if body else body, answer.status, answer.text)
    assert answer.text, (method, path, body)


# --- what operators do

def look_around(world, random):
    with world.bounded("a look around"):
        for path in ("/", "/api/version", "/api/tags", "/api/ps"):
            assert world.server.get(path).status == 200
        assert world.server.post("/api/show", {"model": random.choice(world.kinds)}).status == 200


def change_keep_alive(world, random):
    """Stays, leaves soon, or leaves at once; loads when needed."""
    answer = world.post("/api/generate", {"model": random.choice([*world.kinds, "cria"]), "stream": False,
                                          "keep_alive": random.choice([0, "1s", "100ms", "5m", -1])})
    assert answer is None or answer["done_reason"] in ("load", "unload"), answer


def create_use_delete(world, random):
    name = f"scratch-{threading.get_ident() % 100_000}"
    made = world.server.post("/api/create", {"model": name, "from": random.choice(world.kinds), "stream": False,
                                             "system": "You are a test.", "parameters": {"num_predict": 4}})
    assert made.status == 200, made.text
    world.post("/api/generate", {"model": name, "prompt": "hello", "stream": False})
    copied = world.server.post("/api/copy", {"source": name, "destination": name + "-copy"})
    assert copied.status == 200, copied.text
    for model in (name, name + "-copy"):
        for status in (200, 404):
            answer = world.server.request("DELETE", "/api/delete", {"model": model})
            assert answer.status == status, (model, answer.status, answer.text)


def kill_a_runner(world, random):
    """At most one every three seconds, so that requests also succeed."""
    with world.lock:
        if time.monotonic() - world.last_kill < 3:
            return
        world.last_kill = time.monotonic()
    runners = world.server.runner_pids()
    if runners:
        try:
            os.kill(random.choice(runners), signal.SIGKILL)
        except ProcessLookupError:
            pass
        world.last_kill = time.monotonic()


# How often each is done, in parts of the sum.
ACTIONS = {
    whole_answer: 14, streamed_answer: 14, slow_reader: 3, conversation: 6, structured_output: 6, long_prompt: 3,
    leave_early: 8, leave_at_once: 4, never_read: 1, send_rubbish: 3, cut_upload: 3, bad_request: 8,
    look_around: 6, change_keep_alive: 4, create_use_delete: 2, kill_a_runner: 4,
}
