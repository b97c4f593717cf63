"""Which tools a request speaks of, by the words that they share: the same rule, to the letter, as in template.jinja.

A model of this size cannot tell what a tool is for, so the chat template looks it up. Words are compared by their beginnings; each
speaks for one tool only, the one that has most words of the request.
"""

import re
from pathlib import Path

TEMPLATE = (Path(__file__).resolve().parent.parent / "template.jinja").read_text()
EMPTY = set(re.search(r"set empty = '([^']*)'", TEMPLATE)[1].split())  # words that say nothing about what a tool is for
PUNCTUATION = re.search(r"set punctuation = '(.*)'", TEMPLATE)[1].encode().decode("unicode_escape").split(" ")
STEM = 5  # letters by which words are compared
SHORTEST = 3
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def words(text):
    """Stem to word, in the order of the text."""
    for mark in PUNCTUATION:
        text = text.replace(mark, " ")
    out = {}
    for word in text.translate(_LOWER).split(" "):
        if len(word.encode()) >= SHORTEST and word not in EMPTY:
            out.setdefault(word.encode()[:STEM], word)
    return out


def stems(text):
    return set(words(text))


def about(tool):
    """What a tool is about: the words of its description and name."""
    return words(tool.description + " " + re.sub("([A-Z])", r" \1", tool.name))


def marked(request, tools):
    """[(words, tool)]: first the tools that the request speaks of, the one with most words first, with the words that no earlier
    one had; then the others, with none."""
    left, rest, found = stems(request), list(tools), []
    while rest:
        shared = [[word for stem, word in about(tool).items() if stem in left] for tool in rest]
        best = max(range(len(rest)), key=lambda i: (len(shared[i]), -i))
        if not shared[best]:
            break
        left -= stems(" ".join(shared[best]))
        found.append((shared[best], rest.pop(best)))
    return found + [([], tool) for tool in rest]
