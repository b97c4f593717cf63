"""`make install`: a tree that works wherever it is moved."""

import shutil
import subprocess

import pytest

import harness


def install(root, **variables):
    """Installs what is built (it is not built anew) as if below `root`."""
    settings = {"BUILD": harness.BUILD, "DESTDIR": root, "PREFIX": "/opt/corral", **variables}
    subprocess.run(["make", "-s", "-o", "build", "install", *(f"{name}={value}" for name, value in settings.items())],
                   cwd=harness.ROOT, check=True, stdout=subprocess.DEVNULL)
    return root / "opt" / "corral"


def test_works_when_moved(tmp_path, monkeypatch):
    moved = tmp_path / "elsewhere"
    shutil.move(install(tmp_path / "root"), moved)
    monkeypatch.setattr(harness, "CORRAL", moved / "bin" / "ollama")
    with harness.Server(tmp_path / "home") as server:
        assert "cria:latest" in server.cli("list").stdout
        answer = server.cli("run", "cria", "What is 2 plus 3?")
        assert answer.returncode == 0 and answer.stdout.strip(), answer


@pytest.mark.parametrize("variables, linked", [({}, True), ({"LINK_OLLAMA": "0"}, False)])
def test_link_named_ollama(tmp_path, variables, linked):
    link = install(tmp_path, **variables) / "bin" / "ollama"
    assert link.is_symlink() == linked
    assert not linked or link.resolve().name == "corral"
