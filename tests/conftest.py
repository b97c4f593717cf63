"""Fixtures for the black-box tests."""

import subprocess

import pytest

import harness


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """Paths of tiny random-weight models, by the kind of memory they have."""
    folder = tmp_path_factory.mktemp("tiny")
    paths = {kind: folder / f"{kind}.gguf" for kind in ("full", "sliding", "recurrent", "hybrid")}
    for kind, path in paths.items():
        subprocess.run([harness.MAKE_MODEL, kind, path], check=True)
    return paths


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that the tests of one module share."""
    with harness.Server(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
def fresh_server(tmp_path):
    """A server of the test's own, for tests that break or configure it; start it yourself."""
    server = harness.Server(tmp_path / "home")
    yield server
    if server.process and server.process.poll() is None:
        server.process.kill()
        server.process.wait()
