"""What a training example is: a list of messages, and how it becomes ChatML text.

The text is, to the letter, what the chat template of export.py makes of the same messages and tools.
"""

import json
from dataclasses import dataclass, field

from . import lookup

IM_START, IM_END = "<|im_start|>", "<|im_end|>"
THINK, END_THINK = "<think>", "</think>\n"


@dataclass
class Message:
    """One turn. ``thinking`` is what an answer thinks first, if thinking is asked for; ``tools`` belong to a system message."""

    role: str
    content: str
    thinking: str = ""
    tool_calls: list = field(default_factory=list)
    tools: list = field(default_factory=list)


def system(content, tools=()):
    return Message("system", content, tools=list(tools))


def user(content):
    return Message("user", content)


def assistant(content, thinking=""):
    return Message("assistant", content, thinking)


def calls(tool_calls, thinking=""):
    """A turn that only calls tools: a list of (name, arguments)."""
    return Message("assistant", "", thinking, [{"name": name, "arguments": arguments} for name, arguments in tool_calls])


def result(content):
    """What a tool gave back."""
    return Message("tool", content)


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def body(message):
    """The text of one turn between its header and its end mark, without thinking."""
    return message.content + "".join(f"<tool_call>{_json(call)}</tool_call>" for call in message.tool_calls)


def _tools_turn(request, tools):
    return f"{IM_START}system\nTools:\n" + "\n".join(tool.line(words) for words, tool in lookup.marked(request, tools)) + f"{IM_END}\n"


def _last(messages, role):
    return max((i for i, message in enumerate(messages) if message.role == role), default=-1)


def segments(messages, thinks=False):
    """ChatML as (text, learned) pairs; only what the assistant says, with its end mark, is learned.

    Tools stand behind the last request, which says how they are ordered; what was answered before them is not learned. Only
    the last answer thinks: earlier thoughts are not shown to the model again.
    """
    tools = [tool for message in messages for tool in message.tools]
    last_answer, last_request = _last(messages, "assistant"), _last(messages, "user")
    for i, message in enumerate(messages):
        thinking, answers = thinks and i == last_answer, message.role == "assistant"
        if message.role != "system" or message.content:
            yield f"{IM_START}{message.role}\n" + (THINK if thinking else ""), False
            yield (message.thinking + END_THINK if thinking else "") + body(message) + IM_END, answers and (not tools or i > last_request)
            yield "\n", False
        if tools and i == last_request:
            yield _tools_turn(message.content, tools), False


def prompt(messages, thinks=False):
    """ChatML of a conversation that waits for the assistant's answer."""
    return "".join(text for text, _ in segments(messages)) + f"{IM_START}assistant\n" + (THINK if thinks else "")
