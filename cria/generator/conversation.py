"""What a training example is: a list of messages, and how it becomes ChatML text.

Messages already carry the fields a later version needs (thinking, tool calls); rendering them is one
function, so that version changes this file and adds skills.
"""

import json
from dataclasses import dataclass, field

IM_START, IM_END = "<|im_start|>", "<|im_end|>"


@dataclass
class Message:
    role: str
    content: str
    thinking: str = ""
    tool_calls: list = field(default_factory=list)


def user(content):
    return Message("user", content)


def assistant(content):
    return Message("assistant", content)


def body(message):
    """The text of one turn between its header and its end mark."""
    thinking = f"<think>\n{message.thinking}\n</think>\n\n" if message.thinking else ""
    calls = "".join(f"\n<tool_call>\n{json.dumps(call)}\n</tool_call>" for call in message.tool_calls)
    return thinking + message.content + calls


def segments(messages):
    """ChatML as (text, learned) pairs; only what the assistant says, with its end mark, is learned."""
    for message in messages:
        yield f"{IM_START}{message.role}\n", False
        yield body(message) + IM_END, message.role == "assistant"
        yield "\n", False


def prompt(messages):
    """ChatML of a conversation that waits for the assistant's answer."""
    return "".join(text for text, _ in segments(messages)) + f"{IM_START}assistant\n"
