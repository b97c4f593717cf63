"""Measures of the dialects beside the native API: what one costs per token, and many of its streams at once."""

import json
import time
from pathlib import Path

import crowd

N_STREAMS = 64
PROMPT_TOKENS = 64
ANSWER_TOKENS = 32
N_TOKENS = 20_000  # of each dialect and round
ANSWER_AT_ONCE = 2000

NATIVE = "/api/chat"
# What a stream of 2,000 tokens is asked with.
REQUESTS = {
    NATIVE: {"messages": [{"role": "user", "content": "x"}], "options": {"num_predict": ANSWER_AT_ONCE, "num_ctx": 4096}},
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "x"}], "max_tokens": ANSWER_AT_ONCE, "num_ctx": 4096,
                             "stream_options": {"include_usage": True}},
    "/v1/completions": {"prompt": "x", "max_tokens": ANSWER_AT_ONCE, "num_ctx": 4096},
    "/v1/responses": {"input": "x", "max_output_tokens": ANSWER_AT_ONCE, "num_ctx": 4096, "store": False},
    "/v1/messages": {"messages": [{"role": "user", "content": "x"}], "max_tokens": ANSWER_AT_ONCE},
}


def cpu_s(pid):
    """Seconds on a CPU of all threads of a process so far."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def server_us_per_token(corral, model, path):
    """Microseconds on a CPU that the server process spends on a streamed token; the model's runner is another process.

    Pieces of text are counted, which is what a dialect writes."""
    n_pieces, begin = 0, cpu_s(corral.process.pid)
    body = {"model": model, "stream": True, "temperature": 0, **REQUESTS[path]}
    while n_pieces < N_TOKENS:
        n = sum(1 for _ in corral.read_tokens(path, body, b"{" if path == NATIVE else b"data: {", parse=False))
        if n == 0:
            raise RuntimeError(f"{path} streams nothing")
        n_pieces += n
    return (cpu_s(corral.process.pid) - begin) * 1e6 / n_pieces


def chat_streams(side, round_number):
    """N_STREAMS streams of /v1/chat/completions begun at once: tokens per second of all, and every first token's wait."""
    counts, waits = [0] * N_STREAMS, [0.0] * N_STREAMS

    def one(client):
        begin, first = time.perf_counter(), None
        body = {"model": "bench", "stream": True, "stream_options": {"include_usage": True}, "temperature": 0,
                "max_tokens": ANSWER_TOKENS, "messages": [
                    {"role": "user", "content": crowd.letters(PROMPT_TOKENS, f"{round_number} {client}")}]}
        for at, line in side.read_tokens("/v1/chat/completions", body, b"data: {", parse=False):
            event = json.loads(b"{" + line)
            if first is None and any(choice["delta"].get("content") for choice in event.get("choices", [])):
                first = at
            counts[client] = (event.get("usage") or {}).get("completion_tokens", counts[client])
        waits[client] = (first or time.perf_counter()) - begin

    begin = time.perf_counter()
    crowd.run_threads(one, N_STREAMS)
    return sum(counts) / (time.perf_counter() - begin), waits
