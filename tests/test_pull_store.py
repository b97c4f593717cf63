"""What pulls and pushes do to the store (storage-registry.md 3, 8, 11 to 14), and what the store may hold against them."""

import json
import os
import random
import re
import signal
import stat
import threading

import pytest

import harness
from registry_server import Registry, digest_of
from transfers import SUCCESS, Gate, asked_ranges, blob_path, blobs_folder, pull, transfer

CRIA = harness.ROOT / "cria" / "cria.gguf"
CONFIG = b'{"model_format":"gguf","model_family":"llama","model_families":["llama"],"model_type":"6M","file_type":"F16"}'
MIB = 1 << 20


@pytest.fixture
def server(tmp_path):
    with harness.Server(tmp_path / "home", CORRAL_BUILTIN_MODELS=str(tmp_path / "none")) as started:
        yield started


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(server):
    return {model["name"] for model in server.get("/api/tags").json()["models"]}


def manifest_path(server, name):
    path, _, tag = name.rpartition(":")
    return server.models / "manifests" / path / tag


def noise(seed, n_bytes):
    return random.Random(seed).randbytes(n_bytes)


# --- what is written


def test_what_is_pulled_has_upstreams_modes(server):
    with Registry() as registry:
        name = registry.add("me/m:tag", [("license", b"free")], CONFIG)
        assert pull(server, name)[-1] == SUCCESS
    assert [mode(blob_path(server, data)) for data in (b"free", CONFIG)] == [0o644] * 2
    assert mode(manifest_path(server, name)) == 0o644
    assert mode(manifest_path(server, name).parent) == 0o755


def test_a_blob_that_is_there_gets_one_line(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        pull(server, name)
        lines = [line for line in pull(server, name) if "digest" in line]
    assert lines == [{"status": f"pulling {digest_of(data)[7:19]}", "digest": digest_of(data), "total": len(data),
                      "completed": len(data)} for data in (b"free", CONFIG)]


def test_another_spelling_updates_the_model(server):
    with Registry() as registry:
        installed = registry.add("Me/Model:Tag", [("license", b"old")], CONFIG)
        pull(server, installed)
        registry.add("Me/Model:Tag", [("license", b"new")], CONFIG)
        plan = server.post("/api/pull", {"model": f"{registry.host}/me/model:tag", "insecure": True, "dry_run": True})
        assert plan.json()["fetch"] == 3
        assert pull(server, f"{registry.host}/ME/model:TAG")[-1] == SUCCESS
    assert names(server) == {installed}
    assert blob_path(server, b"new").exists() and not blob_path(server, b"old").exists()


def test_what_a_kill_leaves_has_upstreams_form(server):
    """Sizes, names and state of a download of two parts (storage-registry.md 3 and 11.3)."""
    data = noise(1, 110_000_000)
    gate = Gate(9 * MIB)
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        registry.pace = gate
        lines = server.stream("/api/pull", {"model": name, "insecure": True})
        assert any(line.get("completed", 0) > 8 * MIB for line in lines)
        server.stop(signal.SIGKILL)
        gate.open()
        lines.close()
    partial = blob_path(server, data).with_name(blob_path(server, data).name + "-partial")
    assert {path.name for path in blobs_folder(server).iterdir()} == {
        partial.name, f"{partial.name}-0", f"{partial.name}-1"}
    assert partial.stat().st_size == len(data) and mode(partial) == 0o644
    completed = 0
    for n, (offset, size) in enumerate([(0, 100_000_000), (100_000_000, 10_000_000)]):
        state = partial.with_name(f"{partial.name}-{n}")
        found = re.fullmatch(rf'{{"N":{n},"Offset":{offset},"Size":{size},"Completed":(\d+)}}\n', state.read_text())
        assert found and mode(state) == 0o644
        part = int(found[1])
        completed += part
        with open(partial, "rb") as file:
            file.seek(offset)
            assert file.read(part) == data[offset:offset + part]
    assert 4_000_000 <= completed <= 9 * MIB


def test_empty_blobs_go_both_ways(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"")], CONFIG)
        assert pull(server, name)[-1] == SUCCESS
        assert blob_path(server, b"").read_bytes() == b""
        registry.blobs.clear()
        assert transfer(server, "push", name)[-1] == SUCCESS
        assert set(registry.blobs) == {digest_of(b""), digest_of(CONFIG)}
        commits = [path for method, path, _ in registry.requests if method == "PUT" and "uploads" in path]
        assert f"digest={digest_of(b'').replace(':', '%3A')}&etag=d41d8cd98f00b204e9800998ecf8427e-0" in commits[0]


