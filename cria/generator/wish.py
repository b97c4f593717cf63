"""A tool with the ways to ask for it (``Pattern``), and one such request with its values (``Need``)."""

import re
from dataclasses import dataclass

from . import values
from .grammar import capital, expand
from .tool import Tool

POLITE = "[|||||Please |please |Can you |Could you |I want you to |Now |Would you |You should |Go and |Let us |I need you to |I want to |I would like to ]"
KNOW = "[What is|What's|Tell me|Give me|Show me|Find out|I need|Can you tell me|Look up|Check|I want to know|Get|Get me|Find]"


@dataclass
class Need:
    """One thing that a user wants."""

    tool: Tool
    arguments: dict
    ask: str  # a sentence: "What is the weather in Paris?"
    short: str = ""  # the same as a part of a sentence, "the weather in Paris"; empty when there is none
    orders: bool = False  # whether the short form is something to do ("open the window") rather than to know
    pattern: object = None


@dataclass
class Pattern:
    """``kinds`` has the kind of value of each parameter, by its slot. A request that begins in lower case is an order; one
    that begins with "& " only names what is wanted ("the weather in {city}"), one with "! " is no order in spite of its lower case."""

    tool: Tool
    kinds: dict  # slot -> (parameter name, kind of value)
    asks: list
    group: str = ""
    words: dict = None  # of a made-up tool

    def _slots(self, ask):
        return set(re.findall(r"\{(\w+)\}", ask))

    def _usable(self, ask):
        """Whether a request says all that must be said."""
        said = {self.kinds[slot][0] for slot in self._slots(ask)}
        return all(parameter.name in said for parameter in self.tool.parameters if parameter.required)

    def fill(self, rng):
        """A need with new values."""
        asks = [ask for ask in self.asks if self._usable(ask)]
        ask = rng.choice(asks)
        slots = self._slots(ask)
        chosen = {slot: values.make(rng, kind) for slot, (_, kind) in self.kinds.items() if slot in slots}
        arguments = {parameter.name: value for parameter in self.tool.parameters
                     for slot, value in chosen.items() if self.kinds[slot][0] == parameter.name}
        shorts = [each for each in asks if is_short(each) and self._slots(each) == slots]
        short = ask if is_short(ask) else rng.choice(shorts) if shorts else ""
        said = expand(rng, short.removeprefix("& ")).format_map(chosen) if short else ""
        return Need(self.tool, arguments, _sentence(rng, ask, chosen, said if short == ask else ""), said, not short.startswith("& "), self)


def is_short(ask):
    return ask.startswith("& ") or ask[:1].islower() or ask.startswith("[") and ask[1:2].islower()


def _sentence(rng, ask, chosen, said):
    """The request as a sentence of its own."""
    if ask.startswith("& "):
        return f"{expand(rng, KNOW)} {said}{rng.choice('?.')}" if rng.random() < 0.8 else capital(said) + rng.choice(("?", "?", "", ", please."))
    if said:
        polite = expand(rng, POLITE)
        text = f"{polite} {said}".strip()
        text += rng.choice((".", ".", "") if ask.endswith(("}", '"', ")")) else (".", ".", "", " please", ", please.", "?" if "you" in polite else "."))
        return text if rng.random() < 0.25 or text.startswith("{") else _capital_of_order(text)
    text = expand(rng, ask.removeprefix("! ")).format_map(chosen)
    return text if ask.startswith("{") or rng.random() < 0.3 else _capital_of_order(text)


def _capital_of_order(text):
    """With a capital, unless a value that may be changed by it comes first."""
    return capital(text) if text.split(" ", 1)[0].isalpha() else text
