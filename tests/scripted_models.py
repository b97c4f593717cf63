"""Models that call a tool and models that think, with known words (tests/fixtures/scripted_model.h)."""

import harness

# A question is met with a call of the tool `add`, its result with a sentence.
TOOL_TEMPLATE = """\
{%- if tools %}<|im_start|>system
# Tools
<tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>
For each function call return a json object within <tool_call></tool_call> tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == "tool" %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% elif message.tool_calls %}<|im_start|>assistant
{%- for call in message.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor %}<|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% if tools and messages[-1].role != "tool" %}<|call|>{% else %}<|tell|>{% endif %}{% endif %}"""
TOOL_ANSWERS = {
    "<|call|>": [
        "<tool_call>", "\n", '{"name": ', '"add"', ', "arguments": ', '{"a": ', "1", ', "b": ', "2", "}}", "\n",
        "</tool_call>"
    ], "<|tell|>": ["The sum", " is", " three", "."],
}
# Thoughts come before the answer, unless thinking is switched off.
THINK_TEMPLATE = """\
{%- for message in messages %}<|im_start|>{{ message.role }}
{% if message.role == "assistant" and message.reasoning_content %}<think>
{{ message.reasoning_content }}
</think>

{% endif %}{{ message.content }}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking is false %}<think>

</think>

{% else %}<|muse|>{% endif %}{% endif %}"""
THINK_ANSWERS = {
    "<|muse|>": ["<think>", "\n", "Let me", " see", ".", "\n", "</think>", "\n", "\n", "Forty", "-two", "!"],
    "\n": ["Just", " forty", "-two", "?"],
}
# Talks until it is told to stop: in 8,192 tokens of context more than any buffer between it and a client holds, so that
# an abort always comes before the end.
TALK_TEMPLATE = """\
{%- for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
<|talk|>{% endif %}"""
TALK_ANSWERS = {"<|talk|>": [" on and on" * 30, " and again" * 30]}
SPECIAL = ["<|im_start|>", "<|im_end|>"]

MODELS = {"caller": (TOOL_ANSWERS, TOOL_TEMPLATE), "thinker": (THINK_ANSWERS, THINK_TEMPLATE),
          "talker": (TALK_ANSWERS, TALK_TEMPLATE)}
ENDLESS = ["<|talk|>"]


# As the template above, but of long prompts it shows only beginnings, so that they take few tokens.
AGENT_TEMPLATE = TOOL_TEMPLATE.replace("{{ tool | tojson }}", "{{ tool.function.name }}").replace(
    "{{ message.content }}", "{{ message.content[:80] }}")


def write_agent(name, folder, tool, arguments):
    """Writes a model that drives a coding agent: it calls `tool` once, with JSON text for its arguments, and says what
    came of it. Gives its path."""
    call = [f'<tool_call>\n{{"name": "{tool}", "arguments": ', arguments, "}\n</tool_call>"]
    return harness.make_scripted_model(folder / f"{name}.gguf", {"<|call|>": call, "<|tell|>": ["The file", " is", " made."]},
                                       chat_template=AGENT_TEMPLATE, special=SPECIAL)


def write(name, folder):
    """Writes one of MODELS and gives its path."""
    answers, template = MODELS[name]
    return harness.make_scripted_model(folder / f"{name}.gguf", answers, chat_template=template, special=SPECIAL,
                                       endless=[start for start in ENDLESS if start in answers])
