"""Go templates, end to end: what prompts they make, and how answers to them are read.

Sections are those of native-api.md (7, 8) and modelfile-create-templates.md (10 to 16).
"""

import pytest

import harness

LLAMA2 = ("[INST] <<SYS>>{{ .System }}<</SYS>>\n\n{{ .Prompt }} [/INST] {{ .Response }}</s>")
ALPACA = ("{{ if .System }}{{ .System }}\n\n{{ end }}{{ if .Prompt }}### Instruction:\n{{ .Prompt }}\n\n{{ end }}"
          "### Response:\n{{ .Response }}\n\n")
CHATML = ("{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n")
LLAMA3 = ("{{- if .System }}<|start_header_id|>system<|end_header_id|>\n\n{{ .System }}<|eot_id|>{{ end }}\n"
          "{{- range $i, $_ := .Messages }}\n{{- $last := eq (len (slice $.Messages $i)) 1 }}\n"
          "{{- if ne .Role \"system\" }}<|start_header_id|>{{ .Role }}<|end_header_id|>\n\n{{ .Content }}"
          "{{ if not $last }}<|eot_id|>{{ else if ne .Role \"assistant\" }}<|eot_id|>"
          "<|start_header_id|>assistant<|end_header_id|>\n\n{{ end }}{{ end }}\n{{- end }}")
MISTRAL = ("{{- range $index, $_ := .Messages }}\n{{- if eq .Role \"user\" }}\n"
           "{{- if and (eq (len (slice $.Messages $index)) 1) $.Tools }}[AVAILABLE_TOOLS] {{ $.Tools }}"
           "[/AVAILABLE_TOOLS]\n{{- end }}[INST] {{ .Content }}[/INST]\n"
           "{{- else if eq .Role \"assistant\" }}\n{{- if .Content }} {{ .Content }}</s>\n"
           "{{- else if .ToolCalls }}[TOOL_CALLS] [\n"
           "{{- range .ToolCalls }}{\"name\": \"{{ .Function.Name }}\", \"arguments\": {{ .Function.Arguments }}}\n"
           "{{- end }}]</s>\n{{- end }}\n"
           "{{- else if eq .Role \"tool\" }}[TOOL_RESULTS] {\"content\": {{ .Content }}}[/TOOL_RESULTS]\n"
           "{{- end }}\n{{- end }}")
FIM = "{{ if .Suffix }}<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>{{ else }}{{ .Prompt }}{{ end }}"
TALKER = ("{{ range .Messages }}[{{ .Role }}]{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}{{ .Content }}"
          "{{ if .ToolCalls }}<tool_call>{{ range .ToolCalls }}{\"name\": \"{{ .Function.Name }}\"}{{ end }}{{ end }}"
          "{{ end }}{{ if .Tools }}{{ .Tools }}<|call|>{{ else if .Think }}<|think|>{{ else }}<|say|>{{ end }}")

BARE = ("{{ range .Messages }}{{ .Content }}{{ range .ToolCalls }}{\"name\": \"{{ .Function.Name }}\", "
        "\"parameters\": {{ .Function.Arguments }}}{{ end }}{{ end }}{{ if .Tools }}{{ .Tools }}<|bare|>{{ end }}")

