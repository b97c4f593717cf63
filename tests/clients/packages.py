"""The official clients' packages: installed once for each set of pins, into the build tree.

The pins of a client are files beside its tests: package.json and package-lock.json for npm, requirements.txt for pip.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import harness

HERE = Path(__file__).resolve().parent
INSTALL_TIMEOUT_S = 300
NPM_PINS = ("package.json", "package-lock.json", ".npmrc")
PIP_PINS = ("requirements.txt", )
# How npm and pip say that there is no way to the registry, as opposed to a package that is wrong.
UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT"
    r"|Failed to establish a new connection|Temporary failure in name resolution|Read timed out"
    r"|from versions: none|Connection refused|Network is unreachable|ConnectTimeout|NameResolutionError")


def npm_packages(client):
    """The folder with the client's node_modules."""
    return _installed(client, NPM_PINS, lambda folder: ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"])


def python_packages(client):
    """A folder to put on sys.path."""
    return _installed(
        client, PIP_PINS, lambda folder: [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder, "-r",
            folder / "requirements.txt"
        ])


# Why a client could not be installed, so that it is tried once in a run.
_failures = {}


def _installed(client, pins, command):
    if client in _failures:
        raise _failures[client]
    try:
        return _folder_of(client, pins, command)
    except (pytest.skip.Exception, pytest.fail.Exception) as failure:
        _failures[client] = failure
        raise


def _folder_of(client, pins, command):
    texts = b"".join((HERE / client / pin).read_bytes() for pin in pins)
    version = "".join(map(str, sys.version_info[:2])) + hashlib.sha256(texts).hexdigest()[:16]
    folder = harness.BUILD / "clients" / f"{client}-{version}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for pin in pins:
            shutil.copy(HERE / client / pin, unfinished)
        _install(client, command(unfinished), unfinished)
        unfinished.rename(folder)
    return folder


def _install(client, command, folder):
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{client}: its package registry does not answer")
    if run.returncode != 0:
        if UNREACHABLE.search(run.stderr + run.stdout):
            pytest.skip(f"{client}: its package registry cannot be reached")
        pytest.fail(f"installing {client}: {run.stderr[-2000:]}", pytrace=False)
