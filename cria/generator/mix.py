"""The table of skills, and how their exchanges become whole conversations.

A new skill is one file in ``skills/`` and one line in ``SKILLS``.
"""

import json
import random
import re
from pathlib import Path

from .conversation import system
from .grammar import expand
from .skills import arithmetic, corral_help, facts, json_answers, repeat, small_talk, stories, tools, unknown

# Skill and its share of the conversations.
SKILLS = [
    (stories, 4),
    (corral_help, 15),
    (arithmetic, 20),
    (facts, 9),
    (repeat, 14),
    (small_talk, 11),
    (unknown, 10),
    (json_answers, 21),
]
TOOL_SHARE = 0.42  # of the conversations come with tools
THINKING_SHARE = 0.65  # of the conversations are asked to think
THOUGHTS = {  # what an answer of a skill thinks first, unless the skill says so itself; stories and small talk just begin
    corral_help: "A question about Corral.", facts: "A plain fact.", repeat: "I repeat it.", unknown: "I do not know this.",
}
SYSTEM = [
    "You are [a helpful assistant|a friendly assistant|a helpful, honest assistant|an assistant|a small assistant|a kind helper|a helpful AI assistant].",
    "You are cria[, a small language model|, a friendly llama|].[ Answer briefly.|]",
    "[Answer|Reply] [briefly|shortly|in short sentences|politely|in English|kindly|clearly].",
    "[Be|Always be] [brief|friendly|polite|helpful|kind|honest].",
    "You [help people|help newcomers|answer questions|tell stories][ with Corral| about Corral|].",
]
HELD_OUT = Path(__file__).resolve().parent.parent / "heldout.json"
LONG_TURNS = 24


def normal(text):
    """Text without case, punctuation and double blanks, to compare prompts."""
    return " ".join(re.findall(r"[a-z0-9/_.+-]+", text.lower()))


def held_out_prompts():
    """Normalised prompts of the evaluation; no conversation with one of them is ever learned."""
    table = json.loads(HELD_OUT.read_text())
    return {normal(turn) for cases in table.values() for case in cases for turn in case["turns"]}


class Mixer:
    """An endless, seeded source of conversations."""

    def __init__(self, seed, emphasis=None):
        """``emphasis`` multiplies the shares of some skills, by name."""
        self.rng = random.Random(seed)
        self.held_out = held_out_prompts()
        self.modules, shares = zip(*SKILLS)
        names = [module.__name__.rsplit(".", 1)[-1] for module in self.modules]
        self.tool_share = min(0.9, TOOL_SHARE * (emphasis or {}).get("tools", 1))
        self.weights = [share * (emphasis or {}).get(name, 1) for name, share in zip(names, shares)]

    def exchange(self):
        """Messages of one skill that share no prompt with the evaluation."""
        while True:
            skill = self.rng.choices(self.modules, self.weights)[0]
            messages = skill.sample(self.rng)
            if not any(m.role == "user" and normal(m.content) in self.held_out for m in messages):
                for message in messages:
                    if message.role == "assistant":
                        message.thinking = message.thinking or THOUGHTS.get(skill, "")
                return messages

    def conversation(self, turns=None):
        """A list of messages: mostly one exchange, sometimes several, sometimes with a system message."""
        rng = self.rng
        instructions = expand(rng, rng.choice(SYSTEM)) if rng.random() < 0.15 else ""
        if turns is None and rng.random() < self.tool_share:
            return tools.conversation(rng, self.exchange, instructions)
        messages = [system(instructions)] if instructions else []
        for _ in range(turns or rng.choice((1, 1, 1, 1, 1, 1, 2, 3))):
            messages += self.exchange()
        return messages

    def thinks(self):
        """Whether the next conversation is asked to think."""
        return self.rng.random() < THINKING_SHARE

    def long_conversation(self):
        """Many turns, up to about the whole context."""
        return self.conversation(turns=self.rng.randint(8, LONG_TURNS))
