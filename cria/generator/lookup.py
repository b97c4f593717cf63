"""Which tools a request speaks of, by the words that they share: the same rule, to the letter, as in template.jinja.

A model of this size cannot tell what a tool is for, so the chat template looks it up. Words are compared by their beginnings; each
speaks for one tool only.
"""

import re
from pathlib import Path

TEMPLATE = (Path(__file__).resolve().parent.parent / "template.jinja").read_text()
EMPTY = set(re.search(r"set empty = '([^']*)'", TEMPLATE)[1].split())  # words that say nothing about what a tool is for
PUNCTUATION = re.findall(r"replace\('\\?([^a-z\\])', ' '\)", TEMPLATE)  # each becomes a blank
STEM = 5  # letters (bytes) by which words are compared
SHORTEST = 3
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def _plain(text):
    for mark in (*PUNCTUATION, "\n"):
        text = text.replace(mark, " ")
    return text.translate(_LOWER)


def words(request):
    """The words of a request that matter, each beginning once."""
    out = {}
    for word in _plain(request).split(" "):
        if len(word.encode()) >= SHORTEST and word not in EMPTY:
            out.setdefault(word.encode()[:STEM], word)
    return list(out.values())


def shared(request_words, tool):
    """Those of the words that some word of the tool's description and name begins like; short ones must be the same."""
    name = tool.name if tool.description else re.sub("([A-Z])", r" \1", tool.name)
    text = f" {_plain(f'{tool.description} {name}')} ".encode()
    return [word for word in request_words if b" " + word.encode()[:STEM] + (b" " if len(word.encode()) < STEM else b"") in text]


def marked(request, tools):
    """[(words, tool)]: first the tools that the request speaks of, in its order, with their words; then the others, with none. A word
    speaks for the tool that has most of those that no other one has taken yet."""
    said, rest, found = words(request), list(tools), []
    left = said
    while rest:
        options = [shared(left, tool) for tool in rest]
        best = max(range(len(rest)), key=lambda i: (len(options[i]), -i))
        if not options[best]:
            break
        left = [word for word in left if word not in options[best]]
        found.append((options[best], rest.pop(best)))
    found.sort(key=lambda entry: said.index(entry[0][0]))
    return found + [([], tool) for tool in rest]