def test_a_blob_that_a_manifest_names_twice_is_fetched_once(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", CONFIG), ("license", CONFIG)], CONFIG)
        assert pull(server, name)[-1] == SUCCESS
        assert len(asked_ranges(registry, CONFIG)) == 1


def test_a_layer_without_a_digest_is_named(server):
    with Registry() as registry:
        registry.manifests["me/m:tag"] = b'{"layers":[{"mediaType":"x","digest":"","size":1}]}'
        assert pull(server, f"{registry.host}/me/m:tag")[-1] == {"error": "me/m: digest is empty"}


def test_folders_that_somebody_removed_come_back(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        for folder in ("blobs", "manifests"):
            os.rename(server.models / folder, server.home / folder)
        assert names(server) == set()
        assert pull(server, name)[-1] == SUCCESS
        assert names(server) == {name}


# --- pruning


def test_a_corrupt_manifest_does_not_keep_a_pull_from_replacing_it(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        manifest_path(server, name).parent.mkdir(parents=True)
        manifest_path(server, name).write_text("{")
        lines = pull(server, name)
    assert lines[-1] == SUCCESS and {"status": "removing unused layers"} not in lines
    assert names(server) == {name}


def test_layers_that_cannot_be_removed_are_told(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"old")], CONFIG)
        pull(server, name)
        registry.add("library/m:latest", [("license", b"new")], CONFIG)
        old = blob_path(server, b"old")
        old.unlink()
        old.mkdir()
        statuses = [line["status"] for line in pull(server, name)]
    assert statuses[-3:] == ["removing unused layers", f"couldn't remove unused layers: remove {old}: Is a directory", "success"]


def test_noprune_keeps_what_pull_and_create_replace_but_not_what_is_deleted(tmp_path):
    with Registry() as registry, harness.Server(tmp_path / "home", OLLAMA_NOPRUNE="1") as server:
        name = registry.add("library/m:latest", [("license", b"old")], CONFIG)
        pull(server, name)
        registry.add("library/m:latest", [("license", b"new")], CONFIG)
        assert {"status": "removing unused layers"} not in pull(server, name)
        for system in ("first", "second"):
            assert server.post("/api/create", {"model": "mine", "from": "cria", "system": system, "stream": False}).status == 200
        assert all(blob_path(server, data).exists() for data in (b"old", b"first", b"second"))
        for model in (name, "mine"):
            assert server.request("DELETE", "/api/delete", {"model": model}).status == 200
        assert [blob_path(server, data).exists() for data in (b"old", b"new", b"second")] == [True, False, False]


# --- what the registry does


def test_a_part_that_stalls_is_asked_for_again(tmp_path):
    data = noise(2, MIB)
    gate = Gate(MIB // 2)
    with (Registry() as registry,
          harness.Server(tmp_path / "home", CORRAL_REGISTRY_PATIENCE=f"{300 * harness.SLOWNESS}ms") as server):
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        stalled = []

        def pace(first, last):
            if last < len(data) - 1 or stalled:
                return lambda n_bytes: None
            stalled.append(last)
            return gate(first, last)

        registry.pace = pace
        assert pull(server, name)[-1] == SUCCESS
        gate.open()
    starts = [int(asked.removeprefix("bytes=").split("-")[0]) for asked in asked_ranges(registry, data)]
    assert len(starts) >= 2 and starts == sorted(set(starts)), "nothing that came is asked for again"
    assert blob_path(server, data).read_bytes() == data


def test_a_registry_without_ranges_sends_a_blob_of_several_parts_once(server):
    data = noise(5, 210_000_000)
    with Registry(ranges=False) as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        assert pull(server, name)[-1] == SUCCESS
        assert asked_ranges(registry, data) == ["bytes=0-99999999"]
    assert blob_path(server, data).stat().st_size == len(data)


def test_a_registry_need_not_tell_sizes(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        registry.tells_sizes = False
        assert pull(server, name)[-1] == SUCCESS


def test_an_answer_without_end_is_left(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        registry.endless = True
        assert pull(server, name)[-1] == SUCCESS
    assert blob_path(server, b"free").read_bytes() == b"free"


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/etc/passwd")])
def test_links_and_fifos_are_not_written_to(server, make):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        partial = blob_path(server, b"free").with_name(blob_path(server, b"free").name + "-partial")
        make(partial)
        told = pull(server, name)[-1]["error"]
        assert str(partial) in told
        before = os.stat("/etc/passwd")
        partial.unlink()
        assert pull(server, name)[-1] == SUCCESS
        assert os.stat("/etc/passwd").st_mtime_ns == before.st_mtime_ns


def test_a_model_of_tensors_is_refused_but_one_that_is_there_can_be_kept(server):
    with Registry() as registry:
        layers = [("tensor", b"weights"), ("json", b"{}")]
        name = registry.add("library/m:latest", layers, b'{"model_format":"safetensors"}')
        assert pull(server, name)[-1] == {
            "error": "this model requires MLX support, but the MLX runtime is not available"}
        assert blobs_folder(server).exists() and list(blobs_folder(server).iterdir()) == []
        for data in registry.blobs.values():
            blob_path(server, data).write_bytes(data)
        path = manifest_path(server, name)
        path.parent.mkdir(parents=True)
        path.write_bytes(registry.manifests["library/m:latest"])
    assert names(server) == {name}
    assert server.post("/api/copy", {"source": name, "destination": "copy"}).status == 200
    for model in (name, "copy"):
        assert blob_path(server, b"weights").exists()
        assert server.request("DELETE", "/api/delete", {"model": model}).status == 200
    assert list(blobs_folder(server).iterdir()) == []


def test_a_stub_comes_and_goes_like_any_model(server):
    config = json.dumps({"remote_host": "https://ollama.com:443", "remote_model": "far", "model_family": "far"}).encode()
    with Registry() as registry:
        name = registry.add("library/far:cloud", [], config)
        assert pull(server, name)[-1] == SUCCESS
        listed = server.get("/api/tags").json()["models"][0]
        assert (listed["name"], listed["remote_model"], listed["remote_host"]) == (name, "far", "https://ollama.com:443")
        assert transfer(server, "push", name)[-1] == SUCCESS
        assert json.loads(registry.manifests["library/far:cloud"])["layers"] is None


# --- two servers


@pytest.fixture
def other(server, tmp_path):
    """Another server on the same store."""
    with harness.Server(tmp_path / "other", OLLAMA_MODELS=str(server.models),
                        CORRAL_BUILTIN_MODELS=str(tmp_path / "none")) as started:
        yield started


def start_both(server, other, registry, data):
    """Pulls of the same blob, of which the first has 9 MiB and the second waits for it; the lines of each."""
    name = registry.add("library/m:latest", [("license", data)], CONFIG)
    first = server.stream("/api/pull", {"model": name, "insecure": True})
    assert any(line.get("completed", 0) > 8 * MIB for line in first)
    second = other.stream("/api/pull", {"model": name, "insecure": True})
    assert any(line.get("completed", 0) >= 4 * MIB for line in second)
    return name, first, second


def test_two_servers_fetch_a_blob_once(server, other):
    data = noise(3, 12 * MIB)
    with Registry() as registry:
        registry.pace = Gate(9 * MIB)
        name, first, second = start_both(server, other, registry, data)
        registry.pace.open()
        assert list(first)[-1] == list(second)[-1] == SUCCESS
        assert asked_ranges(registry, data) == [f"bytes=0-{len(data) - 1}"]
    assert blob_path(server, data).read_bytes() == data
    assert {path.name for path in blobs_folder(server).iterdir()} == {
        blob_path(server, blob).name for blob in (data, CONFIG)}


def test_a_server_goes_on_where_another_was_killed(server, other):
    data = noise(4, 12 * MIB)
    with Registry() as registry:
        registry.pace = gate = Gate(9 * MIB)
        name, first, second = start_both(server, other, registry, data)
        server.stop(signal.SIGKILL)
        gate.open()
        assert list(second)[-1] == SUCCESS
        ranges = asked_ranges(registry, data)
        assert ranges[0] == f"bytes=0-{len(data) - 1}" and len(ranges) == 2
        assert int(re.fullmatch(rf"bytes=(\d+)-{len(data) - 1}", ranges[1])[1]) >= 4_000_000
    assert blob_path(other, data) and names(other) == {name}
    first.close()


# --- the command line


def test_run_pulls_what_is_not_there(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("model", CRIA.read_bytes())], CONFIG)
        done = server.cli("run", "--insecure", name, "hi")
        assert (done.returncode, bool(done.stdout.strip())) == (0, True), done.stderr
        assert "pulling manifest" in done.stderr and "success" in done.stderr
        registry.requests.clear()
        again = server.cli("run", name, "hi")
        assert again.returncode == 0 and registry.requests == []


def test_update_names_and_pulls_what_is_newer(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"old")], CONFIG)
        same = registry.add("library/same:latest", [("license", b"same")], CONFIG)
        for model in (name, same):
            pull(server, model)
        assert server.cli("update", "--check", "--insecure").stdout == "nothing newer\n"
        registry.add("library/m:latest", [("license", b"newer")], CONFIG)
        before = manifest_path(server, name).read_bytes()
        assert server.cli("update", "--check", "--insecure").stdout == f"{name}: newer, 5 B to fetch\n"
        assert manifest_path(server, name).read_bytes() == before
        done = server.cli("update", "--insecure")
        assert done.returncode == 0, done.stderr
    assert manifest_path(server, name).read_bytes() == registry.manifests["library/m:latest"]


def test_push_export_and_the_rest_at_the_command_line(server, tmp_path):
    with Registry() as registry:
        server.add_gguf("mine", harness.make_model("full", tmp_path))
        name = f"{registry.host}/me/m:tag"
        assert server.cli("cp", "mine", name).stdout == f"copied 'mine' to '{name}'\n"
        pushed = server.cli("push", "--insecure", name)
        assert pushed.returncode == 0, pushed.stderr
        assert pushed.stdout == f"\nYou can find your model at:\n\n\t{name}\n"
        assert [line for line in pushed.stderr.splitlines() if "%" not in line] == [
            "retrieving manifest", "pushing manifest", "success"]
        assert server.cli("rm", name, "mine").stdout == f"deleted '{name}'\ndeleted 'mine'\n"
        assert names(server) == set() and list(blobs_folder(server).iterdir()) == []
        unknown = server.cli("rm", "nothing")
        assert (unknown.returncode, unknown.stderr) == (1, "Error: model 'nothing' not found\n")
        missing = server.cli("push", "--insecure", name)
        assert missing.returncode == 1 and missing.stderr.rstrip().endswith("no such file or directory")
        wrong = server.cli("pull", "--insecure", f"{registry.host}/library/none")
        assert wrong.returncode == 1 and wrong.stderr.endswith("pull model manifest: file does not exist\n"), wrong


def test_rm_removes_a_model_that_lacks_its_blobs(server, tmp_path):
    server.add_gguf("broken", harness.make_model("full", tmp_path))
    for path in blobs_folder(server).iterdir():
        path.unlink()
    assert server.post("/api/show", {"model": "broken"}).status == 404
    assert server.cli("rm", "broken").stdout == "deleted 'broken'\n"
    assert list((server.models / "manifests").rglob("*")) == []
