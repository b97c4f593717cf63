"""The store: folders written by a real Ollama's rules, several folders, two servers, files shared with the user's."""

import contextlib
import hashlib
import json
import os
import random
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

import harness
from registry_server import Registry
from transfers import asked_ranges, blob_path, pull

LIBRARY = Path("manifests/registry.ollama.ai/library")
IMAGE = "application/vnd.ollama.image."


def go_json(value):
    """JSON as Go's encoder writes it: compact, with HTML's characters escaped, and a newline."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode() + b"\n"


class OllamaFolder:
    """A model folder, written byte for byte as storage-registry.md 3 to 6 say a real Ollama writes it."""

    def __init__(self, root):
        self.root = root
        (root / "blobs").mkdir(parents=True)

    def blob(self, content):
        digest = hashlib.sha256(content).hexdigest()
        path = self.root / "blobs" / f"sha256-{digest}"
        path.write_bytes(content)
        path.chmod(0o644)
        return {"digest": f"sha256:{digest}", "size": len(content)}

    def layer(self, kind, content):
        return {"mediaType": IMAGE + kind, **self.blob(content)}

    def config(self):
        content = go_json({"model_format": "gguf", "model_family": "llama", "model_families": ["llama"],
                           "model_type": "1K", "file_type": "F32", "architecture": "amd64", "os": "linux",
                           "rootfs": {"type": "layers", "diff_ids": []}})
        return {"mediaType": "application/vnd.docker.container.image.v1+json", **self.blob(content)}

    def manifest(self, path, layers, newline=True, **unknown):
        content = go_json({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                           "config": self.config(), "layers": layers, **unknown})
        file = self.root / "manifests" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if newline else content[:-1])
        return file


def tree(root):
    """Every file with its content and mode."""
    return {str(path.relative_to(root)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
            for path in root.rglob("*") if path.is_file()}


def tags(server):
    return {model["name"]: model for model in server.get("/api/tags").json()["models"]}


@pytest.fixture
def ollama(tmp_path):
    return OllamaFolder(tmp_path / "home" / "models")


@pytest.fixture
def server(tmp_path):
    server = harness.Server(tmp_path / "home", CORRAL_BUILTIN_MODELS=str(tmp_path / "none"))
    yield server
    if server.process and server.process.poll() is None:
        server.process.kill()
        server.process.wait()


def test_a_folder_of_a_real_ollama_is_read_changed_and_read_back(server, ollama, tmp_path):
    weights = harness.make_model("full", tmp_path).read_bytes()
    model = ollama.layer("model", weights)
    params = ollama.layer("params", go_json({"stop": ["<|a|>", "b&c"], "temperature": 0.7}))
    system = ollama.layer("system", "Be kind — «always».".encode())
    pulled = ollama.manifest("registry.ollama.ai/library/llama3/8b", [model, params, system], newline=False,
                             annotations={"x": 1})
    local = ollama.manifest("example.org:5000/Ada/Mine/latest", [
        {**model, "from": "llama3:8b"}, ollama.layer("embed", b"?"), ollama.layer("prompt", b"{{ .Prompt }} and no more")])
    (ollama.root / LIBRARY / ".DS_Store").write_bytes(b"junk")
    before = tree(ollama.root)

    with server:
        shown = server.post("/api/show", {"model": "LLAMA3:8b"}).json()
        assert shown["system"] == "Be kind — «always»."
        assert '"<|a|>"' in shown["parameters"] and '"b&c"' in shown["parameters"]
        old = server.post("/api/show", {"model": "example.org:5000/ada/mine"}).json()
        assert old["template"] == "{{ .Prompt }} and no more"
        listed = tags(server)
        assert set(listed) == {"llama3:8b", "example.org:5000/Ada/Mine:latest"}
        for name, path in (("llama3:8b", pulled), ("example.org:5000/Ada/Mine:latest", local)):
            assert listed[name]["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert tree(ollama.root) == before, "reading changes nothing"

        assert server.post("/api/copy", {"source": "llama3:8b", "destination": "twin"}).status == 200
        assert (ollama.root / LIBRARY / "twin/latest").read_bytes() == pulled.read_bytes()
        answer = server.post("/api/create", {"model": "calm", "from": "llama3:8b", "system": "<calm> & \u2028",
                                             "parameters": {"temperature": 0.1, "stop": ["<x>"]}, "stream": False})
        assert answer.status == 200, answer.text
    after = tree(ollama.root)
    assert {path: after[path] for path in before} == before, "nothing that was there has changed"
    manifest_text = (ollama.root / LIBRARY / "calm/latest").read_bytes()
    manifest = json.loads(manifest_text)
    assert manifest_text == go_json(manifest)
    assert list(manifest) == ["schemaVersion", "mediaType", "config", "layers"]
    by_kind = {layer["mediaType"].removeprefix(IMAGE): layer for layer in manifest["layers"]}
    assert by_kind["model"] == {**model, "from": "llama3:8b"}
    content = {kind: (ollama.root / "blobs" / layer["digest"].replace(":", "-")).read_bytes()
               for kind, layer in by_kind.items()}
    assert content["system"] == "<calm> & \u2028".encode()
    assert content["params"] == b'{"stop":["\\u003cx\\u003e"],"temperature":0.1}\n'
    for path in (ollama.root / "blobs").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o644, path
        assert path.name == "sha256-" + hashlib.sha256(path.read_bytes()).hexdigest()

    with server:  # once more, and back to how it was
        for name in ("twin", "calm"):
            assert server.request("DELETE", "/api/delete", {"model": name}).status == 200
    assert tree(ollama.root) == before


def test_several_folders_are_searched_in_order_and_never_written(server, ollama, tmp_path):
    weights = harness.make_model("full", tmp_path).read_bytes()
    folders = [OllamaFolder(tmp_path / name) for name in ("first", "second")]
    for folder, system in zip([ollama, *folders], (b"own", b"first", b"second")):
        layers = [folder.layer("model", weights), folder.layer("system", system)]
        folder.manifest(f"registry.ollama.ai/library/only-{system.decode()}/latest", layers)
        folder.manifest("registry.ollama.ai/library/both/latest", layers)
    os.unlink(ollama.root / LIBRARY / "both/latest")
    before = [tree(folder.root) for folder in folders]
    server.environment["CORRAL_MODEL_DIRS"] = ":".join([str(tmp_path / "absent"), *(str(f.root) for f in folders)])
    with server:
        assert set(tags(server)) == {"only-own:latest", "only-first:latest", "only-second:latest", "both:latest"}
        assert server.post("/api/show", {"model": "both"}).json()["system"] == "first"
        answer = server.post("/api/create", {"model": "both", "from": "only-second", "stream": False})
        assert answer.status == 200, answer.text
        assert server.post("/api/show", {"model": "both"}).json()["system"] == "second"
        assert server.request("DELETE", "/api/delete", {"model": "both"}).status == 200
        assert "both:latest" not in tags(server)
    assert [tree(folder.root) for folder in folders] == before


def test_two_servers_on_one_store_do_not_harm_each_other(server, tmp_path):
    other = harness.Server(tmp_path / "other", OLLAMA_MODELS=str(server.models),
                           CORRAL_BUILTIN_MODELS=str(tmp_path / "none"))
    weights = harness.make_model("full", tmp_path)
    with server, other:
        server.add_gguf("base", weights)
        for i in range(10):
            maker, remover = (server, other) if i % 2 else (other, server)
            made = maker.post("/api/create", {"model": f"m{i}", "from": "base", "system": f"{i // 2}", "stream": False})
            assert made.status == 200, made.text
            if i:
                assert remover.request("DELETE", "/api/delete", {"model": f"m{i - 1}"}).status == 200
        assert set(tags(server)) == set(tags(other)) == {"base:latest", "m9:latest"}
    assert subprocess.run([harness.CORRAL, "doctor"], env=server.environment).returncode == 0


def make_modelfile(folder, weights, mode):
    folder.mkdir()
    file = folder / "weights.gguf"
    file.write_bytes(weights.read_bytes())
    file.chmod(mode)
    (folder / "Modelfile").write_text("FROM ./weights.gguf\nPARAMETER temperature 0.5\nSYSTEM Be kind.\n")
    settled = file.stat().st_ctime_ns + 100_000_000
    harness.wait_until(lambda: harness.time.time_ns() > settled, what="a file older than the clock is coarse")
    return file


def blob_of(server, file):
    return server.models / "blobs" / ("sha256-" + hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.mark.parametrize("mode", [0o444, 0o644])
def test_create_shares_only_what_nobody_edits(server, tmp_path, mode):
    file = make_modelfile(tmp_path / "source", harness.make_model("full", tmp_path), mode)
    with server:
        done = server.cli("create", "m", "-f", str(tmp_path / "source" / "Modelfile"))
        assert done.returncode == 0, done.stderr
        assert "copying file sha256:" in done.stderr
        blob = blob_of(server, file)
        same_file = blob.stat().st_ino == file.stat().st_ino
        assert not same_file or mode == 0o444
        assert stat.S_IMODE(file.stat().st_mode) == mode
        file.unlink()
        assert server.post("/api/generate", {"model": "m", "prompt": "a", "stream": False,
                                             "options": {"num_predict": 1}}).status == 200


@pytest.mark.parametrize("flags", [[], ["--copy"]])
def test_export_gives_what_create_takes(server, tmp_path, flags):
    file = make_modelfile(tmp_path / "source", harness.make_model("full", tmp_path), 0o644)
    with server:
        assert server.cli("create", "m", "-f", str(tmp_path / "source" / "Modelfile")).returncode == 0
        folder = tmp_path / "out"
        done = server.cli("export", "m", str(folder), *flags)
        assert (done.returncode, done.stdout) == (0, f"exported 'm' to '{folder}'\n"), done.stderr
        assert (folder / "m.gguf").read_bytes() == file.read_bytes()
        if flags:
            assert (folder / "m.gguf").stat().st_nlink == 1
        assert server.cli("create", "again", "-f", str(folder / "Modelfile")).returncode == 0
        first, second = (server.post("/api/show", {"model": name}).json() for name in ("m", "again"))
        for field in ("parameters", "system", "template", "model_info", "capabilities"):
            assert first.get(field) == second.get(field)
        assert "exists already" in server.cli("export", "m", str(folder)).stderr
        assert "not found" in server.cli("export", "none", str(tmp_path / "x")).stderr
    assert subprocess.run([harness.CORRAL, "doctor"], env=server.environment).returncode == 0


@pytest.fixture
def reflinking(tmp_path):
    """A folder on a file system where files can share their data until one is changed."""
    mkfs = shutil.which("mkfs.btrfs", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if mkfs is None:
        pytest.skip("the package btrfs-progs is not installed")
    image, folder = tmp_path / "image", tmp_path / "btrfs"
    folder.mkdir()
    with open(image, "wb") as file:
        file.truncate(96 << 20)
    subprocess.run([mkfs, "-q", "--mixed", image], check=True)
    if subprocess.run(["mount", "-o", "loop", image, folder], capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount an image")
    yield folder
    subprocess.run(["umount", folder], check=True)


def used_bytes(folder):
    subprocess.run(["sync", "-f", folder], check=True)
    state = os.statvfs(folder)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def test_files_that_may_be_edited_share_their_data_where_the_file_system_can(reflinking, tmp_path):
    weights = harness.ROOT / "cria" / "cria.gguf"
    file = make_modelfile(reflinking / "source", weights, 0o644)
    with harness.Server(reflinking / "home", CORRAL_BUILTIN_MODELS=str(tmp_path / "none")) as server:
        before = used_bytes(reflinking)
        assert server.cli("create", "m", "-f", file.with_name("Modelfile")).returncode == 0
        exported = server.cli("export", "m", reflinking / "out")
        assert "shares the blob's data" in exported.stderr
        copies = [file, blob_of(server, file), reflinking / "out" / "m.gguf"]
        assert len({copy.stat().st_ino for copy in copies}) == 3
        assert used_bytes(reflinking) - before < file.stat().st_size / 4
        for edited in (copies[0], copies[2]):
            with open(edited, "r+b") as opened:
                opened.write(b"edited")
        assert copies[1].read_bytes() == weights.read_bytes()


@pytest.fixture
def start_on(server, tmp_path, monkeypatch):
    """Runs the server in a mount namespace of its own, after a command that mounts something there.

    Who has no privileges gets a user namespace, too, in which they have them.
    """
    ways = ("unshare --mount", "unshare --mount --map-root-user")
    unshare = next((way for way in ways if subprocess.run([*way.split(), "true"], capture_output=True).returncode == 0), None)
    if unshare is None:
        pytest.skip("this machine lets nobody have mounts of their own")

    @contextlib.contextmanager
    def start(command):
        script = tmp_path / "corral-mounted"
        script.write_text(f"#!/bin/sh\nset -e\nif [ -z \"$MOUNTED\" ]; then MOUNTED=1 exec {unshare} \"$0\" \"$@\"; fi\n"
                          f"{command}\nexec {harness.CORRAL} \"$@\"\n")
        script.chmod(0o755)
        monkeypatch.setattr(server, "program", script)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    return start


def test_a_read_only_store_serves_and_refuses_changes(server, ollama, start_on, tmp_path):
    layers = [ollama.layer("model", harness.make_model("full", tmp_path).read_bytes())]
    ollama.manifest("registry.ollama.ai/library/m/latest", layers)
    before = tree(ollama.root)
    with start_on(f"mount --bind {ollama.root} {ollama.root}; mount -o remount,bind,ro {ollama.root}"):
        assert set(tags(server)) == {"m:latest"}
        options = {"num_predict": 1}
        assert server.post("/api/generate", {"model": "m", "prompt": "a", "stream": False, "options": options}).status == 200
        with Registry() as registry:
            name = registry.add("library/new:latest", [("license", b"free")])
            told = pull(server, name)[-1]["error"]
            assert told.startswith(f"open {blob_path(server, b'free')}-partial: ") and "Read-only file system" in told
        for answer in (server.post("/api/copy", {"source": "m", "destination": "n"}),
                       server.post("/api/create", {"model": "n", "from": "m", "system": "x", "stream": False}),
                       server.post("/api/blobs/sha256:" + hashlib.sha256(b"x").hexdigest(), b"x"),
                       server.request("DELETE", "/api/delete", {"model": "m"})):
            assert answer.status == 500
            assert "Read-only file system" in answer.json()["error"]
    assert tree(ollama.root) == before


def test_a_full_disk_says_so_and_keeps_what_is_there(server, ollama, start_on, tmp_path):
    with start_on(f"mount -t tmpfs -o size=4m tmpfs {ollama.root}"):
        server.add_gguf("m", harness.make_model("full", tmp_path))
        large = bytes(8 << 20)
        answer = server.post("/api/blobs/sha256:" + hashlib.sha256(large).hexdigest(), large)
        assert answer.status == 500
        assert "No space left on device" in answer.json()["error"]
        assert set(tags(server)) == {"m:latest"}
        # What the failed write took is free again.
        assert server.post("/api/create", {"model": "n", "from": "m", "system": "x", "stream": False}).status == 200


def test_a_full_disk_ends_a_pull_at_once_and_the_next_goes_on(server, ollama, start_on, tmp_path):
    data = random.Random(1).randbytes(3_000_000)
    with start_on(f"mount -t tmpfs -o size=4m tmpfs {ollama.root}"), Registry() as registry:
        server.add_gguf("m", harness.make_model("full", tmp_path))
        filler = {"model": "filler", "from": "m", "license": "x" * 2_500_000, "stream": False}
        assert server.post("/api/create", filler).status == 200
        name = registry.add("library/new:latest", [("license", data)])
        told = pull(server, name)[-1]["error"]
        assert told == f"write {blob_path(server, data)}-partial: No space left on device"
        assert len(asked_ranges(registry, data)) == 1
        assert set(tags(server)) == {"m:latest", "filler:latest"}
        assert server.request("DELETE", "/api/delete", {"model": "filler"}).status == 200
        assert pull(server, name)[-1] == {"status": "success"}
        resumed = asked_ranges(registry, data)[1]
        assert not resumed.startswith("bytes=0-")
        assert set(tags(server)) == {"m:latest", name}


def test_a_killed_server_leaves_a_store_that_is_whole(server, tmp_path):
    content = bytes(4 << 20)
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    with server:
        server.add_gguf("m", harness.make_model("full", tmp_path))
        connection = server.connect()
        connection.putrequest("POST", f"/api/blobs/{digest}")
        connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content[:3 << 20])
        blobs = server.models / "blobs"
        harness.wait_until(lambda: any(len(path.name) < 64 and path.stat().st_size > 0 for path in blobs.iterdir()),
                           what="a part of the upload on disk")
        server.process.kill()
        server.process.wait()
        connection.close()
    done = subprocess.run([harness.CORRAL, "doctor"], env=server.environment, capture_output=True, text=True)
    assert done.returncode == 0
    assert "unfinished download or write" in done.stdout
    with server:
        assert server.post(f"/api/blobs/{digest}", content).status == 201
        assert set(tags(server)) == {"m:latest"}
