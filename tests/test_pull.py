"""Pull, against a registry of our own (storage-registry.md 11)."""

import hashlib
import json
import random
import signal
import subprocess
import threading
from pathlib import Path

import pytest

import harness
from registry_server import Registry, digest_of
from transfers import asked_ranges, blobs_folder, pull, pull_until_cut

CRIA = harness.ROOT / "cria" / "cria.gguf"
CONFIG = b'{"model_format":"gguf","model_family":"llama","model_families":["llama"],"model_type":"6M","file_type":"F16"}'


@pytest.fixture
def server(tmp_path):
    with harness.Server(tmp_path / "home") as started:
        yield started


@pytest.fixture
def hasty(tmp_path):
    """A server that soon gives up on a registry which fails."""
    with harness.Server(tmp_path / "home", CORRAL_REGISTRY_PATIENCE=f"{300 * harness.SLOWNESS}ms") as started:
        yield started


def leftovers(server):
    return [path.name for path in blobs_folder(server).iterdir() if "partial" in path.name]


@pytest.mark.parametrize("kind", [{}, {"tokens": True, "redirect": True}, {"ranges": False}])
def test_a_pulled_model_runs(server, kind):
    with Registry(**kind) as registry:
        name = registry.add("library/m:latest", [("model", CRIA.read_bytes())], CONFIG)
        lines = pull(server, name)
    statuses = list(dict.fromkeys(line.get("status") for line in lines))
    first = hashlib.sha256(CRIA.read_bytes()).hexdigest()[:12]
    assert statuses == ["pulling manifest", f"pulling {first}", f"pulling {hashlib.sha256(CONFIG).hexdigest()[:12]}",
                        "verifying sha256 digest", "writing manifest", "success"]
    assert leftovers(server) == []
    answer = server.post("/api/generate", {"model": name, "prompt": "hi", "stream": False,
                                           "options": {"num_predict": 4, "temperature": 0}})
    assert answer.status == 200 and answer.json()["response"]


def test_manifests_are_kept_byte_for_byte(server):
    with Registry() as registry:
        name = registry.add("me/m:tag", [("license", b"free")], CONFIG, unknown={"a": [1, 2]})
        assert pull(server, name)[-1] == {"status": "success"}
        stored = server.models / "manifests" / registry.host / "me" / "m" / "tag"
        assert stored.read_bytes() == registry.manifests["me/m:tag"]


def test_what_is_there_is_not_fetched_again(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        pull(server, name)
        registry.requests.clear()
        assert pull(server, name)[-1] == {"status": "success"}
        assert [path for _, path, _ in registry.requests] == ["/v2/library/m/manifests/latest"]


def test_a_dry_run_fetches_nothing_and_tells_what_it_would(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"old")], CONFIG)
        pull(server, name)
        registry.add("library/m:latest", [("license", b"newer")], CONFIG)
        registry.requests.clear()
        answer = server.post("/api/pull", {"model": name, "insecure": True, "dry_run": True})
        assert [path for _, path, _ in registry.requests] == ["/v2/library/m/manifests/latest"]
    assert answer.status == 200 and answer.json() == {
        "status": "dry run", "model": f"{registry.host}/library/m:latest",
        "digest": digest_of(registry.manifests["library/m:latest"]), "total": 5 + len(CONFIG), "fetch": 5,
        "layers": [{"digest": digest_of(b"newer"), "size": 5, "present": False},
                   {"digest": digest_of(CONFIG), "size": len(CONFIG), "present": True}]}


def test_the_command_line_pulls(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"x" * 3000)], CONFIG)
        planned = server.cli("pull", "--dry-run", "--insecure", name)
        assert planned.returncode == 0 and digest_of(b"x" * 3000)[7:19] in planned.stdout, planned
        pulled = server.cli("pull", "--insecure", name)
    assert pulled.returncode == 0, pulled
    assert name in server.cli("list").stdout