TOOL = {"type": "function", "function": {"name": "add", "parameters": {
    "type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "integer"}}}}}
TOOL_TEXT = ('[{"type":"function","function":{"name":"add","description":"","parameters":{"type":"object",'
             '"properties":{"a":{"type":"integer"},"b":{"type":"integer"}}}}}]')

USER = {"role": "user", "content": "Hi"}
TALK = [{"role": "system", "content": "Be <brief>."}, USER, {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": "More"}]
CALL = {"role": "assistant", "tool_calls": [{"function": {"name": "add", "arguments": {"b": 1, "a": 2}}}]}
RESULT = {"role": "tool", "content": "3", "tool_name": "add"}

RENDERED = [
    ("llama2", [USER], "[INST] <<SYS>><</SYS>>\n\nHi [/INST] "),
    ("llama2", TALK, "[INST] <<SYS>>Be <brief>.<</SYS>>\n\nHi [/INST] Yes?</s>[INST] <<SYS>><</SYS>>\n\nMore [/INST] "),
    ("alpaca", TALK, "Be <brief>.\n\n### Instruction:\nHi\n\n### Response:\nYes?\n\n"
                     "### Instruction:\nMore\n\n### Response:\n"),
    ("chatml", TALK, "<|im_start|>system\nBe <brief>.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                     "<|im_start|>assistant\nYes?<|im_end|>\n<|im_start|>user\nMore<|im_end|>\n<|im_start|>assistant\n"),
    ("llama3", TALK, "<|start_header_id|>system<|end_header_id|>\n\nBe <brief>.<|eot_id|>"
                     "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                     "<|start_header_id|>assistant<|end_header_id|>\n\nYes?<|eot_id|>"
                     "<|start_header_id|>user<|end_header_id|>\n\nMore<|eot_id|>"
                     "<|start_header_id|>assistant<|end_header_id|>\n\n"),
    ("llama3", [USER, {"role": "assistant", "content": "Sure"}],
     "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
     "<|start_header_id|>assistant<|end_header_id|>\n\nSure"),
    ("mistral", [USER], f"[AVAILABLE_TOOLS] {TOOL_TEXT}[/AVAILABLE_TOOLS][INST] Hi[/INST]"),
    ("mistral", [USER, CALL, RESULT],
     '[INST] Hi[/INST][TOOL_CALLS] [{"name": "add", "arguments": {"a":2,"b":1}}]</s>'
     '[TOOL_RESULTS] {"content": 3}[/TOOL_RESULTS]'),
    ("fim", [USER], "Hi"),
]


@pytest.fixture(scope="module")
def models(server, tmp_path_factory):
    """The module's server with one model per template; they share a file that says what it is told."""
    path = tmp_path_factory.mktemp("scripted") / "talker.gguf"
    harness.make_scripted_model(path, {
        "<|say|>": ["Hel", "lo"],
        "<|call|>": ["<tool_call>", '{"name": "add", ', '"arguments": {"b": 1, "a": 2}}', "</tool_call>"],
        "<|bare|>": ['{"name": "add", ', '"parameters": {"b": 1, "a": 2}}'],
        "<|think|>": ["<think>", " so ", "it is ", "</think>", "\n", "Yes", "."]})
    chatty = TALKER.replace("<|call|>", "<|say|>")
    templates = {"chatty": chatty, "llama2": LLAMA2, "alpaca": ALPACA, "chatml": CHATML, "llama3": LLAMA3, "mistral": MISTRAL,
                 "fim": FIM, "talker": TALKER, "bare": BARE, "broken": "{{ range .Messages }}{{ .Content.Nope }}{{ end }}"}
    for name, text in templates.items():
        server.add_gguf(name, path, template=text)
    return server


def rendered(server, path, body):
    answer = server.post(path, {**body, "_debug_render_only": True})
    assert answer.status == 200, answer.text
    return answer.json()["_debug_info"]["rendered_template"]


@pytest.mark.parametrize("model, messages, expected", RENDERED, ids=[f"{r[0]}-{i}" for i, r in enumerate(RENDERED)])
def test_conversations_are_rendered(models, model, messages, expected):
    tools = {"tools": [TOOL]} if model == "mistral" else {}
    assert rendered(models, "/api/chat", {"model": model, "messages": messages, **tools}) == expected


def test_generate_renders_the_same_way(models):
    assert rendered(models, "/api/generate", {"model": "alpaca", "prompt": "Hi", "system": "S"}) == (
        "S\n\n### Instruction:\nHi\n\n### Response:\n")


def test_a_gap_is_filled_in(models):  # 8.5
    body = {"model": "fim", "prompt": "def f", "suffix": "return x"}
    assert rendered(models, "/api/generate", body) == "<PRE> def f <SUF>return x <MID>"
    refused = models.post("/api/generate", {"model": "chatml", "prompt": "a", "suffix": "b"})
    assert (refused.status, "does not support insert" in refused.text) == (400, True)


def test_a_request_brings_its_template(models):  # 8.5
    body = {"model": "chatml", "prompt": "Hi", "system": "S", "template": "<{{ .System }}|{{ .Prompt }}>"}
    assert rendered(models, "/api/generate", body) == "<S|Hi>"
    refused = models.post("/api/generate", {**body, "template": "{{ foo }}"})
    assert (refused.status, refused.json()) == (500, {"error": 'template: :1: function "foo" not defined'})


def test_templates_that_fail_say_why(models):
    answer = models.post("/api/chat", {"model": "broken", "messages": [USER]})
    assert answer.status == 500
    assert answer.json()["error"] == ('template: :1:32: executing "" at <.Content.Nope>: '
                                      "can't evaluate field Nope in type string")


@pytest.mark.parametrize("text, error", [
    ("{{ .Prompt", "template: :1: unclosed action"),
    ("a\n{{ if .A }}", "template: :2: unexpected EOF"),
    ("{{ template \"x\" }}", "undefined template specified")])
def test_create_refuses_bad_templates(models, text, error):
    answer = models.post("/api/create", {"model": "bad", "from": "chatml", "template": text, "stream": False})
    assert (answer.status, answer.json()) == (400, {"error": f"template error: {error}"})


def test_show_tells_the_template_and_what_it_can_do(models):
    shown = models.post("/api/show", {"model": "talker"}).json()
    assert shown["template"] == TALKER
    assert f'TEMPLATE """{TALKER}"""' not in shown["modelfile"]  # one line, not quoted
    assert f"TEMPLATE {TALKER}\n" in shown["modelfile"]
    assert shown["capabilities"] == ["completion", "tools", "thinking"]
    assert models.post("/api/show", {"model": "fim"}).json()["capabilities"] == ["completion", "insert"]


def test_tool_calls_are_found(models):  # 16
    body = {"model": "talker", "messages": [USER], "tools": [TOOL]}
    lines = models.post("/api/chat", body).lines()
    calls = [call for line in lines for call in line["message"].get("tool_calls", [])]
    assert [call["function"] for call in calls] == [{"index": 0, "name": "add", "arguments": {"b": 1, "a": 2}}]
    assert calls[0]["id"].startswith("call_") and len(calls[0]["id"]) == 13
    assert "tool_call" not in "".join(line["message"]["content"] for line in lines)
    assert lines[-1]["done_reason"] == "stop"


def test_thinking_is_split_off(models):  # 15
    body = {"model": "talker", "messages": [USER], "stream": False}
    assert models.post("/api/chat", body).json()["message"] == {
        "role": "assistant", "content": "Yes.", "thinking": "so it is "}
    assert models.post("/api/chat", {**body, "think": False}).json()["message"] == {
        "role": "assistant", "content": "Hello"}
    generated = models.post("/api/generate", {"model": "talker", "prompt": "x", "stream": False}).json()
    assert (generated["response"], generated["thinking"]) == ("Yes.", "so it is ")


def test_a_format_holds_behind_thinking(models):  # 7.8; upstream lets it hold for the thinking too
    body = {"model": "talker", "messages": [USER], "format": "json", "stream": False, "options": {"num_predict": 60}}
    message = models.post("/api/chat", body).json()["message"]
    assert message["thinking"] == "so it is " and message["content"].lstrip().startswith("{")


@pytest.mark.parametrize("model", ["talker", "bare"])
@pytest.mark.parametrize("form", ["json", {"type": "object", "properties": {"x": {"$ref": "#/$defs/n"}}, "required": ["x"],
                                           "$defs": {"n": {"type": "integer"}}}])
def test_tools_can_be_called_beside_a_format(models, model, form):  # upstream's format makes calls impossible
    body = {"model": model, "messages": [USER], "tools": [TOOL], "format": form, "stream": False,
            "options": {"num_predict": 100}}
    message = models.post("/api/chat", body).json()["message"]
    assert [call["function"]["arguments"] for call in message["tool_calls"]] == [{"b": 1, "a": 2}]
    # A model that calls nothing keeps to the format.
    quiet = models.post("/api/chat", {**body, "model": "chatty", "think": False}).json()
    assert "tool_calls" in quiet["message"] or quiet["message"]["content"].lstrip().startswith(("{", "<tool_call>"))


def test_the_setting_chooses_the_template(fresh_server, tmp_path):  # 7.1, OLLAMA_GO_TEMPLATE
    fresh_server.environment["OLLAMA_GO_TEMPLATE"] = "0"
    fresh_server.start()
    path = harness.make_scripted_model(tmp_path / "m.gguf", {}, chat_template="{{ messages[0].content }}")
    fresh_server.add_gguf("both", path, template="go {{ .Prompt }}")
    assert rendered(fresh_server, "/api/chat", {"model": "both", "messages": [USER]}) == "Hi"
    assert fresh_server.post("/api/show", {"model": "both"}).json()["template"] == "{{ messages[0].content }}"


def test_long_conversations_lose_their_oldest_messages(models):  # 7.2
    messages = [{"role": "system", "content": "S"}]
    messages += [{"role": "user" if i % 2 == 0 else "assistant", "content": f"{i}: " + "word " * 20} for i in range(41)]
    body = {"model": "chatml", "messages": messages, "options": {"num_ctx": 512}}
    text = rendered(models, "/api/chat", body)
    assert text.startswith("<|im_start|>system\nS<|im_end|>\n<|im_start|>") and "40: " in text and "0: word" not in text[:60]
    assert "<|im_start|>user\n2: " not in text
    everything = rendered(models, "/api/chat", {**body, "truncate": False})
    assert all(f"{i}: word" in everything for i in range(41))
