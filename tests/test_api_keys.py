"""A server with API keys, and the command line. Section: openai-anthropic-api.md 15.5."""

import pytest

import harness

KEY = "open-sesame"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with harness.Server(tmp_path_factory.mktemp("keys") / "server", CORRAL_API_KEYS=f"other,{KEY}") as server:
        yield server


def test_the_command_line_sends_the_key_of_its_environment(guarded):
    listed = guarded.cli("list", CORRAL_API_KEY=KEY)
    assert (listed.returncode, "cria" in listed.stdout) == (0, True), listed.stderr


@pytest.mark.parametrize("key", ["", "wrong"])
def test_without_a_key_it_says_what_is_missing(guarded, key):
    refused = guarded.cli("list", CORRAL_API_KEY=key)
    assert refused.returncode == 1 and "a valid API key is required" in refused.stderr