def test_replaced_layers_are_removed(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"old")], CONFIG)
        pull(server, name)
        registry.add("library/m:latest", [("license", b"new")], CONFIG)
        assert {"status": "removing unused layers"} in pull(server, name)
    names = {path.name for path in blobs_folder(server).iterdir()}
    assert digest_of(b"new").replace(":", "-") in names and digest_of(b"old").replace(":", "-") not in names


def test_an_answer_that_is_cut_goes_on_where_it_ended(server):
    data = bytes(range(256)) * 4000
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        registry.cut_after[digest_of(data)] = [1000, len(data)]
        assert pull(server, name)[-1] == {"status": "success"}
    assert asked_ranges(registry, data) == [f"bytes=0-{len(data) - 1}", f"bytes=1000-{len(data) - 1}"]


def test_a_killed_server_resumes(tmp_path):
    """Also from what a real Ollama left: the files of parts have its form."""
    data = bytes(range(256)) * 4000
    with Registry() as registry, harness.Server(tmp_path / "home") as server:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        partial = blobs_folder(server) / (digest_of(data).replace(":", "-") + "-partial")
        partial.write_bytes(data[:5000] + bytes(len(data) - 5000))
        partial.with_name(partial.name + "-0").write_text(
            json.dumps({"N": 0, "Offset": 0, "Size": len(data), "Completed": 5000}, separators=(",", ":")) + "\n")
        assert pull(server, name)[-1] == {"status": "success"}
        assert ("HEAD", f"/v2/library/m/blobs/{digest_of(data)}") not in [(m, p) for m, p, _ in registry.requests]
        assert asked_ranges(registry, data) == [f"bytes=5000-{len(data) - 1}"]
        assert leftovers(server) == []


def test_two_pulls_fetch_a_blob_once(server):
    data = b"shared" * 1000
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        both = threading.Barrier(2, timeout=60)
        results = []

        def one():
            both.wait()
            results.append(pull(server, name)[-1])

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [{"status": "success"}] * 2 and len(asked_ranges(registry, data)) == 1


def test_wrong_bytes_are_refused_and_removed(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"right")], CONFIG)
        registry.lie[digest_of(b"right")] = b"wrong"
        assert pull(server, name)[-1] == {"error": "digest mismatch, file must be downloaded again: "
                                                   f"want {digest_of(b'right')}, got {digest_of(b'wrong')}"}
        assert server.get("/api/tags").json()["models"][0]["name"] == "cria:latest"
        assert not any(digest_of(b"right")[7:] in name for name in leftovers(server))
        registry.lie.clear()
        assert pull(server, name)[-1] == {"status": "success"}


def test_a_size_that_is_not_the_manifests_is_refused(server):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"right")], CONFIG)
        registry.lie[digest_of(b"right")] = b"much longer than that"
        assert pull(server, name)[-1] == {
            "error": f"{digest_of(b'right')} has 21 bytes at the registry and 5 by its manifest"}


@pytest.mark.parametrize("stream, status", [(True, 200), (False, 500)])
def test_an_unknown_model(server, stream, status):
    with Registry() as registry:
        answer = server.post("/api/pull", {"model": f"{registry.host}/library/none", "insecure": True, "stream": stream})
    assert answer.status == status
    assert json.loads(answer.body.splitlines()[-1]) == {"error": "pull model manifest: file does not exist"}


def test_a_token_is_asked_of_the_registry_only(server):
    with Registry(tokens=True) as registry:
        name = registry.add("library/m:latest", [("license", b"x")], CONFIG)
        registry.realm_host = registry.other_host
        assert pull(server, name)[-1] == {
            "error": f'pull model manifest: realm host "{registry.other_host}" '
                     f'does not match original host "{registry.host}"'}
        assert all("Authorization" not in headers for _, _, headers in registry.requests)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{", b'{"layers":[{"digest":"../../etc/passwd","size":1}]}'])
def test_a_malformed_manifest_is_refused(server, manifest):
    with Registry() as registry:
        registry.manifests["library/m:latest"] = manifest
        assert "error" in pull(server, f"{registry.host}/library/m")[-1]
    assert [model["name"] for model in server.get("/api/tags").json()["models"]] == ["cria:latest"]


def test_a_registry_that_is_not_there(server):
    lines = pull(server, "127.0.0.1:1/library/m")
    assert lines[0] == {"status": "pulling manifest"}
    assert "connection refused" in lines[-1]["error"]


@pytest.mark.parametrize("silent", ["/manifests/", "/blobs/"])
def test_a_cancel_ends_a_pull_from_a_silent_registry(server, silent):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"x")], CONFIG)
        registry.silent = silent
        lines = server.stream("/api/pull", {"model": name, "insecure": True})
        assert next(lines) == {"status": "pulling manifest"}
        assert registry.was_asked.wait(60)
        lines.close()
        assert registry.was_left.wait(20 * harness.SLOWNESS)  # less than silence is borne


