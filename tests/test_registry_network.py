"""Ways to a registry: TLS, proxies, redirects, tokens, other hosts (storage-registry.md 10)."""

import json
import re
import subprocess

import pytest

import harness
from proxy_server import Proxy
from registry_server import Registry
from transfers import SUCCESS, pull, transfer

BLOB = b"free for all"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key with a certificate that it has signed itself, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=test", "-addext", "subjectAltName=DNS:registry.test,DNS:localhost,IP:127.0.0.1",
                    "-keyout", folder / "key", "-out", folder / "certificate"], check=True, capture_output=True)
    both = folder / "both"
    both.write_text((folder / "key").read_text() + (folder / "certificate").read_text())
    return both


@pytest.fixture
def start(tmp_path):
    """Starts a server with these variables of the environment."""
    servers = []

    def start_one(**environment):
        servers.append(harness.Server(tmp_path / str(len(servers)), **environment))
        return servers[-1].start()

    yield start_one
    for server in servers:
        server.__exit__()


def last_line(server, name, **fields):
    return pull(server, name, **fields)[-1]


# --- TLS


def test_a_registry_speaks_tls_unless_it_is_insecure(start, certificate):
    with Registry(certificate=certificate, tokens=True) as registry:
        name = registry.add("me/m:tag", [("license", BLOB)])
        trusting, cautious = start(SSL_CERT_FILE=str(certificate)), start()
        assert last_line(trusting, name, insecure=False) == SUCCESS
        assert "certificate" in last_line(cautious, name, insecure=False)["error"]
        # TLS is never merely unverified: insecure means plain http, which this registry does not speak.
        registry.requests.clear()
        assert "error" in last_line(cautious, name)
        assert registry.requests == []


def test_tls_leads_to_no_plain_http(start, certificate):
    with Registry(certificate=certificate, redirect=True) as registry:
        name = registry.add("library/m:latest", [("license", BLOB)])
        registry.direct_scheme = "http"
        server = start(SSL_CERT_FILE=str(certificate))
        assert last_line(server, name, insecure=False) == {
            "error": f"the registry redirects to plain http: {registry.other_host}"}
        registry.direct_scheme = "https"
        assert last_line(server, name, insecure=False) == SUCCESS


# --- proxies and the names of hosts


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
@pytest.mark.parametrize("name, host, repository", [
    ("m", "registry.ollama.ai", "library/m:latest"),
    ("hf.co/ada/Repo-GGUF:Q4_K_M", "hf.co", "ada/Repo-GGUF:Q4_K_M"),
    ("registry.test:5000/me/m:tag", "registry.test:5000", "me/m:tag"),
])
def test_a_registry_is_asked_by_way_of_a_proxy(start, variable, name, host, repository):
    with Registry() as registry:
        registry.add(repository, [("license", BLOB)])
        server = start(**{variable: f"http://{registry.host}"})
        assert last_line(server, name) == SUCCESS
        path, _, tag = repository.partition(":")
        method, asked, headers = registry.requests[0]
        assert (method, asked, headers["Host"]) == ("GET", f"/v2/{path}/manifests/{tag}", host)
        assert {headers["Host"] for _, _, headers in registry.requests} == {host}
    short = name if ":" in name else name + ":latest"
    assert short in {model["name"] for model in server.get("/api/tags").json()["models"]}
    assert (server.models / "manifests" / host / path / tag).is_file()


def test_https_goes_through_its_own_proxy(start, certificate):
    with Registry(certificate=certificate) as registry, Proxy(registry.host) as proxy:
        registry.add("library/m:latest", [("license", BLOB)])
        server = start(HTTPS_PROXY=proxy.url, HTTP_PROXY="http://127.0.0.1:1", SSL_CERT_FILE=str(certificate))
        assert last_line(server, "registry.test/library/m", insecure=False) == SUCCESS
        assert set(proxy.asked) == {"registry.test:443"}
        proxy.refuses = True
        registry.add("library/other:latest", [("license", b"other")])
        told = last_line(server, "registry.test/library/other", insecure=False)["error"]
        assert told.startswith('pull model manifest: Get "https://registry.test/v2/library/other/manifests/latest": ')
        assert told.endswith(": the proxy refuses: status 403")


def test_some_hosts_need_no_proxy(start):
    with Registry() as registry, Registry() as proxy:
        port = registry.server.server_port
        registry.add("library/m:latest", [("license", BLOB)])
        server = start(HTTP_PROXY=f"http://{proxy.host}", NO_PROXY="other.test,.localhost")
        assert last_line(server, f"registry.localhost:{port}/library/m") == SUCCESS
        assert registry.requests and proxy.requests == []
        assert "file does not exist" in last_line(server, "registry.test/library/m")["error"]
        assert proxy.requests


