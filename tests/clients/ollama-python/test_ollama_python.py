"""PyPI `ollama`, unmodified: every method with every option it has, of the blocking and of the asynchronous client."""

import asyncio
import hashlib
import importlib
import inspect
import json
import sys
from typing import Optional

import pytest

import harness
import packages

GREEDY = {"temperature": 0, "num_predict": 8}
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="session")
def ollama(corral):
    """The package itself, as installed from its registry."""
    folder = str(packages.python_packages("ollama-python"))
    sys.path.insert(0, folder)
    try:
        yield importlib.import_module("ollama")
    finally:
        sys.path.remove(folder)


class Blocking:
    """The asynchronous client with the face of the blocking one, so that one test serves both."""
    def __init__(self, client):
        self.client = client
        self.loop = asyncio.new_event_loop()

    def __getattr__(self, name):
        method = getattr(self.client, name)
        return lambda *args, **kwargs: self.loop.run_until_complete(self.collected(method(*args, **kwargs)))

    async def collected(self, call):
        value = await call
        return [part async for part in value] if inspect.isasyncgen(value) else value

    def end(self):
        self.loop.run_until_complete(self.client.close())
        self.loop.close()


@pytest.fixture(params=["Client", "AsyncClient"])
def client(request, ollama, corral):
    host = f"127.0.0.1:{corral.port}"
    if request.param == "Client":
        with ollama.Client(host=host) as blocking:
            yield blocking
    else:
        wrapped = Blocking(ollama.AsyncClient(host=host))
        yield wrapped
        wrapped.end()


def refused(ollama, status, text, call):
    with pytest.raises(ollama.ResponseError) as caught:
        result = call()
        list(result)
    assert caught.value.status_code == status and text in str(caught.value), str(caught.value)


def add(a: int, b: int) -> int:
    """
    Adds two numbers

    Args:
      a: the first
      b: the second

    Returns:
      int: the sum
    """
    return a + b


# --- about the server


def test_list(client):
    cria = next(model for model in client.list().models if model.model == "cria:latest")
    assert cria.size > 0 and len(cria.digest) == 64 and cria.modified_at.tzinfo is not None
    assert cria.details.format == "gguf"


def test_ps(client):
    client.generate("tiny", "", keep_alive="10m")
    tiny = next(model for model in client.ps().models if model.model == "tiny:latest")
    assert tiny.size > 0 and tiny.context_length > 0 and tiny.expires_at.tzinfo is not None


def test_show(client):
    shown = client.show("tiny")
    assert shown.modelinfo["general.architecture"] == shown.details.family == "llama"
    assert "completion" in shown.capabilities and "FROM" in shown.modelfile and shown.modified_at is not None


def test_show_of_a_missing_model(ollama, client):
    refused(ollama, 404, "model 'nope:latest' not found", lambda: client.show("nope"))


# --- generate


def test_generate(client):
    answer = client.generate("tiny", "hello", options=GREEDY)
    assert answer.done and answer.done_reason == "length" and answer.eval_count == 8
    assert answer.response and answer.context and answer.total_duration > 0
    assert answer["response"] == answer.response and "context" in answer and answer.get("nope", 1) == 1


def test_generate_streamed(client):
    whole = client.generate("tiny", "hello", options=GREEDY)
    parts = list(client.generate("tiny", "hello", options=GREEDY, stream=True))
    assert "".join(part.response for part in parts) == whole.response
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]


def test_generate_continues_a_context(client):
    first = client.generate("tiny", "hello", options=GREEDY)
    second = client.generate("tiny", "more", context=first.context, options=GREEDY)
    assert second.prompt_eval_count > first.prompt_eval_count


@pytest.mark.parametrize("fields", [{"raw": True}, {"system": "Be kind."}, {"template": "{{ .Prompt }}"}],
                         ids=lambda f: next(iter(f)))
def test_generate_with(client, fields):
    assert client.generate("tiny", "hello", options=GREEDY, **fields).response


def test_generate_with_every_option(ollama, client):
    options = ollama.Options(numa=False, num_ctx=256, num_batch=64, num_gpu=0, main_gpu=0, low_vram=False, f16_kv=True,
                             logits_all=False, vocab_only=False, use_mmap=True, use_mlock=False, embedding_only=False,
                             num_thread=1, num_keep=2, seed=7, num_predict=4, top_k=20, top_p=0.8, tfs_z=1,
                             typical_p=0.9, repeat_last_n=32, temperature=0.5, repeat_penalty=1.1, presence_penalty=0.1,
                             frequency_penalty=0.1, mirostat=0, mirostat_tau=5, mirostat_eta=0.1, penalize_newline=True,
                             stop=["\x01never"])
    texts = {client.generate("tiny", "hello", options=options).response for _ in range(2)}
    assert len(texts) == 1


def test_generate_by_a_pydantic_schema(ollama, client):
    from pydantic import BaseModel

    class Verdict(BaseModel):
        ok: bool

    answer = client.generate("tiny", "x", format=Verdict.model_json_schema(), options={"seed": 3, "num_predict": 100})
    assert Verdict.model_validate_json(answer.response).ok in (True, False)