def test_parts_come_beside_each_other(server):
    """The parts are those that a real Ollama left; each is answered only when all have been asked for."""
    data = random.Random(4).randbytes(4000)
    partial = blobs_folder(server) / (digest_of(data).replace(":", "-") + "-partial")
    partial.write_bytes(bytes(len(data)))
    for n in range(4):
        partial.with_name(f"{partial.name}-{n}").write_text(
            f'{{"N":{n},"Offset":{1000 * n},"Size":1000,"Completed":0}}\n')
    everybody = threading.Barrier(4, timeout=60)
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)])

        def pace(_first, last):
            if last >= 999:  # the config is smaller
                everybody.wait()
            return lambda n_bytes: None

        registry.pace = pace
        assert pull(server, name)[-1] == {"status": "success"}
    assert sorted(asked_ranges(registry, data)) == [f"bytes={1000 * n}-{1000 * n + 999}" for n in range(4)]
    assert leftovers(server) == []


def test_a_pull_that_joins_another_shows_its_progress_and_outlives_it(server):
    data = random.Random(5).randbytes(1_000_000)
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        go_on = threading.Event()
        sent = []

        def pace(_first, _last):
            def send(n_bytes):
                sent.append(n_bytes)
                if sum(sent) > len(data) // 2:
                    assert go_on.wait(60)
            return send

        registry.pace = pace
        first = server.stream("/api/pull", {"model": name, "insecure": True})
        second = server.stream("/api/pull", {"model": name, "insecure": True})
        for lines in (first, second):
            assert any(line.get("completed", 0) > 0 for line in lines)
        first.close()
        go_on.set()
        assert list(second)[-1] == {"status": "success"}
    assert asked_ranges(registry, data) == [f"bytes=0-{len(data) - 1}"]


def test_a_dry_run_of_a_removed_built_in_model_leaves_it_removed(server):
    assert server.request("DELETE", "/api/delete", {"model": "cria"}).status == 200
    plan = server.post("/api/pull", {"model": "cria", "dry_run": True}).json()
    assert plan["fetch"] == 0 and plan["total"] > 0 and all(layer["present"] for layer in plan["layers"])
    assert server.get("/api/tags").json()["models"] == []


def test_create_brings_in_a_base_model_that_is_not_here(server):
    assert server.request("DELETE", "/api/delete", {"model": "cria"}).status == 200
    answer = server.post("/api/create", {"model": "m", "from": "cria", "system": "be kind"})
    statuses = [line.get("status") for line in answer.lines()]
    assert statuses[:2] == ["pulling manifest", "success"] and statuses[-1] == "success" and len(statuses) > 3
    assert {model["name"] for model in server.get("/api/tags").json()["models"]} == {"cria:latest", "m:latest"}


def test_create_tells_why_a_base_model_does_not_come(server):
    lines = server.post("/api/create", {"model": "m", "from": "127.0.0.1:1/library/base"}).lines()
    assert lines[0] == {"status": "pulling manifest"}
    assert lines[-1]["error"].startswith('pull model manifest: Get "https://127.0.0.1:1/v2/library/base/manifests/latest": ')


