"""Push, against a registry of our own and against Debian's (storage-registry.md 12)."""

import json
import os
import shutil
import subprocess

import pytest

import harness
from registry_server import Registry, digest_of
from transfers import transfer

CRIA = harness.ROOT / "cria" / "cria.gguf"


@pytest.fixture
def server(tmp_path):
    with harness.Server(tmp_path / "home") as started:
        yield started


def named(server, name):
    assert server.post("/api/copy", {"source": "cria", "destination": name}).status == 200
    return name


def says_hello(server, name):
    answer = server.post("/api/generate", {"model": name, "prompt": "hi", "stream": False,
                                           "options": {"num_predict": 4, "temperature": 0}})
    return answer.status == 200 and answer.json()["response"] != ""


@pytest.mark.parametrize("kind", [{}, {"tokens": True, "redirect": True}])
def test_a_model_goes_and_comes_back(server, kind):
    with Registry(**kind) as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        lines = transfer(server, "push", name)
        digests = [layer["digest"] for layer in json.loads(registry.manifests["me/m:tag"])["layers"]]
        statuses = list(dict.fromkeys(line["status"] for line in lines))
        assert statuses[0] == "retrieving manifest" and statuses[-2:] == ["pushing manifest", "success"]
        assert statuses[1:1 + len(digests)] == [f"pushing {digest[7:19]}" for digest in digests]
        assert not registry.manifests["me/m:tag"].endswith(b"\n")
        assert server.request("DELETE", "/api/delete", {"model": name}).status == 200
        assert transfer(server, "pull", name)[-1] == {"status": "success"}
        assert says_hello(server, name)


def test_what_the_registry_has_is_not_sent(server):
    with Registry() as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        transfer(server, "push", name)
        registry.requests.clear()
        assert transfer(server, "push", name)[-1] == {"status": "success"}
        assert {method for method, _, _ in registry.requests} == {"HEAD", "PUT"}


def test_a_refused_part_is_sent_again(server):
    with Registry() as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        registry.refusals = [503]
        assert transfer(server, "push", name)[-1] == {"status": "success"}
        assert registry.refusals == []


def ranges_of_parts(registry):
    return [headers["Content-Range"] for method, _, headers in registry.requests if method == "PATCH"]


def test_an_upload_that_breaks_off_goes_on_where_the_registry_got(server):
    with Registry() as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        registry.break_after = [1000, 5000]
        assert transfer(server, "push", name)[-1] == {"status": "success"}
        last = ranges_of_parts(registry)[0].partition("-")[2]
        assert ranges_of_parts(registry)[:3] == [f"0-{last}", f"1000-{last}", f"6000-{last}"]


def test_an_upload_that_the_registry_forgot_starts_over(server):
    with Registry() as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        registry.break_after, registry.forgets = [1000], True
        assert transfer(server, "push", name)[-1] == {"status": "success"}
        assert len(set(ranges_of_parts(registry)[:2])) == 1


def test_a_registry_that_never_takes_a_part(tmp_path):
    with (harness.Server(tmp_path / "home", CORRAL_REGISTRY_PATIENCE=f"{300 * harness.SLOWNESS}ms") as server,
          Registry() as registry):
        name = named(server, f"{registry.host}/me/m:tag")
        registry.refusals = [503] * 6
        assert transfer(server, "push", name)[-1] == {
            "error": "max retries exceeded: http status 503 Service Unavailable: not now"}


def test_a_token_that_expires_is_replaced(server):
    with Registry(tokens=True) as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        registry.refusals = [401]
        assert transfer(server, "push", name)[-1] == {"status": "success"}
        first, again = ranges_of_parts(registry)[:2]
        assert first == again and registry.refusals == []
        assert len([path for _, path, _ in registry.requests if path.startswith("/v2/token")]) == 2


def test_who_may_not_push_is_told_and_no_manifest_goes(server):
    with Registry(tokens=True) as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        registry.denied = "POST"
        assert transfer(server, "push", name)[-1] == {"error": "unauthorized: access denied"}
        assert registry.manifests == {}
        told = server.cli("push", "--insecure", name)
        assert told.returncode == 1
        assert told.stderr.endswith("you are not authorized to push to this namespace, create the model under a namespace "
                                    "you own\n")


@pytest.mark.parametrize("grants", [True, False])
def test_layers_of_another_model_are_mounted_where_the_registry_can(server, grants):
    with Registry() as registry:
        name = f"{registry.host}/me/m:tag"
        assert server.post("/api/create", {"model": name, "from": "cria", "stream": False}).status == 200
        weights = CRIA.read_bytes()
        if grants:
            registry.mountable = {digest_of(weights): weights}
        assert transfer(server, "push", name)[-1] == {"status": "success"}
        begun = [path.partition("?")[2] for method, path, _ in registry.requests if method == "POST"]
        assert f"from=library%2Fcria&mount=sha256%3A{digest_of(weights)[7:]}" in begun
        assert (f"0-{len(weights) - 1}" in ranges_of_parts(registry)) == (not grants)
        assert transfer(server, "pull", name)[-1] == {"status": "success"}


def test_a_registry_that_is_not_there(server):
    name = named(server, "127.0.0.1:1/me/m")
    assert "Head \"http://127.0.0.1:1/v2/me/m/blobs/sha256:" in transfer(server, "push", name)[-1]["error"]


def test_a_registry_that_refuses_the_manifest(server):
    with Registry(tokens=True) as registry:
        name = named(server, f"{registry.host}/me/m:tag")
        registry.realm_host = "elsewhere.example"
        assert transfer(server, "push", name)[-1] == {
            "error": f'realm host "elsewhere.example" does not match original host "{registry.host}"'}
        assert registry.manifests == {}


def test_a_model_that_is_not_there(server):
    lines = transfer(server, "push", "127.0.0.1:1/me/none")
    assert [line.get("status") for line in lines[:2]] == ["retrieving manifest", "couldn't retrieve manifest"]
    assert lines[-1]["error"].endswith("manifests/127.0.0.1:1/me/none/latest: no such file or directory")


# --- Debian's registry


@pytest.fixture
def docker_registry(tmp_path):
    program = shutil.which("docker-registry")
    if program is None:
        pytest.skip("the package docker-registry is not installed")
    port = harness.free_port()
    config = tmp_path / "registry.yml"
    config.write_text(f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {tmp_path / 'blobs'}}}}}\n"
                      f"http: {{addr: 127.0.0.1:{port}}}\n")
    with open(tmp_path / "registry.log", "wb") as log:
        process = subprocess.Popen([program, "serve", config], stdout=log, stderr=log,
                                   env={**os.environ, "OTEL_TRACES_EXPORTER": "none"})
    client = harness.Server.__new__(harness.Server)
    client.port = port

    def answers():
        assert process.poll() is None, (tmp_path / "registry.log").read_text()
        try:
            return client.get("/v2/").status == 200
        except OSError:
            return False

    harness.wait_until(answers, what="the registry")
    yield f"127.0.0.1:{port}"
    process.kill()
    process.wait()


def test_debians_registry_takes_a_model_and_a_second_corral_runs_it(server, docker_registry, tmp_path):
    name = named(server, f"{docker_registry}/me/m:tag")
    assert transfer(server, "push", name)[-1] == {"status": "success"}
    with harness.Server(tmp_path / "second home") as second:
        assert transfer(second, "pull", name)[-1] == {"status": "success"}
        assert says_hello(second, name)