def test_generate_in_json(client):
    answer = client.generate("tiny", "x", format="json", options={"seed": 3, "num_predict": 64})
    assert answer.response.lstrip().startswith("{")


def test_generate_with_log_probabilities(client):
    answer = client.generate("tiny", "x", raw=True, logprobs=True, top_logprobs=2, options=GREEDY)
    assert len(answer.logprobs) == 8
    assert all(entry.logprob <= 0 and len(entry.top_logprobs) == 2 for entry in answer.logprobs)


def test_generate_thinks(client):
    answer = client.generate("thinker", "x", think=True)
    assert "Forty-two!" in answer.response


def test_generate_loads_and_unloads(client):
    assert client.generate("tiny", keep_alive=-1).done_reason == "load"
    assert client.generate("tiny", keep_alive=0).done_reason == "unload"


@pytest.mark.parametrize("value", [b"abc", "YWJj", "file"], ids=["bytes", "base64", "path"])
def test_an_image_without_eyes(ollama, client, tmp_path, value):
    if value == "file":
        value = tmp_path / "image"
        value.write_bytes(b"abc")
    refused(ollama, 400, "model does not support multimodal",
            lambda: client.generate("tiny", "x", images=[ollama.Image(value=value)]))
    refused(ollama, 500, "image input is not supported",
            lambda: client.chat("tiny", [{"role": "user", "content": "x", "images": [value]}]))


@pytest.mark.parametrize("status, text, fields", [(400, "missing unit in duration", {"keep_alive": "10"}),
                                                  (400, "does not support thinking", {"think": True}),
                                                  (400, "does not support insert", {"suffix": "y"}),
                                                  (404, "model 'nope' not found", {"model": "nope"}),
                                                  (400, "invalid model name", {"model": "a b"})],
                         ids=lambda value: str(value)[:20] if isinstance(value, str) else "")
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_generate_refuses(ollama, client, status, text, fields, stream):
    refused(ollama, status, text,
            lambda: client.generate(**{"model": "tiny", "prompt": "x", "stream": stream, **fields}))


# --- chat


def test_chat_with_cria(client):
    answer = client.chat("cria", [{"role": "user", "content": "Hello!"}], options={"temperature": 0})
    assert answer.message.role == "assistant" and answer.message.content


def test_chat_streamed(client):
    whole = client.chat("cria", HELLO, options=GREEDY)
    parts = list(client.chat("cria", HELLO, options=GREEDY, stream=True))
    assert "".join(part.message.content for part in parts) == whole.message.content and parts[-1].done


def test_chat_with_message_objects(ollama, client):
    messages = [ollama.Message(role="system", content="Be kind."), ollama.Message(role="user", content="hello")]
    assert client.chat("tiny", messages, options=GREEDY).message.content


@pytest.mark.parametrize("given", ["function", "definition"])
def test_chat_calls_a_tool_and_uses_its_result(client, given):
    definition = {
        "type": "function", "function": {
            "name": "add", "description": "Adds", "parameters": {
                "type": "object", "required": ["a", "b"],
                "properties": {"a": {"type": "integer"}, "b": {"type": ["integer"]}}
            }
        }
    }
    tools = [add if given == "function" else definition]
    messages = [{"role": "user", "content": "What is one plus two?"}]
    message = client.chat("caller", messages, tools=tools).message
    call = message.tool_calls[0].function
    assert (call.name, call.arguments) == ("add", {"a": 1, "b": 2}) and "tool_call" not in (message.content or "")
    messages += [message, {"role": "tool", "content": str(add(**call.arguments)), "tool_name": call.name}]
    assert client.chat("caller", messages, tools=tools).message.content == "The sum is three."


def test_chat_streams_a_tool_call(client):
    parts = list(client.chat("caller", HELLO, tools=[add], stream=True))
    calls = [call for part in parts for call in part.message.tool_calls or []]
    assert [(call.function.name, call.function.arguments) for call in calls] == [("add", {"a": 1, "b": 2})]


def test_a_tool_with_an_optional_parameter(client):
    def greet(name: str, loudly: Optional[bool] = None):
        """Greets somebody"""

    assert client.chat("caller", HELLO, tools=[greet, add]).done


@pytest.mark.parametrize("think", [None, True, "low", "medium", "high"])
def test_chat_thinks_apart_from_its_answer(client, think):
    message = client.chat("thinker", HELLO, think=think).message
    assert (message.thinking.strip(), message.content.strip()) == ("Let me see.", "Forty-two!")


def test_chat_does_not_think_when_told_not_to(client):
    message = client.chat("thinker", HELLO, think=False).message
    assert (message.thinking, message.content.strip()) == (None, "Just forty-two?")


def test_chat_streams_its_thoughts(client):
    parts = list(client.chat("thinker", HELLO, think=True, stream=True))
    assert "".join(part.message.thinking or "" for part in parts).strip() == "Let me see."
    assert "".join(part.message.content or "" for part in parts).strip() == "Forty-two!"


def test_chat_by_a_schema(client):
    schema = {"type": "object", "properties": {"n": {"type": "integer", "enum": [7]}}, "required": ["n"]}
    answer = client.chat("tiny", HELLO, format=schema, options={"num_predict": 100})
    assert json.loads(answer.message.content) == {"n": 7}