@pytest.mark.parametrize("by", ["the API", "the command line"])
def test_create_brings_in_a_base_model_over_plain_http(server, tmp_path, by):
    with Registry() as registry:
        base = registry.add("library/base:latest", [("model", CRIA.read_bytes())], CONFIG)
        if by == "the API":
            lines = server.post("/api/create", {"model": "m", "from": base, "insecure": True}).lines()
            assert lines[-1] == {"status": "success"}
        else:
            modelfile = tmp_path / "Modelfile"
            modelfile.write_text(f"FROM {base}\n")
            created = server.cli("create", "m", "--insecure", "-f", modelfile)
            assert created.returncode == 0, created.stderr
    assert {model["name"] for model in server.get("/api/tags").json()["models"]} == {"cria:latest", "m:latest", base}


def test_only_the_allowed_registries_are_used(tmp_path):
    with Registry() as allowed, Registry() as other:
        names = [registry.add("library/m:latest", [("license", b"x")], CONFIG) for registry in (allowed, other)]
        with harness.Server(tmp_path / "home", CORRAL_REGISTRIES=f"registry.example, {allowed.host}") as server:
            refusal = {"error": f"the registry {other.host} is not among those that CORRAL_REGISTRIES allows"}
            assert pull(server, names[0])[-1] == {"status": "success"}
            assert pull(server, names[1])[-1] == refusal
            dry_run = server.post("/api/pull", {"model": names[1], "insecure": True, "dry_run": True})
            assert (dry_run.status, dry_run.json()) == (500, refusal)
            assert server.post("/api/create", {"model": "m", "from": names[1]}).lines()[-1] == refusal
            server.post("/api/copy", {"source": "cria", "destination": names[1]})
            pushed = server.post("/api/push", {"model": names[1], "insecure": True})
            assert pushed.lines()[-1] == refusal
        assert other.requests == []


@pytest.mark.parametrize("status, body, told", [
    (404, b"", "pull model manifest: file does not exist"),
    (412, b"a newer version is needed", "pull model manifest: 412: a newer version is needed"),
    (500, b"", "pull model manifest: 500: "),
    (401, b"", "pull model manifest: unauthorized: access denied"),
])
def test_what_a_registry_answers_instead_of_a_manifest_is_told(server, status, body, told):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"x")], CONFIG)
        registry.instead_of_manifests = (status, body)
        assert pull(server, name)[-1] == {"error": told}


@pytest.mark.parametrize("status, headers, told", [
    (204, {}, "unexpected status code 204"),
    (307, {}, "http: no Location header in response"),
    (307, {"Location": "/v2/library/m/blobs/again"}, "maximum redirects exceeded (10) for directURL"),
    (404, {}, "context deadline exceeded"),
    (401, {}, "context deadline exceeded"),
    (503, {}, "context deadline exceeded"),
])
def test_what_a_registry_answers_instead_of_a_blob_is_told(hasty, status, headers, told):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        registry.instead_of_blobs = (status, headers)
        assert pull(hasty, name)[-1] == {"error": told}


def test_a_registry_that_breaks_off_every_answer(hasty):
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        registry.cut_after[digest_of(b"free")] = [0] * 6
        assert pull(hasty, name)[-1] == {"error": "max retries exceeded: unexpected EOF"}
        assert pull(hasty, name)[-1] == {"status": "success"}


def test_a_direct_url_that_has_expired_is_asked_for_again(hasty):
    with Registry(redirect=True) as registry:
        name = registry.add("library/m:latest", [("license", b"free")], CONFIG)
        registry.direct_refusals = [403]
        assert pull(hasty, name)[-1] == {"status": "success"}
        asked = [path for method, path, _ in registry.requests if method == "GET" and path.endswith(digest_of(b"free"))]
    where, bytes_ = f"/v2/library/m/blobs/{digest_of(b'free')}", f"/direct/{digest_of(b'free')}"
    assert asked == [where, bytes_, where, bytes_]


