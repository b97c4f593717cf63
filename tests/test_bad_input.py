"""Bad input gets a clear error in the right place, the server keeps serving, and nothing stored is damaged."""

import hashlib
import os
import random
import resource
import signal
import struct
import subprocess

import pytest

import harness


@pytest.fixture(scope="module")
def tiny(server, tiny_models):
    server.add_gguf("tiny", tiny_models["full"])
    return server


def upload(server, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert server.post(f"/api/blobs/{digest}", data).status in (200, 201)
    return digest


def create(server, data):
    return server.post("/api/create", {"model": "bad", "files": {"bad.gguf": upload(server, data)}, "stream": False})


def assert_serves(server):
    answer = server.post("/api/generate", {"model": "tiny", "prompt": "hi", "stream": False,
                                           "options": {"num_predict": 4}})
    assert answer.status == 200 and answer.json()["eval_count"] >= 1


def gguf(n_tensors=0, n_keys=0, rest=b""):
    return b"GGUF" + struct.pack("<IQQ", 3, n_tensors, n_keys) + rest


def key(name, kind, value):
    return struct.pack("<Q", len(name)) + name + struct.pack("<I", kind) + value


ABSURD = {
    "empty": b"",
    "magic only": b"GGUF",
    "not a model": b"hello, I am a text file" * 100,
    "2^60 tensors": gguf(n_tensors=1 << 60),
    "2^60 keys": gguf(n_keys=1 << 60),
    "string longer than the file": gguf(n_keys=1, rest=struct.pack("<Q", 1 << 40)),
    "array longer than the file": gguf(n_keys=1, rest=key(b"a", 9, struct.pack("<IQ", 4, 1 << 50))),
    "nested arrays": gguf(n_keys=1, rest=key(b"a", 9, struct.pack("<IQ", 9, 1) * 1000)),
    "version 99": b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
    "offset past the end": gguf(1, 1, key(b"general.architecture", 8, struct.pack("<Q", 5) + b"llama") +
                                struct.pack("<Q", 1) + b"t" + struct.pack("<IQIQ", 1, 64, 0, 1 << 50)),
}


@pytest.mark.parametrize("case", ABSURD)
def test_absurd_gguf(tiny, case):
    answer = create(tiny, ABSURD[case])
    assert answer.status in (400, 500) and answer.json()["error"], answer.text
    assert tiny.post("/api/show", {"model": "bad"}).status == 404
    assert_serves(tiny)


def test_truncated_gguf(tiny, tiny_models):
    data = tiny_models["full"].read_bytes()
    for length in (100, 5000, len(data) // 2, len(data) - 1):
        answer = create(tiny, data[:length])
        assert answer.status in (400, 500) and answer.json()["error"]
    assert_serves(tiny)


def test_flipped_bits(tiny, tiny_models):
    """A flipped header either is refused or still answers or fails to load: the server survives all of it."""
    original = tiny_models["full"].read_bytes()
    generator = random.Random(1)
    for _ in range(12):
        data = bytearray(original)
        for _ in range(8):
            data[generator.randrange(24, 12_000)] ^= 1 << generator.randrange(8)
        if create(tiny, bytes(data)).status == 200:
            answer = tiny.post("/api/generate", {"model": "bad", "prompt": "x", "stream": False,
                                                 "options": {"num_predict": 2}})
            assert answer.status == 200 or answer.json()["error"]
            tiny.post("/api/generate", {"model": "bad", "keep_alive": 0})
            tiny.request("DELETE", "/api/delete", {"model": "bad"})
    assert_serves(tiny)


def test_blob_lost_under_a_model(fresh_server, tiny_models):
    with fresh_server as server:
        digest = server.add_gguf("gone", tiny_models["full"])
        (server.models / "blobs" / digest.replace(":", "-")).unlink()
        answer = server.post("/api/generate", {"model": "gone", "prompt": "x"})
        assert answer.status in (400, 404) and answer.json()["error"]
        assert server.get("/api/tags").status == 200


@pytest.mark.parametrize("num_ctx", [2**31, 2**40, -5])
def test_absurd_context(tiny, num_ctx):
    answer = tiny.post("/api/generate", {"model": "tiny", "prompt": "x", "stream": False,
                                         "options": {"num_ctx": num_ctx, "num_predict": 2}})
    assert answer.status == 200 or answer.json()["error"]
    assert_serves(tiny)


@pytest.mark.parametrize("body, error", [
    (b"", "missing request body"), (b"   ", "missing request body"), (b'{"model":', "unexpected EOF"),
    (b"{'model':1}", "invalid character '\\'' looking for beginning of object key string"),
    (b"[1]", "json: cannot unmarshal array into Go value of type api.ChatRequest"),
    (b'{"model":"tiny","messages":{}}',
     "json: cannot unmarshal object into Go struct field ChatRequest.messages of type []api.Message"),
    (b"[" * 100_000, None), (b'{"a":' * 100_000, None), (b"\xff\xfe", None)])
def test_malformed_json(server, body, error):
    answer = server.post("/api/chat", body)
    assert answer.status == 400 and answer.json()["error"]
    if error:
        assert answer.json()["error"] == error


def test_body_over_the_limit(tmp_path):
    with harness.Server(tmp_path / "home", CORRAL_MAX_BODY="100000") as server:
        answer = server.post("/api/generate", {"model": "tiny", "prompt": "x" * 200_000})
        assert answer.status == 413 and answer.json()["error"]
        assert server.get("/").status == 200


def test_blob_with_another_digest(server):
    """8.13: reported, and stored under its real digest."""
    answer = server.post("/api/blobs/sha256:" + "1" * 64, b"some bytes")
    real = hashlib.sha256(b"some bytes").hexdigest()
    assert answer.status == 400
    assert answer.json()["error"] == f'digest mismatch, expected "sha256:{"1" * 64}", got "sha256:{real}"'
    assert server.request("HEAD", f"/api/blobs/sha256:{real}").status == 200


@pytest.mark.parametrize("digest", ["sha256:short", "..%2F..%2Fetc%2Fpasswd", "sha256:" + "g" * 64, "md5:" + "0" * 32])
def test_malformed_digest(server, digest):
    assert server.post(f"/api/blobs/{digest}", b"x").status in (400, 404)


@pytest.mark.parametrize("name", ["../x", "a/../b", "a//b", "a:b:c", "x" * 100, "a\nb", "a@sha256:0"])
def test_malformed_names(server, name):
    for method, path, body in [("POST", "/api/show", {"model": name}), ("DELETE", "/api/delete", {"model": name}),
                               ("POST", "/api/copy", {"source": "cria", "destination": name})]:
        assert server.request(method, path, body).status == 400


def test_upload_cut_in_the_middle_leaves_nothing(server):
    data = os.urandom(3_000_000)
    digest = hashlib.sha256(data).hexdigest()
    connection = server.connect()
    connection.putrequest("POST", f"/api/blobs/sha256:{digest}")
    connection.putheader("Content-Length", str(len(data)))
    connection.endheaders()
    connection.send(data[:1_500_000])
    connection.close()
    blobs = server.models / "blobs"
    harness.wait_until(lambda: not [p for p in blobs.iterdir() if not p.name.startswith("sha256-")
                                    or p.name.removeprefix("sha256-") == digest or "-" in p.name[7:]],
                       what="the partial file going away")
    assert server.request("HEAD", f"/api/blobs/sha256:{digest}").status == 404


def test_full_disk_while_a_blob_arrives(tmp_path, tiny_models):
    """A file-size limit stands in for the full disk: writes fail in the middle of the upload."""
    limit = 1_500_000

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    server = harness.Server(tmp_path / "home")
    server.home.mkdir()
    server.process = subprocess.Popen([harness.CORRAL, "serve"], env=server.environment, preexec_fn=small_files,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        harness.wait_until(lambda: answers(server), what="the server's start")
        data = os.urandom(4_000_000)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        answer = server.post(f"/api/blobs/{digest}", data)
        assert answer.status == 500 and "File too large" in answer.json()["error"], answer.text
        assert server.request("HEAD", f"/api/blobs/{digest}").status == 404
        assert not [p for p in (server.models / "blobs").iterdir() if p.stat().st_size > 1_000_000]
        server.add_gguf("tiny", tiny_models["full"])
        assert_serves(server)
    finally:
        server.stop()


def answers(server):
    try:
        return server.get("/").status == 200
    except OSError:
        return False