def test_a_registry_behind_a_proxy_leads_no_nearer(start):
    """That the proxy is near does not make the registry near."""
    with Registry(redirect=True) as registry:
        registry.add("library/m:latest", [("license", BLOB)])
        server = start(HTTP_PROXY=f"http://{registry.host}")
        assert last_line(server, "registry.test/library/m") == {
            "error": f"the registry redirects into a private network: {registry.other_host}"}
        assert not [path for _, path, _ in registry.requests if path.startswith("/direct/")]


def test_a_registry_behind_a_proxy_gets_no_upload_sent_nearer(start):
    with Registry() as registry:
        server = start(HTTP_PROXY=f"http://{registry.host}")
        name = "registry.test/me/m:tag"
        assert server.post("/api/copy", {"source": "cria", "destination": name}).status == 200
        assert transfer(server, "push", name)[-1] == {
            "error": f"the registry redirects into a private network: {registry.host}"}
        assert "PATCH" not in {method for method, _, _ in registry.requests}


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_registry_that_has_moved_is_followed_without_the_token(start, status):
    server = start()
    with Registry(tokens=True) as registry:
        name = registry.add("library/m:latest", [("license", BLOB)])
        registry.moved = status
        assert last_line(server, name) == SUCCESS
        hosts = {headers["Host"]: headers.get("Authorization") for _, path, headers in registry.requests
                 if "/manifests/" in path}
        assert hosts == {registry.host: "Bearer good", registry.other_host: None}


@pytest.mark.parametrize("status", [307, 308])
def test_a_push_follows_too(start, status):
    server = start()
    with Registry() as registry:
        name = f"{registry.host}/me/m:tag"
        assert server.post("/api/copy", {"source": "cria", "destination": name}).status == 200
        registry.moved = status
        assert transfer(server, "push", name)[-1] == SUCCESS
        assert {headers["Host"] for method, _, headers in registry.requests if method == "PUT"} == {
            registry.host, registry.other_host}
        manifest = json.loads(registry.manifests["me/m:tag"])
        assert set(registry.blobs) == {blob["digest"] for blob in [manifest["config"], *manifest["layers"]]}


def test_redirects_end(start):
    server = start()
    with Registry() as registry:
        name = registry.add("library/m:latest", [("license", BLOB)])
        registry.instead_of_manifests = (302, b"", "/v2/library/m/manifests/again")
        told = last_line(server, name)["error"]
        assert len(registry.requests) == 11
    assert told == f'pull model manifest: Get "http://{registry.host}/v2/library/m/manifests/latest": stopped after 10 redirects'


# --- who asks


def test_requests_name_the_client_and_what_they_accept(start):
    server = start()
    with Registry() as registry:
        assert last_line(server, registry.add("library/m:latest", [("license", BLOB)])) == SUCCESS
        agent = re.compile(r"ollama/\d+\.\d+\.\d+ \((amd64|arm64) linux\) corral/\S+")
        assert all(agent.fullmatch(headers["User-Agent"]) for _, _, headers in registry.requests)
        assert registry.requests[0][2]["Accept"] == "application/vnd.docker.distribution.manifest.v2+json"


def test_a_key_pair_is_made_at_first_start_and_then_kept(start, tmp_path):
    server = harness.Server(tmp_path / "home")
    server.home.mkdir()
    folder = server.home / ".ollama"

    def greeting():
        """What the server prints, until it listens and is ended."""
        with subprocess.Popen([harness.CORRAL, "serve"], env=server.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            while "Listening on" not in process.stderr.readline():
                pass
            process.terminate()
            return process.communicate()[0]

    made = greeting()
    line = (folder / "id_ed25519.pub").read_text()
    assert made == (f"Couldn't find '{folder}/id_ed25519'. Generating new private key.\n"
                    f"Your new public key is: \n\n{line}\n")
    assert re.fullmatch(r"ssh-ed25519 [A-Za-z0-9+/]{68}\n", line)
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / "id_ed25519", folder / "id_ed25519.pub")]
    assert modes == [0o755, 0o600, 0o644]
    private = (folder / "id_ed25519").read_bytes()
    assert greeting() == "" and (folder / "id_ed25519").read_bytes() == private
    with Registry(tokens=True) as registry:
        with server:
            assert last_line(server, registry.add("library/m:latest", [("license", BLOB)])) == SUCCESS
        assert registry.keys == {line.split()[1]}


@pytest.mark.parametrize("answer, told", [
    ((503, b"busy"), "503: busy"),
    ((404, b""), "404"),
    ((200, b"{}"), "the registry's token answer holds no token"),
])
def test_a_token_that_does_not_come(start, answer, told):
    server = start()
    with Registry(tokens=True) as registry:
        name = registry.add("library/m:latest", [("license", BLOB)])
        registry.token_answer = answer
        assert last_line(server, name) == {"error": f"pull model manifest: {told}"}


def test_a_key_that_is_encrypted_is_told(start):
    server = start()
    with Registry(tokens=True) as registry:
        name = registry.add("library/m:latest", [("license", BLOB)])
        key = server.home / ".ollama" / "id_ed25519"
        key.write_text("nonsense")
        assert "ssh: no usable private key" in last_line(server, name)["error"]
