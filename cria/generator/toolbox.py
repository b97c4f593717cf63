"""Which tool is wanted and which ones stand beside it, so that only one of them is right."""

import re

from . import handmade, lexicon, made, values

HANDMADE_SHARE = 0.42
# Words that say nothing about what a tool is for.
EMPTY = set("""a an the of in on at to for from by with and or as is are it its my me i you one some any what which how when where who does do did has have had
get gets set find show look up list check make give take put use this that tell read returns return user want need wants be will would can could please now then also
there much many not no number name new another into out so if but we our your his her their let go than more long time day""".split())


def stems(text):
    """The words that matter, by their beginnings, so that "sends" is "send"."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())
    return {word[:5] for word in words if word not in EMPTY and len(word) > 2}


def about(tool):
    """What a tool is about: the words of its name and description."""
    return stems(f"{tool.name} {tool.description}")


def distinct(need, pattern):
    """Whether a tool can stand beside the one that is needed: it does not share as many words with the request."""
    other = pattern.tool
    if other.name == need.tool.name or (pattern.group and pattern.group == need.pattern.group):
        return False
    said = stems(need.ask + " " + need.short)
    shared, wanted = len(said & about(other)), len(said & about(need.tool))
    return shared == 0 or shared < wanted


def unrelated(text, tool):
    """Whether nothing in a tool has to do with a text."""
    return not stems(text) & about(tool)


def pattern(rng, calm=False):
    return handmade.sample(rng, calm) if rng.random() < HANDMADE_SHARE else made.sample(rng)


def need(rng):
    return pattern(rng).fill(rng)


def again(rng, first):
    """The same tool wanted with other values, or None when it has none."""
    further = first.pattern.fill(rng)
    return further if further.arguments != first.arguments else None


def beside(rng, needs):
    """A tool to stand beside those needed: of their kind, or of any."""
    for _ in range(40):
        other = _similar(rng, rng.choice(needs)) if needs and rng.random() < 0.5 else pattern(rng)
        if all(distinct(need, other) for need in needs):
            return other.tool
    return None


def _similar(rng, need):
    words = need.pattern.words
    return made.near(rng, words) if words else handmade.beside(rng, need.tool)


def others(rng, needs, count):
    """Up to ``count`` tools beside those needed."""
    tools = {need.tool.name: need.tool for need in needs}
    out = []
    for _ in range(count):
        other = beside(rng, needs)
        if other and other.name not in tools:
            tools[other.name] = other
            out.append(other)
    return out


def blank_names(rng, count):
    """Names that say nothing about a tool: invented, numbered, or of words that have nothing to do with it."""
    style, names = rng.randrange(4), set()
    while len(names) < count:
        names.add((values.strange(rng), f"{rng.choice(('tool', 'f', 'do', 'fn', 'action', 'op'))}_{rng.choice((rng.randint(1, 99), values.strange(rng)))}",
                   f"{rng.choice(lexicon.NOUNS)}_{rng.choice(lexicon.NOUNS)}", f"{values.strange(rng)}_{rng.choice(lexicon.NOUNS)}")[style])
    return list(names)