@pytest.mark.parametrize("method, path, body, status, told", [
    ("POST", "/api/pull", "", 400, "missing request body"),
    ("POST", "/api/push", "", 400, "missing request body"),
    ("DELETE", "/api/delete", "", 400, "missing request body"),
    ("POST", "/api/pull", {"model": ""}, 400, "invalid model name"),
    ("POST", "/api/pull", {"model": "a/b/c/d/e"}, 400, "invalid model name"),
    ("POST", "/api/push", {"model": ""}, 400, "model is required"),
    ("DELETE", "/api/delete", {"model": ""}, 400, "model is required"),
    ("DELETE", "/api/delete", {"model": "none"}, 404, "model 'none' not found"),
    ("POST", "/api/generate", {"model": "none"}, 404, "model 'none' not found"),
    ("POST", "/api/chat", {"model": "none"}, 404, "model 'none' not found"),
    ("POST", "/api/show", {"model": "none"}, 404, "model 'none:latest' not found"),
    ("POST", "/api/copy", {"source": "none", "destination": "b"}, 404, 'model "none" not found'),
    ("HEAD", "/api/blobs/sha256:12", "", 400, None),
    ("POST", "/api/blobs/sha256:12", "x", 400, "invalid digest format"),
])
def test_errors_of_names_digests_and_bodies(server, method, path, body, status, told):
    answer = server.request(method, path, body)
    assert answer.status == status
    assert told is None or answer.json()["error"] == told


def test_a_server_that_is_told_to_stop_leaves_a_pull_that_can_go_on(tmp_path):
    data = b"some bytes" * 1000
    asked, go_on = threading.Event(), threading.Event()
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)

        def hold():
            asked.set()
            go_on.wait(60)

        registry.before_blob = hold
        with harness.Server(tmp_path / "home") as server:
            thread = threading.Thread(target=lambda: pull_until_cut(server, name))
            thread.start()
            assert asked.wait(60)
            go_on.set()
            server.stop()
            thread.join()
        with harness.Server(tmp_path / "home") as server:
            assert pull(server, name)[-1] == {"status": "success"}


class Allowance:
    """Lets a registry send so many bytes in all, and counts those that it had sent before."""

    def __init__(self, n_bytes, reached):
        self.left, self.reached, self.sent_twice = n_bytes, reached, 0
        self.is_spent, self.is_over = threading.Event(), threading.Event()
        self.lock = threading.Lock()

    def __call__(self, first, last):
        """`reached` is where in each part, known by its last byte, the registry has been."""
        with self.lock:
            at = [first]
            self.sent_twice += max(0, self.reached.get(last, first) - first)

        def send(n_bytes):
            with self.lock:
                granted = self.left >= n_bytes
                if granted:
                    self.left -= n_bytes
                    at[0] += n_bytes
                    self.reached[last] = max(self.reached.get(last, 0), at[0])
            if not granted:
                self.is_spent.set()
                self.is_over.wait(60)
                raise ConnectionAbortedError

        return send


def test_twenty_kills(tmp_path):
    """A pull of several parts goes on after each; no byte comes twice beyond one part, and the store is sound."""
    moments = random.Random(20)
    data = moments.randbytes(250_000_000)
    part_bytes = 100_000_000
    reached, server = {}, harness.Server(tmp_path / "home", CORRAL_BUILTIN_MODELS=str(tmp_path / "none"))
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", data)], CONFIG)
        for _ in range(20):
            allowance = Allowance(moments.randrange(10_000_000), reached)
            registry.pace = allowance
            server.start()
            thread = threading.Thread(target=pull_until_cut, args=(server, name))
            thread.start()
            assert allowance.is_spent.wait(60)
            server.stop(signal.SIGKILL)
            allowance.is_over.set()
            thread.join()
            assert allowance.sent_twice <= part_bytes
        last = Allowance(len(data), reached)
        registry.pace = last
        with server:
            assert pull(server, name)[-1] == {"status": "success"}
        assert last.sent_twice <= part_bytes
    assert (blobs_folder(server) / digest_of(data).replace(":", "-")).read_bytes() == data
    assert {path.name for path in blobs_folder(server).iterdir()} == {
        digest_of(blob).replace(":", "-") for blob in (data, CONFIG)}
    doctor = subprocess.run([harness.CORRAL, "doctor"], env=server.environment, capture_output=True, text=True)
    assert (doctor.returncode, doctor.stdout.count("\n")) == (0, 1), doctor.stdout
