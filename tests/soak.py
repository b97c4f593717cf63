#!/usr/bin/python3
"""Keeps a server under mixed load and checks that it stays well.

    [CORRAL_BUILD=DIR] tests/soak.py [--minutes N] [--clients N] [--seed N]

Clients run the actions of soak_load.py: right requests and bad ones, loads and unloads, models made and deleted,
clients that leave or do not read, runners killed. The load pauses now and then ("a rest"); with all models
unloaded, the server must be back where it was at the first rest: no runner, no zombie, no descriptor or thread more,
and, at the end, no more memory than GROWTH allows over WARM_REST. Throughout, the server answers, every request ends
within a bound, and every answer is right or a clear error. Sanitizer reports end the soak at once.

Exit status 0 when all of that held.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import harness
import soak_load

GROWTH = 1.05  # of the server's memory between the warm rest and the last
N_RESTS = 6
LONG_MINUTES = 10  # in which a process has reached its size when it is warm
# Sanitizers keep freed memory and records of every address ever written or locked, which fill at a fraction of the speed.
WARM_REST = {"": 0, "address": 1, "thread": 1}[harness.SANITIZER]
TINY_KINDS = ("full", "sliding", "recurrent", "hybrid")
SERVER_SETTINGS = {
    # Two at a time of five models, so that they push each other out.
    "OLLAMA_MAX_LOADED_MODELS": "2",
    # What makes texts independent of the company in a batch.
    "OLLAMA_KV_CACHE_TYPE": "f32", "OLLAMA_FLASH_ATTENTION": "0",
}


class Clients:
    """Threads that do actions until told to stop; they can be made to rest together."""

    def __init__(self, world, n_clients):
        self.world = world
        self.failure = None
        self.resting = threading.Event()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(index,)) for index in range(n_clients)]
        self.busy = [threading.Lock() for _ in range(n_clients)]
        for thread in self.threads:
            thread.start()

    def run(self, index):
        generator = random.Random(self.world.seed * 1000 + index)
        actions, weights = list(soak_load.ACTIONS), list(soak_load.ACTIONS.values())
        while not self.stopped.is_set():
            if self.resting.is_set():
                time.sleep(0.05)
                continue
            (action,) = generator.choices(actions, weights)
            with self.busy[index]:
                try:
                    action(self.world, generator)
                    self.world.count(action.__name__)
                except Exception:
                    self.failure = f"client {index}, {action.__name__}:\n{traceback.format_exc()}"
                    self.stopped.set()

    def rest(self):
        """Returns when every client has ended its action."""
        self.resting.set()
        for lock in self.busy:
            assert lock.acquire(timeout=self.world.bound_s), "a request is stuck"
            lock.release()

    def go_on(self):
        self.resting.clear()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def state_of(pid):
    """What must not grow: memory, descriptors, threads, children."""
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {"rss_kb": int(status["VmRSS"].split()[0]), "threads": int(status["Threads"]),
            "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
            "children": len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())}


def unload_everything(server):
    """A runner goes on under the name that loaded it, which may have been deleted since; a name that stays has the same
    weights."""
    names = [model["name"] for model in server.get("/api/tags").json()["models"]]
    for _ in range(100):
        models = server.get("/api/ps").json()["models"]
        if not models and not server.runner_pids():
            return
        for name in names:
            server.post("/api/generate", {"model": name, "keep_alive": 0})
        time.sleep(0.1)
    raise AssertionError(f"models stay loaded without load: {models}, runners {server.runner_pids()}")


def take_a_rest(clients, server, first):
    """The server's state without load; compared with the first one when there is one."""
    clients.rest()
    assert clients.failure is None, clients.failure
    unload_everything(server)
    # Connections that their clients have closed are gone once the server has seen it.
    steady = lambda: first is None or state_of(server.process.pid)["descriptors"] <= first["descriptors"]
    harness.wait_until(steady, what="the descriptors going back to their number at the first rest")
    state = state_of(server.process.pid)
    assert state["children"] == 0, state
    if first:
        assert state["threads"] <= first["threads"], (first, state)
    clients.go_on()
    return state


def watch(clients, server, until):
    """The server answers, and nobody has found a fault, until then."""
    while time.monotonic() < until:
        time.sleep(0.5)
        assert clients.failure is None, clients.failure
        with clients.world.bounded("/api/version"):
            assert server.get("/api/version").status == 200
        server.assert_no_sanitizer_report()


def soak(server, paths, minutes, n_clients, seed, report=print):
    """Runs the load; raises AssertionError when something is wrong."""
    for kind, path in paths.items():
        server.add_gguf(kind, path)
    world = soak_load.World(server, list(paths), bound_s=60 * harness.SLOWNESS, seed=seed)
    world.learn()
    clients = Clients(world, n_clients)
    rests = []
    begin = time.monotonic()
    try:
        for n in range(1, N_RESTS + 1):
            watch(clients, server, until=begin + n * minutes * 60 / N_RESTS)
            rests.append(take_a_rest(clients, server, rests[0] if rests else None))
            report(f"{(time.monotonic() - begin) / 60:5.1f} min: {rests[-1]}", flush=True)
    finally:
        clients.stop()
    if minutes >= LONG_MINUTES:
        assert rests[-1]["rss_kb"] <= rests[WARM_REST]["rss_kb"] * GROWTH, rests
    for name, count in sorted(world.counts.items()):
        report(f"{count:7d} {name}")
    report(f"longest request: {world.longest_s:.1f} s")
    return world


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = harness.make_tiny_models(Path(folder), TINY_KINDS)
        server = harness.Server(Path(folder) / "home", **SERVER_SETTINGS)
        try:
            with server:
                soak(server, paths, options.minutes, options.clients, options.seed)
        except BaseException:
            print("--- the end of the server's log\n" + server.log()[-5000:])
            raise
        assert server.process.returncode == 0, f"serve ended with status {server.process.returncode}"
    print(f"soak: {options.minutes:g} minutes, all well")


if __name__ == "__main__":
    sys.exit(main())