def test_chat_with_log_probabilities(client):
    answer = client.chat("tiny", HELLO, logprobs=True, top_logprobs=1, options=GREEDY)
    assert len(answer.logprobs[0].top_logprobs) == 1


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_chat_refuses(ollama, client, stream):
    refused(ollama, 400, "does not support tools", lambda: client.chat("tiny", HELLO, tools=[add], stream=stream))
    refused(ollama, 404, "model 'nope' not found", lambda: client.chat("nope", HELLO, stream=stream))


def test_leaving_a_stream_ends_its_generation(ollama, corral):
    with ollama.Client(host=f"127.0.0.1:{corral.port}") as client:
        stream = client.chat("tiny", HELLO, stream=True, options={"num_predict": 100_000, "temperature": 0})
        next(stream)
        stream.close()
        assert client.generate("tiny", "x", options=GREEDY).done


# --- embeddings


def test_embed(client):
    one = client.embed("bert", "hello", keep_alive="1m", options={"num_thread": 1})
    many = client.embed("bert", ["hello", "good bye", ""], truncate=True)
    assert len(many.embeddings) == 3 and one.prompt_eval_count > 0
    assert abs(sum(a * b for a, b in zip(one.embeddings[0], many.embeddings[0])) - 1) < 1e-3


def test_embed_into_fewer_dimensions(client):
    assert len(client.embed("bert", "hello", dimensions=8).embeddings[0]) == 8


def test_embed_refuses_what_is_too_long(ollama, client):
    refused(ollama, 400, "the input length exceeds the context length",
            lambda: client.embed("bert", "word " * 500, truncate=False, options={"num_ctx": 16}))


def test_embeddings_the_old_way(client):
    assert len(client.embeddings("bert", "hello").embedding) > 8


# --- models


def test_create(client):
    assert client.create("made-py", from_="tiny", system="Be kind.").status == "success"
    shown = client.show("made-py")
    assert "Be kind." in shown.modelfile


def test_create_streamed_with_every_field(client):
    parts = list(
        client.create("made-py", from_="tiny", stream=True, template="{{ .Prompt }}", license=["Free"],
                      system="Be brief.", parameters={"temperature": 0.5, "stop": ["x"]},
                      messages=[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]))
    assert parts[-1].status == "success"
    shown = client.show("made-py")
    assert shown.license == "Free" and "0.5" in shown.parameters and shown.template == "{{ .Prompt }}"


def test_create_from_an_uploaded_file(client, tiny_models, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(tiny_models["sliding"].read_bytes())
    digest = client.create_blob(path)
    assert digest == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    assert client.create("uploaded-py", files={"model.gguf": digest}).status == "success"
    assert client.show("uploaded-py").details.family == "gemma3"


def test_create_refuses(ollama, client):
    refused(ollama, 400, "neither 'from' or 'files' was specified", lambda: client.create("made-py"))
    refused(ollama, 400, "invalid model name", lambda: client.create("a b", from_="tiny"))


def test_copy_and_delete(ollama, client):
    assert client.copy("tiny", "copied-py").status == "success"
    assert "copied-py:latest" in [model.model for model in client.list().models]
    assert client.delete("copied-py").status == "success"
    refused(ollama, 404, "model 'copied-py' not found", lambda: client.delete("copied-py"))


def test_copy_of_a_missing_model(ollama, client):
    with pytest.raises(ollama.ResponseError, match="not found"):
        client.copy("nope", "copied-py")


def test_pull_of_what_came_with_corral(client):
    assert client.pull("cria").status == "success"
    parts = list(client.pull("cria", stream=True))
    assert [parts[0].status, parts[-1].status] == ["pulling manifest", "success"]


def test_push_of_a_model_that_is_not_there(ollama, client):
    refused(ollama, 500, "no such file or directory", lambda: client.push("me/nope"))
    refused(ollama, -1, "no such file or directory", lambda: client.push("me/nope", stream=True))


# --- the client itself


def test_an_unknown_route_is_an_error(ollama, client):
    refused(ollama, 404, "POST /v1/systemone is not supported",
            lambda: client.systemone("tiny", state="x", questions={}))


def test_headers_of_the_client(ollama, corral):
    with ollama.Client(host=f"http://127.0.0.1:{corral.port}", headers={"Authorization": "Bearer x",
                                                                        "X-Custom": "y"}) as client:
        assert client.list().models


def test_a_server_that_is_not_there(ollama):
    nowhere = f"127.0.0.1:{harness.free_port()}"
    with ollama.Client(host=nowhere) as client, pytest.raises(ConnectionError, match="Failed to connect to Ollama"):
        client.list()


def test_many_at_once(ollama, corral):
    async def ask_all():
        async with ollama.AsyncClient(host=f"127.0.0.1:{corral.port}") as client:
            return await asyncio.gather(*(client.generate("tiny", f"prompt {n}", options=GREEDY) for n in range(12)))

    assert [answer.eval_count for answer in asyncio.run(ask_all())] == [8] * 12
