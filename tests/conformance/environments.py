"""The servers that rows run on, by name, and the models they have.

Each starts when its first row runs and serves all of its rows. Models are made of the tiny random-weight fixture, with
what a rule is about added: a template, metadata, layers.
"""

import hashlib
import json

import harness
import scripted_models
from conformance import gguf_file

# A zone with an offset that no other mistake produces: local times in answers end with +05:30.
ZONE = {"TZ": "XXX-5:30"}

CHAT_TEMPLATE = ("{% for message in messages %}<|{{ message.role }}|>{{ message.content }}\n{% endfor %}"
                 "{% if add_generation_prompt %}<|assistant|>{% endif %}")
TOOL_TEMPLATE = ("{% if tools %}<|tools|>{{ tools | tojson }}\n{% endif %}"
                 "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}"
                 "{% if message.tool_calls %}<tool_call>{{ message.tool_calls | tojson }}</tool_call>{% endif %}\n"
                 "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}")
THINK_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% if enable_thinking is defined and not enable_thinking %}"
    "<think></think>{% endif %}{% endif %}")


class Servers:
    """Context manager; `get` gives a running server by name and starts it when it is the first time."""
    def __init__(self, folder, tiny_models):
        self.folder = folder
        self.tiny = tiny_models["full"].read_bytes()
        self.running = {}

    def get(self, name):
        server = self.running.get(name)
        if server is None or server.process.poll() is not None:
            environment, prepare = ENVIRONMENTS[name]
            server = harness.Server(self.folder / f"{name}-{len(self.running)}", **ZONE, **environment)
            if host := environment.get("OLLAMA_HOST"):
                server.environment["OLLAMA_HOST"] = f"{host}:{server.port}"
            prepare_home(name, server)
            server.start()
            self.running[name] = server
            prepare(server, self.tiny)
        return server

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.running.values():
            server.__exit__()


def prepare_home(name, server):
    if name in ("cloud off by file", "cloud off by both"):
        settings = server.home / ".ollama" / "server.json"
        settings.parent.mkdir(parents=True)
        settings.write_text('{"disable_ollama_cloud": true}')


# --- models


def upload(server, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert server.post(f"/api/blobs/{digest}", data).status in (200, 201)
    return digest


def create(server, name, data=None, **fields):
    body = {"model": name, "stream": False, **fields}
    if data is not None:
        body["files"] = {"model.gguf": upload(server, data)}
    answer = server.post("/api/create", body)
    assert answer.status == 200, (name, answer.text)


def write_stub(server, name, host="https://ollama.com:443"):
    """A model that runs on another host, as `ollama pull X-cloud` leaves it."""
    config = json.dumps(
        {"model_format": "", "model_family": "far", "remote_host": host, "remote_model": "far", "context_length": 8,
         "base_name": "base"}).encode()
    layer = {
        "mediaType": "application/vnd.docker.container.image.v1+json", "digest": upload(server, config),
        "size": len(config)
    }
    manifest = {
        "schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "config": layer,
        "layers": []
    }
    path = server.models / "manifests" / "registry.ollama.ai" / "library" / name / "latest"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(manifest))


def no_models(server, tiny):
    server.request("DELETE", "/api/delete", {"model": "cria"})


def as_it_is(server, tiny):
    pass


def one_model(server, tiny):
    create(server, "tiny", tiny)


def every_model(server, tiny):
    create(server, "tiny", tiny)
    create(server, "chatty", gguf_file.with_keys(tiny, tokenizer__chat_template=CHAT_TEMPLATE))
    create(server, "tooler", gguf_file.with_keys(tiny, tokenizer__chat_template=TOOL_TEMPLATE))
    create(server, "thinker", gguf_file.with_keys(tiny, tokenizer__chat_template=THINK_TEMPLATE))
    create(server, "embedder", gguf_file.without_tensors("bert", bert__pooling_type=1, bert__block_count=1))
    create(server, "seer", gguf_file.without_tensors("gemma3", gemma3__block_count=1, gemma3__vision__block_count=2))
    create(server, "Mixed/Case:Tag", tiny)
    write_stub(server, "stub")
    write_stub(server, "unlisted", "http://127.0.0.1:1")
    create(server, "caller", scripted_models.write("caller", server.home).read_bytes())
    create(server, "muser", scripted_models.write("thinker", server.home).read_bytes())
    create(server, "embedding", harness.make_model("bert", server.home).read_bytes())
    server.add_gguf("hearing", harness.make_model("full", server.home), harness.make_model("projector-sound", server.home),
                    parameters={"num_predict": 8})
    create(server, "reranker", harness.make_model("reranker", server.home).read_bytes())
    create(server, "dressed", **{"from": "tiny"}, system="You are terse.", parameters={
        "temperature": 0.6, "num_predict": 1048576, "stop": ["<|im_end|>", "a\"b"]
    }, license=["First licence", "Second licence"], messages=[{"role": "user", "content": "Hello"},
                                                              {"role": "assistant", "content": "Hi"}])


def switched_models(server, tiny):
    one_model(server, tiny)
    create(server, "muser", scripted_models.write("thinker", server.home).read_bytes())


def one_model_and_a_stub(server, tiny):
    one_model(server, tiny)
    write_stub(server, "stub")


def remote_stubs(server, tiny):
    write_stub(server, "down", "http://127.0.0.1:1")


# The variables of each server, and what is done to it before its first row.
ENVIRONMENTS = {
    "main": ({}, every_model),
    "empty": ({}, no_models),
    "lists": ({}, one_model),
    "keys": ({"CORRAL_API_KEYS": " first, second,"}, as_it_is),
    "switches": ({"CORRAL_REASONING_CONTENT": "1", "CORRAL_RESPONSE_INCOMPLETE": "1", "CORRAL_REFUSE_LONG_PROMPTS": "1",
                  "OLLAMA_CONTEXT_LENGTH": "64"}, switched_models),
    "origins": ({"OLLAMA_ORIGINS": "http://Example.com,*.suffix.test,http://prefix.test*,http://a*.b.test"}, no_models),
    "quoted origins": ({"OLLAMA_ORIGINS": ' "http://one.test,http://two.test" '}, no_models),
    "any origin": ({"OLLAMA_ORIGINS": "*"}, no_models),
    "any host": ({"OLLAMA_HOST": "0.0.0.0"}, no_models),
    "cloud off by env": ({"OLLAMA_NO_CLOUD": "1"}, one_model_and_a_stub),
    "other remotes": ({"OLLAMA_REMOTES": "a.test,127.0.0.1"}, remote_stubs),
    "cloud off by file": ({}, one_model),
    "cloud off by both": ({"OLLAMA_NO_CLOUD": "1"}, one_model),
    "cloud on by env": ({"OLLAMA_NO_CLOUD": "False"}, no_models),
    "cloud off by any word": ({"OLLAMA_NO_CLOUD": " 'sure' "}, no_models),
    "short context": ({"OLLAMA_CONTEXT_LENGTH": "64", "OLLAMA_KEEP_ALIVE": "-1"}, one_model),
    "kept briefly": ({"OLLAMA_KEEP_ALIVE": "0"}, one_model),
    "bad numbers": ({"OLLAMA_CONTEXT_LENGTH": "many", "OLLAMA_KEEP_ALIVE": "abc", "OLLAMA_MAX_QUEUE": "-1"}, one_model),
}
