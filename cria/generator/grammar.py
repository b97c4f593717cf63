"""A tiny template language.

``[a|b|c]`` picks one alternative (alternatives may be empty and may nest), ``{slot}`` is filled from a
mapping. Both are all the skills need, so that a skill file stays readable text.
"""

import re
from functools import lru_cache

_TOKEN = re.compile(r"[\[\]|]|[^\[\]|]+")


@lru_cache(maxsize=None)
def _parse(template):
    """Turn a template into a sequence: each item is a string or a tuple of alternatives (sequences)."""
    stack = [[[]]]
    for token in _TOKEN.findall(template):
        if token == "[":
            stack.append([[]])
        elif token == "]":
            alternatives = stack.pop()
            stack[-1][-1].append(tuple(alternatives))
        elif token == "|" and len(stack) > 1:
            stack[-1].append([])
        else:
            stack[-1][-1].append(token)
    if len(stack) != 1:
        raise ValueError(f"unbalanced brackets in {template!r}")
    return stack[0][0]


def _write(rng, sequence, out):
    for item in sequence:
        if isinstance(item, str):
            out.append(item)
        else:
            _write(rng, rng.choice(item), out)


def expand(rng, template, slots=None):
    """One random text of the template, slots filled, blanks tidied."""
    out = []
    _write(rng, _parse(template), out)
    text = "".join(out)
    if slots:
        text = text.format_map(slots)
    return _tidy(text)


def _tidy(text):
    """Mend what empty alternatives leave behind: double blanks, a blank before a mark, two full stops."""
    text = re.sub(r" {2,}", " ", text).strip()
    text = re.sub(r" ([?!]|\.$|\. )", r"\1", text)
    return re.sub(r"\.\.$", ".", text)


def article(phrase):
    """'owl' -> 'an owl'."""
    return ("an " if phrase[0].lower() in "aeiou" else "a ") + phrase


def capital(text):
    """First letter in capitals, the rest untouched."""
    return text[:1].upper() + text[1:]
