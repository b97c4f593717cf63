"""`corral doctor`: finds damage in a store, says what it harms, and moves it aside."""

import os
import subprocess

import pytest

import harness


@pytest.fixture
def store(tmp_path):
    """A server that has made one model and ended, and its blob of weights."""
    server = harness.Server(tmp_path / "home", CORRAL_BUILTIN_MODELS=str(tmp_path / "none"))
    weights = harness.make_model("full", tmp_path)
    with server:
        server.add_gguf("m", weights)
    return server


def doctor(server, *arguments):
    done = subprocess.run([harness.CORRAL, "doctor", *arguments], env=server.environment, capture_output=True, text=True)
    return done.returncode, done.stdout


def weights_blob(server):
    return max((server.models / "blobs").iterdir(), key=lambda path: path.stat().st_size)


def test_a_good_store_is_left_alone(store):
    status, out = doctor(store)
    assert (status, out.count("\n")) == (0, 1) and out.endswith(", no damage\n")
    assert out.startswith(f"{store.models}: 1 model, ")


def test_an_altered_blob_is_moved_aside_and_its_model_named(store):
    blob = weights_blob(store)
    with open(blob, "r+b") as file:
        file.seek(100)
        file.write(b"?")
    status, out = doctor(store)
    assert status == 1
    assert ", 1 damaged\n" in out
    assert f"damage: blobs/{blob.name}: its content has the digest sha256:" in out
    assert "m:latest is incomplete" in out
    assert blob.exists()

    status, out = doctor(store, "--repair")
    moved = store.models / "corral-damaged" / "blobs" / blob.name
    assert (status, moved.exists(), blob.exists()) == (1, True, False)  # a model still lacks its weights
    assert f"moved to {moved}" in out


def test_a_fifo_and_a_link_are_moved_and_all_is_well(store):
    os.mkfifo(store.models / "blobs" / "fifo")
    (store.models / "manifests" / "link").symlink_to("/etc/passwd")
    assert doctor(store)[0] == 1
    assert doctor(store, "--repair")[0] == 0
    assert doctor(store, "--quick") == (0, doctor(store)[1])
    assert (store.models / "corral-damaged" / "manifests" / "link").is_symlink()


def test_missing_folders_are_no_damage(tmp_path):
    server = harness.Server(tmp_path, CORRAL_MODEL_DIRS=str(tmp_path / "nowhere"))
    status, out = doctor(server)
    assert status == 0
    assert out.startswith(f"{server.models}: no such folder\n")
