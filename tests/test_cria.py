"""The built-in model answers, greedily, what its smoke list expects (cria/smoke.json)."""

import json
import re

import pytest

import harness

SMOKE = json.loads((harness.ROOT / "cria" / "smoke.json").read_text())


def test_is_listed_at_first_start_without_a_copy(server):
    names = [model["name"] for model in server.get("/api/tags").json()["models"]]
    assert names == ["cria:latest"]
    copied = sum(path.stat().st_size for path in server.models.rglob("*") if path.is_file())
    assert copied < 100_000


@pytest.mark.parametrize("row", SMOKE, ids=[row["prompt"][:40] for row in SMOKE])
def test_answers(server, row):
    answer = server.post("/api/chat", {
        "model": "cria", "messages": [{"role": "user", "content": row["prompt"]}], "stream": False,
        "options": {"temperature": 0, "repeat_penalty": 1.1, "num_predict": 400}}).json()
    assert re.search(row["expect"], answer["message"]["content"]), answer["message"]["content"]
    assert answer["done_reason"] == "stop"


def test_can_be_removed_and_restored(fresh_server):
    with fresh_server as server:
        assert server.cli("rm", "cria").stdout == "deleted 'cria'\n"
        assert server.get("/api/tags").json() == {"models": []}
        server.stop()
        server.start()
        assert server.get("/api/tags").json() == {"models": []}
        assert server.cli("pull", "cria").returncode == 0
        assert [m["name"] for m in server.get("/api/tags").json()["models"]] == ["cria:latest"]
