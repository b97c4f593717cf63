"""Sounds, from uploads to answers. Sections are those of openai-anthropic-api.md."""

import base64
import json

import pytest

import harness
import sounds


@pytest.fixture(scope="module")
def ears(server, tiny_models, tmp_path_factory):
    """The module's server with `brief` and `wordy`, which take sounds, and `deaf`, which does not."""
    projector = harness.make_model("projector-sound", tmp_path_factory.mktemp("projector"))
    for name, n_tokens in (("brief", 8), ("wordy", 64)):
        server.add_gguf(name, tiny_models["full"], projector, parameters={"num_predict": n_tokens})
    server.add_gguf("deaf", tiny_models["full"])
    return server


def upload(server, task="transcriptions", query="", **fields):
    fields = {"model": "brief", "file": sounds.tone(440), **fields}
    body = sounds.form({name: value for name, value in fields.items() if value is not None})
    return server.request("POST", f"/v1/audio/{task}{query}", body, {"Content-Type": sounds.FORM})


def refusal(answer):
    error = answer.json()["error"]
    return answer.status, error["type"], error["message"]


def events(answer):
    assert answer.headers["Content-Type"] == "text/event-stream"
    frames = answer.text.split("\n\n")
    assert frames.pop() == ""
    return [json.loads(frame.removeprefix("data: ")) for frame in frames]


def test_show_tells_that_it_hears(ears):
    assert "audio" in ears.post("/api/show", {"model": "brief"}).json()["capabilities"]


# --- 9 transcriptions


def test_a_transcript(ears):
    answer = upload(ears)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json"), answer.text
    assert list(answer.json()) == ["text"] and answer.json()["text"]
    assert answer.json()["text"] == answer.json()["text"].strip()
    assert upload(ears).text == answer.text  # the temperature is 0


def test_what_is_in_the_sound_counts(ears):
    assert len({upload(ears, model="wordy", file=sounds.tone(100 * 3**i)).text for i in range(5)}) > 1


def test_hints_reach_the_prompt(ears):
    plain = upload(ears).text
    assert any(upload(ears, **hint).text != plain
               for hint in ({"language": "de"}, {"prompt": "Names: Ada, Grace, Barbara."}, {"language": "fr"}))
    # In the query too, but the form goes first.
    assert upload(ears, query="?language=de").text == upload(ears, language="de").text
    assert upload(ears, query="?language=de", language="fr").text == upload(ears, language="fr").text
    assert upload(ears, query="?model=brief", model=None).text == plain


def test_formats(ears):
    said = upload(ears).json()["text"]
    plain = upload(ears, response_format="text")
    assert (plain.headers["Content-Type"], plain.text) == ("text/plain", said)
    verbose = upload(ears, response_format="verbose_json", language="de", file=sounds.tone(300, 0.5)).json()
    assert (verbose["task"], verbose["language"], verbose["duration"]) == ("transcribe", "de", 0.5)
    assert verbose["text"]


def test_streams(ears):
    said = upload(ears).json()["text"]
    frames = events(upload(ears, stream="true"))
    assert {frame["type"] for frame in frames[:-1]} == {"transcript.text.delta"}
    assert "".join(frame["delta"] for frame in frames[:-1]) == said
    done = frames[-1]
    assert (done["type"], done["text"]) == ("transcript.text.done", said)
    assert done["usage"]["output_tokens"] == 8 and done["usage"]["input_tokens"] > 8


def test_translations(ears):
    answer = upload(ears, "translations", response_format="verbose_json")
    assert (answer.json()["task"], answer.json()["language"]) == ("translate", "english"), answer.text


REFUSED = {
    "no model": ({"model": None}, "model is required"),
    "no file": ({"file": None}, "file is required: http: no such file"),
    "neither": ({"model": None, "file": None}, "model is required"),
    "a field for a file": ({"file": "text"}, "file is required: http: no such file"),
    "an empty file": ({"file": b""}, "audio file is empty"),
    "srt": ({"response_format": "srt"}, 'response_format "srt" is not supported: models tell what is said, not when'),
    "a temperature that is none": ({"temperature": "hot"}, "temperature must be a number from 0 to 2"),
    "a model that is deaf": ({"model": "deaf"}, '"deaf" does not support audio'),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refusals(ears, kind):
    fields, message = REFUSED[kind]
    assert refusal(upload(ears, **fields)) == (400, "invalid_request_error", message)


@pytest.mark.parametrize("stream", ["true", "false"])
def test_a_file_that_is_no_sound(ears, stream):
    status, kind, message = refusal(upload(ears, file=b"hello, I am a text", stream=stream))
    assert (status, kind) == (400, "invalid_request_error")
    assert "Failed to load image or audio file" in message
    assert upload(ears).status == 200


def test_an_absent_model(ears):
    assert refusal(upload(ears, model="absent")) == (404, "not_found_error", "model 'absent' not found")


def test_bodies_that_are_no_form(ears):
    for headers, body, why in (({"Content-Type": "application/json"}, b"{}", "request Content-Type isn't multipart/form-data"),
                               ({"Content-Type": sounds.FORM}, b"--corral\r\n", "multipart: the headers of a part do not end")):
        answer = ears.request("POST", "/v1/audio/transcriptions", body, headers)
        assert refusal(answer) == (400, "invalid_request_error", f"failed to parse multipart form: {why}")


# --- sounds in other requests


def test_sounds_in_chat_completions(ears):
    data = base64.b64encode(sounds.tone(880)).decode()
    answer = ears.post("/v1/chat/completions", {"model": "brief", "messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is said?"}, {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}]}]})
    assert answer.status == 200 and answer.json()["usage"]["completion_tokens"] == 8
