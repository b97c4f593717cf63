"""Every method that the official clients have for our routes is called by their tests, or it is said why not."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import packages

HERE = Path(__file__).resolve().parent
# Resources whose routes we have, by their path in JavaScript, nested ones included.
OPENAI = ("chat.completions", "completions", "embeddings", "models", "responses", "beta.responses", "audio.transcriptions",
          "audio.translations")
ANTHROPIC = ("messages", "models", "beta.messages", "beta.models")
# What tests do not call.
NOT_KEPT = "chat completions are not kept"
NO_BATCHES = "there are no batches (openai-anthropic-api.md 15.4)"
UNCALLED = {
    "chat.completions.retrieve": NOT_KEPT,
    "chat.completions.update": NOT_KEPT,
    "chat.completions.list": NOT_KEPT,
    "chat.completions.delete": NOT_KEPT,
    "chat.completions.messages.list": NOT_KEPT,
    "models.delete": "it is for models that were trained there; DELETE /api/delete removes one",
    "responses.compact": "there is no such route",
    "responses.connect": "there are no web sockets",
    "beta.responses.compact": "there is no such route",
    "beta.responses.connect": "there are no web sockets",
    **{f"{path}.batches.{method}": NO_BATCHES for path in ("messages", "beta.messages")
       for method in ("create", "retrieve", "list", "delete", "cancel", "results")},
}


def javascript_methods(client, package):
    folder = packages.npm_packages(client)
    shutil.copy(HERE / "methods.mjs", folder)  # Node looks for packages from the file that imports them
    return json.loads(subprocess.run(["node", "methods.mjs", package], cwd=folder, check=True, capture_output=True).stdout)


def python_methods(client, package, name):
    folder = packages.python_packages(client)
    return json.loads(subprocess.run([sys.executable, HERE / "methods.py", folder, package, name], check=True,
                                     capture_output=True).stdout)


def camel_case(path):
    return re.sub(r"_(\w)", lambda match: match[1].upper(), path)


@pytest.mark.parametrize("resources, suite, find", [
    (OPENAI, "openai-js/suite.mjs", lambda: javascript_methods("openai-js", "openai")),
    (ANTHROPIC, "anthropic-js/suite.mjs", lambda: javascript_methods("anthropic-js", "@anthropic-ai/sdk")),
    (OPENAI, "openai-python/test_openai_python.py", lambda: python_methods("openai-python", "openai", "OpenAI")),
    (ANTHROPIC, "anthropic-python/test_anthropic_python.py",
     lambda: python_methods("anthropic-python", "anthropic", "Anthropic")),
], ids=["openai-js", "anthropic-js", "openai-python", "anthropic-python"])
def test_every_method_is_called(resources, suite, find):
    methods = [path for path in find() if any(camel_case(path).startswith(f"{resource}.") for resource in resources)]
    assert len(methods) >= len(resources)
    tests = (HERE / suite).read_text()
    assert [path for path in methods if camel_case(path) not in UNCALLED
            and not re.search(rf"\bclient\.{re.escape(path)}\b", tests)] == []
