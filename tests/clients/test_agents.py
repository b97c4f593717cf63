"""Coding agents, unmodified: each makes a file through a tool of its own, driven by a model whose words are fixed.

They run in scratch folders, with homes of their own, and are told of no other server than ours.
"""

import json
import os
import platform
import subprocess

import pytest

import harness
import packages
import scripted_models

TASK = "Make the file."
MADE = "hi\n"
ANSWER = "The file is made."
COMMAND = "echo hi > made.txt"
AGENT_TIMEOUT_S = 240
# Each agent's shell.
TOOLS = {
    "claude": ("Bash", {"command": COMMAND}),
    "codex": ("exec_command", {"cmd": COMMAND}),
    "opencode": ("bash", {"command": COMMAND}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agents")
    with harness.Server(folder / "home") as server:
        for agent, (tool, arguments) in TOOLS.items():
            server.add_gguf(agent, scripted_models.write_agent(agent, folder, tool, json.dumps(arguments)))
        yield server


@pytest.fixture
def run(tmp_path):
    """Runs an agent in an empty folder and gives what it said; the folder is `run.work`."""
    work = tmp_path / "work"
    work.mkdir()

    home = tmp_path / "home"
    home.mkdir()

    def start(command, **environment):
        ours = {"HOME": str(home), "PATH": os.environ["PATH"]}
        ended = subprocess.run(command, cwd=work, env={**ours, **environment}, stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, timeout=AGENT_TIMEOUT_S)
        assert ended.returncode == 0, f"{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}"
        return ended.stdout + ended.stderr

    start.work = work
    start.home = home
    return start


def assert_done(run, said):
    made = run.work / "made.txt"
    assert made.exists(), said[-3000:]
    assert made.read_text() == MADE
    assert ANSWER in said


def test_claude_code(server, run):
    """Anthropic's Claude Code, by way of the Messages API."""
    folder = packages.npm_packages("claude-code")
    root = f"http://127.0.0.1:{server.port}"
    every_model = {f"ANTHROPIC_DEFAULT_{size}_MODEL": "claude" for size in ("OPUS", "SONNET", "HAIKU")}
    said = run(["node", folder / "node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs", "--print", TASK, "--model", "claude",
                "--allowedTools", "Bash"], ANTHROPIC_BASE_URL=root, ANTHROPIC_AUTH_TOKEN="none", ANTHROPIC_API_KEY="",
               CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1", **every_model)
    assert_done(run, said)


def test_codex(server, run):
    """OpenAI's Codex, by way of the Responses API."""
    folder = packages.npm_packages("codex")
    home = run.home / "codex"
    home.mkdir()
    (home / "config.toml").write_text(f"""\
model = "codex"
model_provider = "corral"
[model_providers.corral]
name = "Corral"
base_url = "http://127.0.0.1:{server.port}/v1"
wire_api = "responses"
""")
    said = run(["node", folder / "node_modules/.bin/codex", "exec", "--skip-git-repo-check", "--sandbox",
                "danger-full-access", TASK], CODEX_HOME=str(home))
    assert_done(run, said)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="its package is for x86-64")
def test_opencode(server, run):
    """OpenCode, by way of chat completions and Vercel's OpenAI-compatible provider."""
    folder = packages.npm_packages("opencode")
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "Corral",
                "options": {"baseURL": f"http://127.0.0.1:{server.port}/v1"}, "models": {"opencode": {"name": "opencode"}}}
    config = run.home / "opencode.json"
    config.write_text(json.dumps({
        "model": "corral/opencode", "small_model": "corral/opencode", "provider": {"corral": provider},
        "autoupdate": False, "share": "disabled", "permission": "allow"}))
    said = run([folder / "node_modules/opencode-linux-x64-baseline/bin/opencode", "run", "--model", "corral/opencode",
                TASK],
               OPENCODE_CONFIG=str(config), OPENCODE_DISABLE_AUTOUPDATE="1", OPENCODE_DISABLE_MODELS_FETCH="1",
               OPENCODE_DISABLE_LSP_DOWNLOAD="1")
    assert_done(run, said)
