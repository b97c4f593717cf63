"""Fixtures for the black-box tests."""

import pytest

import harness


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """Paths of tiny random-weight models, adapters and projectors, by kind (tests/fixtures/tiny_models.h)."""
    kinds = ("full", "sliding", "recurrent", "hybrid", "mrope", "adapter",
             "projector-full", "projector-sliding", "projector-mrope")
    return harness.make_tiny_models(tmp_path_factory.mktemp("tiny"), kinds)


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
