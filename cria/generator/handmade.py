"""Everyday tools of all kinds, out of the tables in tools/.

A table is blocks of lines, the first of each at the left margin:

    names ; description ; parameters ; group
      request
      & what is wanted, as a part of a sentence

Names and parameter names have alternatives; ``city/place:city`` is a parameter with the kind of value of values.py,
``state:=on,off`` one with choices. Tools of a group could answer the same request; ``!`` before it says that they also answer what
other skills are asked. Requests and descriptions are templates of grammar.py; a request in lower case is an order,
unless it begins with "! ".
"""

from dataclasses import dataclass
from pathlib import Path

from . import values
from .grammar import expand
from .tool import Parameter, Tool
from .wish import Pattern

TABLES = Path(__file__).with_name("tools")


@dataclass(frozen=True)
class Entry:
    names: tuple
    description: str
    parameters: tuple  # (names, kind)
    group: str
    calm: bool  # no other skill's question is one for this tool
    domain: str
    asks: tuple


def _parameter(text):
    names, kind = text.strip().split(":", 1)
    return tuple(names.split("/")), kind


def _split_parameters(text):
    """At commas that are followed by a blank; choices have commas without one."""
    return tuple(_parameter(part) for part in text.split(", ") if part.strip())


def _entry(block, domain):
    head, *asks = block
    names, description, parameters, group = ([part.strip() for part in head.split(";")] + [""])[:4]
    return Entry(tuple(names.split()), description, _split_parameters(parameters), group.removeprefix("!"), not group.startswith("!"), domain,
                 tuple(ask.strip() for ask in asks))


def _read(path):
    blocks = []
    for line in path.read_text().splitlines():
        if line[:1] not in ("", " "):
            blocks.append([])
        if line.strip():
            blocks[-1].append(line)
    return [_entry(block, path.stem) for block in blocks]


ENTRIES = [entry for path in sorted(TABLES.glob("*.txt")) for entry in _read(path)]
DOMAINS = {domain: [entry for entry in ENTRIES if entry.domain == domain] for domain in {entry.domain for entry in ENTRIES}}


def pattern(rng, entry):
    """The entry under one of its names, with one of the names of each parameter."""
    parameters, kinds = [], {}
    for names, kind in entry.parameters:
        name = names[0] if rng.random() < 0.4 else rng.choice(names)
        parameters.append(Parameter(name, values.json_type(kind), tuple(kind[1:].split(",")) if kind.startswith("=") else ()))
        kinds[names[0]] = (name, kind)
    tool = Tool(rng.choice(entry.names), expand(rng, entry.description), tuple(parameters))
    return Pattern(tool, kinds, list(entry.asks), entry.group or entry.names[0])


def sample(rng, calm=False):
    """(Pattern, Entry) of any tool, or of one that no other skill's question is for."""
    while True:
        entry = rng.choice(DOMAINS[rng.choice(sorted(DOMAINS))]) if rng.random() < 0.3 else rng.choice(ENTRIES)
        if entry.calm or not calm:
            return pattern(rng, entry)


def beside(rng, tool):
    """A pattern out of the domain of a tool, or of any other."""
    domain = next((entry.domain for entry in ENTRIES if tool.name in entry.names), None)
    return pattern(rng, rng.choice(DOMAINS[domain])) if domain else sample(rng)
