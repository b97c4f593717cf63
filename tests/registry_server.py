"""A small registry that behaves as the spec describes (storage-registry.md 10 to 12): tokens for signed requests, blobs by
redirect to another host, ranges; and, on request, everything that goes wrong."""

import base64
import hashlib
import json
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

# What is signed in the place of a body's digest (storage-registry.md 9.3).
NO_BODY = base64.b64encode(hashlib.sha256().hexdigest().encode()).decode()
MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def is_signed(key, signature, message):
    """Whether the ed25519 key, in SSH's form, made the signature."""
    public_key = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(key)[-32:]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("key", public_key), ("signature", base64.b64decode(signature)), ("text", message.encode())):
            (Path(folder) / name).write_bytes(content)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin",
                               "-in", "text", "-sigfile", "signature"], cwd=folder, capture_output=True).returncode == 0


class Registry:
    """Serves `manifests` ("library/m:latest" to bytes) and `blobs` (digest to bytes); `requests` is what was asked."""

    def __init__(self, tokens=False, redirect=False, ranges=True, certificate=None):
        """`certificate` is a file with a key and its certificate, for a registry that speaks TLS."""
        self.tokens, self.redirect, self.ranges = tokens, redirect, ranges
        self.scheme = self.direct_scheme = "https" if certificate else "http"
        self.moved = None  # the status with which everything has moved to the other host
        self.denied = None  # a method for which no token is good
        self.token_answer = None  # a status and body
        self.keys = set()  # that signed for a token
        self.tells_sizes = True  # in answers to HEAD
        self.endless = False  # answers with ranges
        self.manifests, self.blobs, self.requests = {}, {}, []
        self.cut_after = {}  # digest: answers end after so many bytes, one number for each answer
        self.lie = {}  # digest: the bytes sent in its stead
        self.realm_host = None
        self.before_blob = lambda: None
        self.instead_of_manifests = None  # a status and body, and where to go instead
        self.instead_of_blobs = None  # a status and headers
        self.direct_refusals = []  # statuses that the next requests to the other host get
        self.silent = None  # paths that contain it are not answered
        self.was_asked = threading.Event()  # for one of them
        self.was_left = threading.Event()  # by a client that got no answer
        self.pace = None  # called with the first and last byte of a range; its result before every piece, with its size
        self.uploads = {}  # number: bytes so far
        self.refusals = []  # statuses that the next parts get instead of being taken
        self.break_after = []  # how many bytes of the next parts are taken before the connection ends
        self.forgets = False  # uploads whose connection ended
        self.mountable = {}  # digest to bytes that other repositories hold
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                registry.answer(self)

            def do_GET(self):
                registry.answer(self)

            def do_POST(self):
                registry.take(self)

            def do_PATCH(self):
                registry.take(self)

            def do_PUT(self):
                registry.take(self)

        class Server(ThreadingHTTPServer):
            def handle_error(self, *request):
                """Clients may go away; anything else is told."""
                if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
                    super().handle_error(*request)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # Each connection's own thread shakes hands.
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.other_host = f"localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def add(self, name, layers, config=b"{}", **changes):
        """`layers` is a list of (media type suffix, bytes)."""
        def entry(media_type, data):
            self.blobs[digest_of(data)] = data
            return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}

        manifest = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE,
                    "config": entry("application/vnd.docker.container.image.v1+json", config),
                    "layers": [entry("application/vnd.ollama.image." + kind, data) for kind, data in layers], **changes}
        self.manifests[name] = json.dumps(manifest).encode()
        return f"{self.host}/{name}"

    def answer(self, handler):
        url = urlsplit(handler.path)
        self.requests.append((handler.command, url.path, handler.headers))
        if self.silent and self.silent in url.path:
            self.was_asked.set()
            handler.rfile.read(1)
            handler.close_connection = True
            return self.was_left.set()
        if self.instead_of_manifests and "/manifests/" in url.path:
            status, body, *location = self.instead_of_manifests
            headers = {"Location": location[0]} if location else {"WWW-Authenticate": self.challenge(url)}
            return self.send(handler, status, body, headers)
        if self.instead_of_blobs and "/blobs/" in url.path and handler.command == "GET":
            status, headers = self.instead_of_blobs
            return self.send(handler, status, b"", {"WWW-Authenticate": self.challenge(url), **headers})
        if url.path == "/v2/token":
            return self.answer_token(handler)
        if url.path.startswith("/direct/"):
            assert "Authorization" not in handler.headers
            if self.direct_refusals:
                return self.send(handler, self.direct_refusals.pop(0), b"")
            return self.answer_blob(handler, url.path.removeprefix("/direct/"))
        if self.lacks_token(handler):
            return self.refuse(handler, url)
        if self.has_moved(handler):
            return None
        upload = re.fullmatch(r"/v2/[^/]+/[^/]+/blobs/uploads/(\d+)", url.path)
        if upload and upload[1] in self.uploads:
            last = max(0, len(self.uploads[upload[1]]) - 1)
            return self.send(handler, 204, b"", {"Range": f"0-{last}"})
        found = re.fullmatch(r"/v2/([^/]+/[^/]+)/(manifests|blobs)/(.+)", url.path)
        if found and found[2] == "manifests" and f"{found[1]}:{found[3]}" in self.manifests:
            return self.send(handler, 200, self.manifests[f"{found[1]}:{found[3]}"], {"Content-Type": MANIFEST_TYPE})
        if found and found[2] == "blobs" and found[3] in self.blobs:
            if self.redirect and handler.command == "GET":
                return self.send(handler, 307, b"",
                                 {"Location": f"{self.direct_scheme}://{self.other_host}/direct/{found[3]}"})
            return self.answer_blob(handler, found[3])
        return self.send(handler, 404, b"")

    def take(self, handler):
        """Uploads (section 12): POST begins, PATCH adds a part, PUT ends; a manifest comes by PUT."""
        url = urlsplit(handler.path)
        self.requests.append((handler.command, handler.path, handler.headers))
        if handler.command == "PATCH" and self.break_after:
            return self.break_off(handler, url.path.rpartition("/")[2])
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        direct = re.fullmatch(r"/direct-upload/(\d+)", url.path)
        if direct:
            assert not {"Authorization", "Content-Range", "X-Redirect-Uploads"} & set(handler.headers)
            self.uploads[direct[1]] += body
            return self.send(handler, 200, b"")
        if self.lacks_token(handler):
            return self.refuse(handler, url)
        if handler.command != "PATCH" and self.has_moved(handler):
            return None
        found = re.fullmatch(r"/v2/([^/]+/[^/]+)/(manifests|blobs/uploads)/(.*)", url.path)
        if found[2] == "manifests":
            assert handler.headers["Content-Type"] == MANIFEST_TYPE
            self.manifests[f"{found[1]}:{found[3]}"] = body
            return self.send(handler, 201, b"")
        query = parse_qs(url.query)
        if handler.command == "POST":
            mounted = query.get("mount", [""])[0]
            if mounted in self.mountable:
                self.blobs[mounted] = self.mountable[mounted]
                return self.send(handler, 201, b"")
            number = str(len(self.uploads))
            self.uploads[number] = b""
            return self.send(handler, 202, b"", {"Location": f"{self.scheme}://{self.host}/v2/{found[1]}/blobs/uploads/{number}"})
        if handler.command == "PATCH":
            assert handler.headers["X-Redirect-Uploads"] == "1"
            assert handler.headers["Content-Type"] == "application/octet-stream"
            if self.refusals:
                return self.refuse_part(handler, url, self.refusals.pop(0))
            first, last = map(int, handler.headers["Content-Range"].split("-"))
            assert (first, last) == (len(self.uploads[found[3]]), len(self.uploads[found[3]]) + len(body) - 1)
            if self.redirect:
                return self.send(handler, 307, b"", {"Docker-Upload-Location": f"http://{self.host}{url.path}",
                                                     "Location": f"http://{self.other_host}/direct-upload/{found[3]}"})
            self.uploads[found[3]] += body
            return self.send(handler, 202, b"", {"Location": f"http://{self.host}{url.path}"})
        data = self.uploads[found[3]]
        parts = [hashlib.md5(data).digest()] if data else []
        etag = f"{hashlib.md5(b''.join(parts)).hexdigest()}-{len(parts)}"
        good = query["digest"] == [digest_of(data)] and query["etag"] == [etag]
        if good:
            self.blobs[digest_of(data)] = data
        return self.send(handler, 201 if good else 400, b"")

    def refuse_part(self, handler, url, status):
        return self.refuse(handler, url) if status == 401 else self.send(handler, status, b"not now")

    def lacks_token(self, handler):
        if handler.headers["Host"] == self.other_host:
            assert "Authorization" not in handler.headers
            return False
        is_good = handler.headers.get("Authorization") == "Bearer good" and handler.command != self.denied
        return self.tokens and not is_good

    def has_moved(self, handler):
        """Sends clients of this host to the other one, where all is as here."""
        if not self.moved or handler.headers["Host"] == self.other_host:
            return False
        self.send(handler, self.moved, b"", {"Location": f"{self.scheme}://{self.other_host}{handler.path}"})
        return True

    def break_off(self, handler, number):
        self.uploads[number] += handler.rfile.read(self.break_after.pop(0))
        if self.forgets:
            del self.uploads[number]
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    def challenge(self, url):
        realm = f"{self.scheme}://{self.realm_host or self.host}/v2/token"
        return f'Bearer realm="{realm}",service="{self.host}",scope="repository:{url.path}:pull"'

    def refuse(self, handler, url):
        return self.send(handler, 401, b"", {"WWW-Authenticate": self.challenge(url)})

    def answer_token(self, handler):
        if self.token_answer:
            return self.send(handler, *self.token_answer)
        key, _, signature = handler.headers["Authorization"].partition(":")
        self.keys.add(key)
        query = parse_qs(urlsplit(handler.path).query)
        good = (len(base64.b64decode(key)) == 51 and set(query) == {"nonce", "scope", "service", "ts"}
                and is_signed(key, signature, f"GET,{self.scheme}://{self.host}{handler.path},{NO_BODY}"))
        return self.send(handler, 200 if good else 400, json.dumps({"token": "good"}).encode())

    def answer_blob(self, handler, digest):
        if handler.command == "GET":
            self.before_blob()
        data = self.lie.get(digest, self.blobs[digest])
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", ""))
        if not asked or not self.ranges:
            return self.send(handler, 200, data)
        first, last = int(asked[1]), int(asked[2])
        if last == 0:  # only where the blob lies is wanted
            return self.send(handler, 206, data[:1], {"Content-Range": f"bytes 0-0/{len(data)}"})
        part = memoryview(data)[first:last + 1]
        cut = self.cut_after.get(digest) or [len(part)]
        handler.send_response(206)
        if not self.endless:
            handler.send_header("Content-Length", str(len(part)))
        handler.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
        handler.end_headers()
        self.send_pieces(handler, part[:cut.pop(0)], self.pace and self.pace(first, last))
        while self.endless:
            handler.wfile.write(bytes(1 << 16))
        handler.close_connection = True

    def send_pieces(self, handler, data, pace):
        piece_bytes = 64 << 10 if pace else len(data) or 1
        for at in range(0, len(data), piece_bytes):
            piece = data[at:at + piece_bytes]
            if pace:
                pace(len(piece))
            handler.wfile.write(piece)

    def send(self, handler, status, body, headers=None):
        handler.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            if name != "Content-Length" or handler.command != "HEAD" or self.tells_sizes:
                handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
