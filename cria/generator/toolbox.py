"""Which tool is wanted and which ones stand beside it, so that only one of them is right."""

from . import handmade, lexicon, lookup, made, values

HANDMADE_SHARE = 0.42


def spoken(need):
    """The words of a request, in full and in short."""
    return lookup.words(f"{need.ask} {need.short}")


def distinct(need, pattern):
    """Whether a tool can stand beside the one that is needed: it does not share as many words with the request."""
    other = pattern.tool
    if other.name == need.tool.name or (pattern.group and pattern.group == need.pattern.group):
        return False
    said = spoken(need)
    shared, wanted = len(lookup.shared(said, other)), len(lookup.shared(said, need.tool))
    return shared == 0 or shared < wanted


def unrelated(text, tool):
    """Whether nothing in a tool has to do with a text."""
    return not lookup.shared(lookup.words(text), tool)


def pattern(rng, calm=False):
    return handmade.sample(rng, calm) if rng.random() < HANDMADE_SHARE else made.sample(rng)


def need(rng):
    """A wish whose request shares a word with its tool, or the chat template could not find it."""
    while True:
        wish = pattern(rng).fill(rng)
        if not unrelated(wish.ask, wish.tool):
            return wish


def again(rng, first):
    """The same tool wanted with other values, or None when it has none."""
    further = first.pattern.fill(rng)
    return further if further.arguments != first.arguments and not unrelated(further.ask, further.tool) else None


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


def tempting(rng, need):
    """A tool about another thing that the request mentions, or None: a shared word alone does not make a tool wanted."""
    said = lookup.words(need.ask)
    mentioned = [word for word in said if word.isalpha() and word not in lookup.shared(said, need.tool)]
    if not mentioned:
        return None
    other = made.sample(rng, {**made.new_words(rng), "n": rng.choice(mentioned)})
    return other.tool if distinct(need, other) else None


def blank_names(rng, count):
    """Names that say nothing about a tool: invented, numbered, or of words that have nothing to do with it."""
    style, names = rng.randrange(4), set()
    while len(names) < count:
        names.add((values.strange(rng), f"{rng.choice(('tool', 'f', 'do', 'fn', 'action', 'op'))}_{rng.choice((rng.randint(1, 99), values.strange(rng)))}",
                   f"{rng.choice(lexicon.NOUNS)}_{rng.choice(lexicon.NOUNS)}", f"{values.strange(rng)}_{rng.choice(lexicon.NOUNS)}")[style])
    return list(names)
