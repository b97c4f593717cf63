"""Images in chat and generate, from projector layers to answers. Sections are those of native-api.md."""

import base64
import hashlib

import pytest

import images

NO_MEDIA = ('{"error":{"code":400,"message":"Multimodal data provided, but model does not support multimodal requests.",'
            '"type":"invalid_request_error"}}')
GREEDY = {"temperature": 0, "num_predict": 12}


def upload(server, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert server.post(f"/api/blobs/{digest}", data).status in (200, 201)
    return digest


def create(server, name, model, projector):
    answer = server.post("/api/create", {"model": name, "stream": False, "files": {
        "model.gguf": upload(server, model.read_bytes()), "mmproj.gguf": upload(server, projector)}})
    assert answer.status == 200, answer.text


@pytest.fixture(scope="module")
def eyes(server, tiny_models):
    """The module's server with the models `full`, `sliding` and `mrope`, that see, and `blind`."""
    for kind in ("full", "sliding", "mrope"):
        create(server, kind, tiny_models[kind], tiny_models[f"projector-{kind}"].read_bytes())
    server.add_gguf("blind", tiny_models["full"])
    return server


def text(image):
    return base64.b64encode(image).decode()


def generate(server, *pictures, model="full", prompt="Look at this", **body):
    return server.post("/api/generate", {"model": model, "prompt": prompt, "stream": False, "options": GREEDY,
                                         "images": [text(picture) for picture in pictures], **body})


def chat(server, *messages, model="full", **body):
    """Messages are pairs of a text and its images; every second one is the model's."""
    roles = ("user", "assistant")
    return server.post("/api/chat", {
        "model": model, "stream": False, "options": GREEDY, **body,
        "messages": [{"role": roles[i % 2], "content": said, "images": [text(picture) for picture in pictures]}
                     for i, (said, pictures) in enumerate(messages)]})


def said(answer):
    assert answer.status == 200, answer.text
    body = answer.json()
    return body["response"] if "response" in body else body["message"]["content"]


# --- 10 capabilities, 8.4 show


@pytest.mark.parametrize("model, projector", [("full", "mlp"), ("sliding", "gemma3"), ("mrope", "qwen2vl_merger")])
def test_show_tells_of_the_projector(eyes, model, projector):
    shown = eyes.post("/api/show", {"model": model}).json()
    assert "vision" in shown["capabilities"]
    assert shown["projector_info"]["clip.projector_type"] == projector
    assert len([line for line in shown["modelfile"].splitlines() if line.startswith("FROM ")]) == 2


def test_a_model_without_projector_does_not_see(eyes):
    shown = eyes.post("/api/show", {"model": "blind"}).json()
    assert "vision" not in shown["capabilities"]
    assert "projector_info" not in shown


# --- 5.3, 7.2 images in prompts


@pytest.mark.parametrize("model", ["full", "sliding", "mrope"])
def test_images_are_seen(eyes, model):
    answers = {said(generate(eyes, images.stripes(seed), model=model)) for seed in range(5)}
    assert len(answers) > 1
    assert said(generate(eyes, images.stripes(3), model=model)) == said(generate(eyes, images.stripes(3), model=model))


@pytest.mark.parametrize("template", ["{{ range .Messages }}<{{ .Content }}>{{ end }}", "<{{ .Prompt }}>"])
def test_go_templates_place_images(eyes, template):
    made = eyes.post("/api/create", {"model": "going", "from": "full", "template": template, "stream": False})
    assert made.status == 200, made.text
    blind, one = chat(eyes, ("Which?", []), model="going"), chat(eyes, ("Which?", [images.stripes(1)]), model="going")
    assert one.json()["prompt_eval_count"] == blind.json()["prompt_eval_count"] + 16, one.text
    n_text = generate(eyes, prompt="a b", model="going").json()["prompt_eval_count"]
    assert generate(eyes, images.stripes(1), prompt="a b", model="going").json()["prompt_eval_count"] == n_text + 16


@pytest.mark.parametrize("model", ["full", "sliding", "mrope"])
def test_order_of_images_counts(eyes, model):
    pairs = [(images.stripes(seed), images.stripes(seed + 1)) for seed in range(4)]
    assert any(said(chat(eyes, ("Which?", [a, b]), model=model)) != said(chat(eyes, ("Which?", [b, a]), model=model))
               for a, b in pairs)


def test_image_tokens_are_counted(eyes):
    # Markers in front of the text, as 7.2 has it: an image is 16 tokens for this model, wherever it stands.
    n_text = generate(eyes, prompt="a b").json()["prompt_eval_count"]
    assert generate(eyes, images.stripes(1), prompt="a b").json()["prompt_eval_count"] == n_text + 16
    two = generate(eyes, images.stripes(1), images.stripes(2), prompt="a b").json()
    assert two["prompt_eval_count"] == n_text + 32


def test_placeholders_say_where_an_image_stands(eyes):
    picture = images.stripes(4)
    in_front = said(generate(eyes, picture, prompt="[img]one two three"))
    assert in_front == said(generate(eyes, picture, prompt="one two three"))
    assert in_front == said(generate(eyes, picture, prompt="[img-0]one two three", raw=True))
    behind = generate(eyes, picture, prompt="one two three[img-0]", raw=True)
    assert behind.status == 200
    assert behind.json()["prompt_eval_count"] == generate(eyes, picture, prompt="one two three").json()["prompt_eval_count"]


def test_the_context_leaves_images_out(eyes):
    blind, seen = generate(eyes, prompt="a b"), generate(eyes, images.stripes(1), prompt="a b")
    context = seen.json()["context"]
    n_prompt = len(blind.json()["context"]) - blind.json()["eval_count"]
    assert context[:n_prompt] == blind.json()["context"][:n_prompt] and min(context) >= 0
    assert len(context) == n_prompt + seen.json()["eval_count"]
    assert generate(eyes, prompt="c", context=context).status == 200


def test_raw_prompts_mark_images_themselves(eyes):
    answer = generate(eyes, images.stripes(1), prompt="nothing marked", raw=True)
    assert answer.status == 400
    assert "Failed to tokenize prompt" in answer.json()["error"]


def test_conversation_about_an_image(eyes):
    first = ("What is this?", [images.stripes(2)])
    answer = said(chat(eyes, first))
    further = [first, (answer, []), ("And now?", [])]
    assert said(chat(eyes, *further, truncate=False)) == said(chat(eyes, *further, truncate=False))
    other = [("What is this?", [images.stripes(3)]), *further[1:]]
    counts = {chat(eyes, *m, truncate=False).json()["prompt_eval_count"] for m in (further, other)}
    assert len(counts) == 1


def test_what_a_tool_gives_may_be_an_image(eyes):
    """openai-anthropic-api.md 8.2, 10.3, 17."""
    picture = text(images.stripes(3))

    def respond(n_images):
        output = [{"type": "input_text", "text": "seen"}, *[
            {"type": "input_image", "image_url": f"data:image/png;base64,{picture}"}] * n_images]
        return eyes.post("/v1/responses/input_tokens", {"model": "full", "input": [
            {"role": "user", "content": "look"}, {"type": "function_call", "call_id": "c", "name": "see", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": output}]}).json()["input_tokens"]

    def message(n_images):
        blocks = [{"type": "text", "text": "seen"}, *[
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": picture}}] * n_images]
        return eyes.post("/v1/messages/count_tokens", {"model": "full", "messages": [
            {"role": "user", "content": "look"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "see", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": blocks}]}]}).json()["input_tokens"]

    for count in (respond, message):
        n_tokens = [count(n_images) for n_images in range(3)]
        assert n_tokens[0] < n_tokens[1] and n_tokens[2] - n_tokens[1] == n_tokens[1] - n_tokens[0]


def test_old_images_go_when_the_context_is_short(eyes):
    # By 7.2 an image counts as 768 tokens, which is more than this model's whole context.
    long = [("See", [images.stripes(1)]), ("Yes.", []), ("And?", [])]
    answer = chat(eyes, *long)
    assert answer.status == 200
    assert answer.json()["prompt_tokens_dropped"] > 0
    rest = [{"role": "assistant", "content": "Yes."}, {"role": "user", "content": "And?"}]
    assert said(answer) == said(eyes.post("/api/chat", {"model": "full", "stream": False, "options": GREEDY,
                                                        "messages": rest}))


def test_streams_go_on_beside_images(eyes):
    lines = []
    for line in eyes.stream("/api/generate", {"model": "full", "prompt": "on and on",
                                              "options": {"temperature": 0, "num_predict": 200}}):
        lines.append(line)
        if len(lines) in (3, 10):
            assert generate(eyes, images.stripes(30 + len(lines))).status == 200
    assert lines[-1]["done"]
    assert lines[-1]["eval_count"] > 10


def test_a_client_that_goes_away_leaves_nothing_broken(eyes):
    expected = said(generate(eyes, images.stripes(8)))
    for seed in range(3):
        stream = eyes.stream("/api/generate", {"model": "full", "prompt": "Look", "images": [text(images.stripes(seed))],
                                               "options": {"temperature": 0, "num_predict": 400}})
        next(stream)
        stream.close()
    assert said(generate(eyes, images.stripes(8))) == expected


# --- formats


FORMATS = {
    "png": images.stripes(1),
    "jpeg": images.jpeg([0, 255, 128, 64, 200, 30], 3),
    "gif": images.GIF,
    "webp-lossy": images.WEBP_LOSSY,
    "webp-lossless": images.WEBP_LOSSLESS,
}


@pytest.mark.parametrize("kind", FORMATS)
def test_formats(eyes, kind):
    assert generate(eyes, FORMATS[kind]).status == 200


def test_jpeg_pixels_arrive(eyes):
    assert said(generate(eyes, images.jpeg([0] * 4, 2))) != said(generate(eyes, images.jpeg([255, 0, 0, 255], 2)))


BAD = {
    "empty": (b"", "is empty"),
    "not an image": (b"hello, I am a text", "is no PNG"),
    "a cut PNG": (images.stripes(1)[:60], ""),
    "only a PNG header": (images.png_header(32, 32), ""),
    "a cut JPEG": (images.jpeg([1, 2], 1)[:40], ""),
    "a bomb": (images.png_header(100000, 100000), "100000 x 100000 pixels"),
    "data that inflates to 100 MB": (images.png_bomb(100_000_000), "far more data than its size needs"),
    "a sound": (b"ID3\x04\0\0\0\0\0\0", "a sound, which the model does not take"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_loaded_is_refused(eyes, kind, stream):
    data, why = BAD[kind]
    for answer in (generate(eyes, data, stream=stream), chat(eyes, ("See", [data]), stream=stream)):
        assert answer.status == 400, answer.text
        assert "Failed to load image or audio file" in answer.json()["error"]
        assert why in answer.json()["error"]
    assert generate(eyes, images.stripes(1)).status == 200  # and the runner goes on


def test_a_broken_webp_says_so(eyes):
    answer = generate(eyes, images.WEBP_LOSSY[:30])
    assert answer.status == 500
    assert answer.json()["error"].startswith("decode WebP image: ")


def test_too_many_images(eyes):
    answer = generate(eyes, *[images.GIF] * 65)
    assert answer.status == 400
    assert "65 files, more than 64" in answer.json()["error"]


def test_too_many_pixels_together(eyes):
    answer = generate(eyes, *[images.png_header(8000, 8000)] * 3)
    assert answer.status == 400
    assert "million pixels together" in answer.json()["error"]


def test_an_image_that_does_not_fit_the_context(eyes):
    answer = generate(eyes, *[images.stripes(i) for i in range(40)])
    assert answer.status == 400
    assert "exceeds the available context size" in answer.json()["error"]


# --- 7.9 models that do not see


def test_a_text_only_model_refuses_images(eyes):
    completion = generate(eyes, images.GIF, model="blind")
    assert (completion.status, completion.json()) == (400, {"error": NO_MEDIA})
    conversation = chat(eyes, ("See", [images.GIF]), model="blind")
    assert conversation.status == 500
    assert "image input is not supported" in conversation.json()["error"]


def test_a_projector_that_cannot_be_loaded_says_why(eyes, tiny_models):
    projector = tiny_models["projector-full"].read_bytes()
    create(eyes, "strange", tiny_models["full"], projector.replace(b"mlp", b"xyz"))
    answer = generate(eyes, images.GIF, model="strange")
    assert answer.status == 500
    assert "unknown projector type: xyz" in answer.json()["error"]
    assert generate(eyes, images.GIF).status == 200


# --- the command line


def test_run_takes_images_by_their_path(eyes, tmp_path):
    path = tmp_path / "a picture.png"
    path.write_bytes(images.stripes(5))
    ran = eyes.cli("run", "full", f"describe {path} please")
    assert ran.returncode == 0, ran.stderr
    assert f"Added image '{path}'" in ran.stderr
    assert ran.stdout.strip()


def test_run_tells_what_is_wrong_with_an_image(eyes, tmp_path):
    path = tmp_path / "cut.png"
    path.write_bytes(images.stripes(5)[:50])
    ran = eyes.cli("run", "full", f"describe {path}")
    assert ran.returncode != 0
    assert "Failed to load image or audio file" in ran.stderr
