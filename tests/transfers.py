"""What tests of pull and push ask of a server, and of the registry that it asked."""

import http.client
import json
import threading

from registry_server import digest_of

SUCCESS = {"status": "success"}


def transfer(server, what, name, **fields):
    """The lines of a streamed pull or push."""
    answer = server.post(f"/api/{what}", {"model": name, "insecure": True, **fields})
    return [json.loads(line) for line in answer.body.splitlines()]


def pull(server, name, **fields):
    return transfer(server, "pull", name, **fields)


def pull_until_cut(server, name):
    """A pull from a server that is ended meanwhile."""
    try:
        pull(server, name)
    except (OSError, http.client.HTTPException):
        pass


def blobs_folder(server):
    return server.models / "blobs"


def blob_path(server, data):
    return blobs_folder(server) / digest_of(data).replace(":", "-")


def asked_ranges(registry, data):
    """Of a blob's bytes, without the first one alone, which only shows where the blob lies."""
    ranges = [headers["Range"] for _, path, headers in registry.requests
              if path.endswith(digest_of(data)) and "Range" in headers]
    return [asked for asked in ranges if asked != "bytes=0-0"]


class Gate:
    """Paces a registry: so many bytes go out, all others when it is opened."""

    def __init__(self, n_bytes):
        self.left, self.lock = n_bytes, threading.Lock()
        self.is_reached, self.is_open = threading.Event(), threading.Event()

    def open(self):
        self.is_open.set()

    def __call__(self, _first, _last):
        def send(n_bytes):
            with self.lock:
                self.left -= n_bytes
                waits = self.left < 0
            if waits:
                self.is_reached.set()
                assert self.is_open.wait(60)
        return send
