"""Images that requests to /v1 name by their URL. Section 15.2 of openai-anthropic-api.md."""

import base64
import contextlib
import http.server

import pytest

import harness
import images

PICTURE = images.stripes(3)
HUGE = 21 << 20  # bytes


class Pictures(http.server.BaseHTTPRequestHandler):
    """A host of images that also redirects, refuses, and sends what is none."""
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        port = self.server.server_port
        status, location, body = {
            "/a.png": (200, None, PICTURE),
            "/moved": (302, "/a.png", b""),
            "/elsewhere": (302, f"http://localhost:{port}/a.png", b""),
            "/round": (307, f"http://127.0.0.1:{port}/round", b""),
            "/nowhere": (301, "file:///etc/passwd", b""),
            "/huge": (200, None, bytes(HUGE)),
            "/text": (200, None, b"no picture"),
        }.get(self.path, (404, None, b"gone"))
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # whoever asked has had enough
            pass

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def pictures():
    with harness.serving(Pictures) as server:
        yield f"127.0.0.1:{server.server_port}"


@contextlib.contextmanager
def serve(folder, tiny_models, hosts):
    with harness.Server(folder, CORRAL_IMAGE_HOSTS=hosts) as server:
        server.add_gguf("eyes", tiny_models["full"], tiny_models["projector-full"],
                        parameters={"temperature": 0, "num_predict": 8})
        yield server


@pytest.fixture(scope="module")
def near(tmp_path_factory, tiny_models, pictures):
    """A server that may fetch from the host of pictures, by its address."""
    with serve(tmp_path_factory.mktemp("near"), tiny_models, f"images.example, {pictures}") as server:
        yield server


@pytest.fixture(scope="module")
def anywhere(tmp_path_factory, tiny_models):
    """A server that may fetch from all of the internet."""
    with serve(tmp_path_factory.mktemp("anywhere"), tiny_models, "*") as server:
        yield server


def chat(server, url):
    return server.post("/v1/chat/completions", {"model": "eyes", "temperature": 0, "max_tokens": 8, "messages": [
        {"role": "user", "content": [{"type": "text", "text": "a b"}, {"type": "image_url", "image_url": {"url": url}}]}]})


def respond(server, url):
    return server.post("/v1/responses", {"model": "eyes", "temperature": 0, "max_output_tokens": 8, "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "a b"}, {"type": "input_image", "image_url": url}]}]})


def message(server, url, path="/v1/messages"):
    source = {"type": "url", "url": url}
    if url.startswith("data:"):
        source = {"type": "base64", "media_type": "image/png", "data": url.partition(",")[2]}
    return server.post(path, {"model": "eyes", "temperature": 0, "max_tokens": 8, "messages": [
        {"role": "user", "content": [{"type": "text", "text": "a b"}, {"type": "image", "source": source}]}]})


SAID = {chat: lambda body: body["choices"][0]["message"]["content"],
        respond: lambda body: body["output"][0]["content"][0]["text"], message: lambda body: body["content"][0]["text"]}


@pytest.mark.parametrize("ask", SAID)
@pytest.mark.parametrize("path", ["/a.png", "/moved"])
def test_an_image_is_fetched(near, pictures, ask, path):
    sent = ask(near, "data:image/png;base64," + base64.b64encode(PICTURE).decode())
    fetched = ask(near, f"http://{pictures}{path}")
    assert (sent.status, fetched.status) == (200, 200), fetched.text
    assert SAID[ask](fetched.json()) == SAID[ask](sent.json())


def test_its_tokens_are_counted(near, pictures):
    def count(url):
        return message(near, url, "/v1/messages/count_tokens").json()["input_tokens"]

    assert count(f"http://{pictures}/a.png") == count("data:image/png;base64," + base64.b64encode(PICTURE).decode())


@pytest.mark.parametrize("path, why", [
    ("/gone", "status 404"), ("/huge", "it is larger than 20 MiB"), ("/round", "too many redirects"),
    ("/elsewhere", "its host is not in the server's CORRAL_IMAGE_HOSTS"),
    ("/nowhere", "its host is not in the server's CORRAL_IMAGE_HOSTS")])
def test_what_cannot_be_fetched_is_told(near, pictures, path, why):
    answer = chat(near, f"http://{pictures}{path}")
    assert answer.status == 400
    assert answer.json()["error"]["message"].endswith(why) and "cannot be fetched" in answer.json()["error"]["message"]


def test_what_is_no_image_is_refused_as_one_that_was_sent(near, pictures):
    answer = chat(near, f"http://{pictures}/text")
    assert answer.status == 400 and "Failed to load image or audio file" in answer.json()["error"]["message"]


@pytest.mark.parametrize("ask", SAID)
def test_hosts_that_are_not_listed_are_not_asked(near, pictures, ask):
    Pictures.asked.clear()
    port = pictures.partition(":")[2]
    for host in (f"localhost:{port}", f"127.0.0.1.:{port}", f"{pictures}@other.example", "other.example"):
        answer = ask(near, f"http://{host}/a.png")
        assert answer.status == 400 and "CORRAL_IMAGE_HOSTS" in answer.json()["error"]["message"], answer.text
    assert Pictures.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_all_of_the_internet_does_not_begin_at_home(anywhere, pictures, host):
    Pictures.asked.clear()
    answer = chat(anywhere, f"http://{host}:{pictures.partition(':')[2]}/a.png")
    assert answer.status == 400
    assert answer.json()["error"]["message"].endswith("it lies within a private network"), answer.text
    assert Pictures.asked == []


def test_images_are_not_without_number(near, pictures):
    parts = [{"type": "image_url", "image_url": {"url": f"http://{pictures}/a.png"}}] * 17
    answer = near.post("/v1/chat/completions", {"model": "eyes", "messages": [{"role": "user", "content": parts}]})
    assert (answer.status, answer.json()["error"]["message"]) == (400, "at most 16 images can be fetched")
