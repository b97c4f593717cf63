"""Measures of many clients at once, and of what the server itself costs."""

import http.client
import json
import random
import resource
import socket
import string
import threading
import time

N_CLIENTS = 16
N_TURNS = 3
SYSTEM_TOKENS = 200
QUESTION_TOKENS = 24
ANSWER_TOKENS = 32
N_REQUESTS = 1000
N_IDLE = 2000


def letters(n, seed=None):
    return "".join(random.Random(seed).choices(string.ascii_letters, k=n))


def chat_tokens_per_s(side, round_number):
    """N_CLIENTS conversations of N_TURNS each under one system prompt; later turns repeat the earlier ones. The answers
    put into the history are made up, equal for both sides, since a random-weight model answers with noise."""
    system = letters(SYSTEM_TOKENS, f"system {round_number}")
    counts = [0] * N_CLIENTS

    def one(client):
        history = system
        for turn in range(N_TURNS):
            history += letters(QUESTION_TOKENS, f"{round_number} {client} {turn}")
            counts[client] += side.generate(history, ANSWER_TOKENS)[1]["n"]
            history += letters(ANSWER_TOKENS, f"answer {round_number} {client} {turn}")

    begin = time.perf_counter()
    run_threads(one, N_CLIENTS)
    return sum(counts) / (time.perf_counter() - begin)


def run_threads(function, n):
    threads = [threading.Thread(target=function, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def added_ms(corral, model):
    """What a request takes at the client beyond what the engine reports for prompt and answer, for every request."""
    connection = http.client.HTTPConnection("127.0.0.1", corral.port, timeout=60)
    body = json.dumps({"model": model, "prompt": "Hello", "stream": False, "keep_alive": -1,
                       "options": {"num_predict": 1, "seed": 1}})
    added = []
    for _ in range(N_REQUESTS):
        begin = time.perf_counter()
        connection.request("POST", "/api/generate", body)
        answer = connection.getresponse().read()
        took_ms = (time.perf_counter() - begin) * 1000
        times = json.loads(answer)
        added.append(took_ms - (times["prompt_eval_duration"] + times.get("eval_duration", 0)) / 1e6)
    return added[10:]


def version_ms(corral):
    connection = http.client.HTTPConnection("127.0.0.1", corral.port, timeout=60)
    times = []
    for _ in range(N_REQUESTS):
        begin = time.perf_counter()
        connection.request("GET", "/api/version")
        connection.getresponse().read()
        times.append((time.perf_counter() - begin) * 1000)
    return times


def idle_connections(corral):
    """Opens N_IDLE connections that have asked once and stay; the caller closes them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * N_IDLE)), hard))
    connections = []
    for _ in range(N_IDLE):
        connection = socket.create_connection(("127.0.0.1", corral.port))
        connection.sendall(b"GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while b"\r\n\r\n{" not in answer or not answer.endswith(b"}"):
            answer += connection.recv(4096)
        connections.append(connection)
    return connections
