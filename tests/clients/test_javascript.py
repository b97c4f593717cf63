"""The JavaScript clients: every `test("…")` of their suites (*/suite.mjs) is a test here."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import packages

HERE = Path(__file__).resolve().parent
CLIENTS = ("ollama-js", "langchain", "openai-js", "anthropic-js", "applications")
SUITE_TIMEOUT_S = 300


def names_of(client):
    return re.findall(r'^test\("([^"]+)"', (HERE / client / "suite.mjs").read_text(), re.MULTILINE)


@pytest.fixture(scope="session")
def results(corral):
    """Runs a client's suite, once, and gives what became of each test."""
    known = {}

    def of(client):
        if client not in known:
            known[client] = run_suite(client, packages.npm_packages(client), corral)
        return known[client]

    return of


def run_suite(client, folder, server):
    # Node looks for packages from the file that imports them.
    shutil.copy(HERE / client / "suite.mjs", folder)
    environment = {**os.environ, "CORRAL_URL": f"http://127.0.0.1:{server.port}", "CORRAL_TEST_HOME": str(server.home)}
    run = subprocess.run(["node", f"--test-reporter={HERE / 'report.mjs'}", "suite.mjs"], cwd=folder, env=environment,
                         capture_output=True, text=True, timeout=SUITE_TIMEOUT_S)
    outcomes = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{"name"')]
    assert outcomes, f"the suite did not run:\n{run.stdout[-2000:]}\n{run.stderr[-4000:]}"
    return {outcome["name"]: outcome for outcome in outcomes}


@pytest.mark.parametrize("client, name", [(client, name) for client in CLIENTS for name in names_of(client)])
def test_client(results, client, name):
    outcomes = results(client)
    assert name in outcomes, f"the suite ended before it came to this: {list(outcomes)}"
    if not outcomes[name]["passed"]:
        pytest.fail(outcomes[name]["error"], pytrace=False)
