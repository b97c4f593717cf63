"""LoRA adapters: created through the API and a Modelfile, loaded with their model, refused when they do not fit."""

import hashlib

import pytest


@pytest.fixture(scope="module")
def base(server, tiny_models):
    """The module's server with the model `base` and, from the same weights, `tuned`."""
    weights = server.add_gguf("base", tiny_models["full"])
    adapter = upload(server, tiny_models["adapter"].read_bytes())
    answer = create(server, model="tuned", files={"model.gguf": weights}, adapters={"lora.gguf": adapter})
    assert answer.status == 200, answer.text
    return server


def upload(server, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert server.post(f"/api/blobs/{digest}", data).status in (200, 201)
    return digest


def create(server, **body):
    return server.post("/api/create", {**body, "stream": False})


def greedy(server, model, prompt="hello"):
    answer = server.post("/api/generate", {"model": model, "prompt": prompt, "raw": True, "stream": False,
                                           "options": {"temperature": 0, "num_predict": 16}})
    assert answer.status == 200, answer.text
    return answer.json()["response"]


def test_adapter_changes_what_the_model_says(base):
    plain, tuned = greedy(base, "base"), greedy(base, "tuned")
    assert plain != tuned
    # The two share their weights' blob, and so a place in memory: each takes it over from the other.
    assert [greedy(base, "base"), greedy(base, "tuned")] == [plain, tuned]


def test_show_names_the_adapter(base):
    modelfile = base.post("/api/show", {"model": "tuned"}).json()["modelfile"]
    assert [line for line in modelfile.splitlines() if line.startswith("ADAPTER ")]


def test_a_model_made_from_one_with_an_adapter_has_it(base):
    assert create(base, model="heir", **{"from": "tuned"}, system="Be brief.").status == 200
    assert greedy(base, "heir") == greedy(base, "tuned")


def test_modelfile_with_adapter(base, tiny_models, tmp_path):
    modelfile = tmp_path / "Modelfile"
    modelfile.write_text(f"FROM base\nADAPTER {tiny_models['adapter']}\n")
    created = base.cli("create", "by-modelfile", "-f", str(modelfile))
    assert created.returncode == 0, created.stderr
    assert greedy(base, "by-modelfile") == greedy(base, "tuned")


@pytest.mark.parametrize("kind, reason", [
    ("full", "supplied file is not an adapter"),
    (None, "supplied file was not in GGUF format"),
])
def test_what_is_no_adapter_is_refused(base, tiny_models, kind, reason):
    digest = upload(base, tiny_models[kind].read_bytes() if kind else b"not a model at all")
    answer = create(base, model="bad", **{"from": "base"}, adapters={"lora.gguf": digest})
    assert (answer.status, answer.json()) == (400, {"error": reason})


def test_only_one_adapter(base, tiny_models):
    digest = upload(base, tiny_models["adapter"].read_bytes())
    answer = create(base, model="bad", **{"from": "base"}, adapters={"a.gguf": digest, "b.gguf": digest})
    assert (answer.status, answer.json()) == (400, {"error": "only one adapter is currently supported"})


def test_adapter_of_another_architecture_is_refused(base, tiny_models):
    weights = base.add_gguf("other", tiny_models["recurrent"])
    digest = upload(base, tiny_models["adapter"].read_bytes())
    answer = create(base, model="bad", files={"model.gguf": weights}, adapters={"lora.gguf": digest})
    assert answer.status == 400
    assert answer.json()["error"] == "the adapter is for the architecture llama, the model is mamba"


def test_a_cut_adapter_is_refused(base, tiny_models):
    digest = upload(base, tiny_models["adapter"].read_bytes()[:-1024])
    answer = create(base, model="cut", **{"from": "base"}, adapters={"lora.gguf": digest})
    assert answer.status == 400
    assert "blk.1.attn_output.weight.lora_b" in answer.json()["error"]


def test_an_adapter_that_does_not_fit_fails_the_load_and_says_why(base, tiny_models):
    # It names a layer that the model does not have.
    strange = tiny_models["adapter"].read_bytes().replace(b"blk.1.", b"blk.9.")
    assert create(base, model="strange", **{"from": "base"}, adapters={"lora.gguf": upload(base, strange)}).status == 200
    answer = base.post("/api/generate", {"model": "strange", "prompt": "hello", "stream": False})
    assert answer.status == 500
    assert "does not exist in base model" in answer.json()["error"]
    assert greedy(base, "base")  # and the server goes on
