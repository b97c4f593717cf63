"""Held-out cases of tools and JSON, out of tool_cases.json.

No tool of that file is ever trained, nor is any of its parameter names: 20 written tools, and tools put together from held-out verbs
and nouns (generator/held_out.py); half of the parameters of those have held-out names too, the others common ones (city, count, …).
"""

import json
from pathlib import Path

from cases import Case, matches
from generator.tool import Parameter, Tool

TABLE = json.loads(Path(__file__).with_name("tool_cases.json").read_text())


def _tool(row):
    parameters = [Parameter(p["name"], p.get("kind", "string"), tuple(p.get("choices", ())), p.get("required", True)) for p in row["parameters"]]
    return Tool(row["name"], row["description"], tuple(parameters))


TOOLS = {key: _tool(row) for key, row in TABLE["tools"].items()}
WRITTEN = list(TOOLS.values())[:20]


def _same_calls(calls, wanted):
    """The same calls in any order; 3 and 3.0 are the same."""
    key = lambda call: json.dumps(call, sort_keys=True)
    return sorted(map(list, calls), key=key) == sorted(wanted, key=key)


def _is_object(reply, fields):
    try:
        return json.loads(reply.content) == fields
    except ValueError:
        return False


CHECKS = {  # skill: whether a reply is what is wanted
    "calls the right tool (written)": lambda reply, want: _same_calls(reply.calls, want),
    "calls the right tool (made)": lambda reply, want: _same_calls(reply.calls, want),
    "two calls at once": lambda reply, want: _same_calls(reply.calls, want),
    "answers from results": lambda reply, want: not reply.calls and all(part in reply.content for part in want),
    "answers plainly beside tools": lambda reply, want: not reply.calls and matches(reply, want),
    "no call when none fits": lambda reply, want: not reply.calls and bool(reply.content),
    "JSON by a schema": _is_object,
    "JSON by words": _is_object,
}


def _case(row, check):
    return Case(row.get("turns", []), lambda reply: check(reply, row["wanted"]), row["wanted"], [TOOLS[key] for key in row.get("tools", [])],
                row.get("history", []), format=row.get("format"))


def all_cases():
    """Skill name to cases."""
    return {skill: [_case(row, CHECKS[skill]) for row in rows] for skill, rows in TABLE["cases"].items()}
