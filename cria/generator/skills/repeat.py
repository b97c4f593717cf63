"""Says a phrase back exactly."""

from .. import values, words
from ..conversation import assistant, user
from ..grammar import capital, expand
from ..noise import roughen

QUOTED_ASKS = [
    "[Say|Please say|Repeat|Please repeat|Write|Print|Just say|Can you say|Could you repeat|Echo|Now say|Answer with] {p}[.|]",
    "[Repeat|Say] the [words|phrase|sentence|text] {p}[.|]",
    "[Say|Repeat] [exactly|only|just|this|exactly this]: {p}",
    "[Say|Repeat] {p} [and nothing else|back to me|for me|please][.|]",
    "[Repeat after me|Repeat this|Say after me|Say this]: {p}",
    "[I say {p}. Now you say it.|Please repeat after me: {p}]",
]
BARE_ASKS = [
    "[Repeat after me|Repeat after me|Say after me|Repeat this|Say this|Please repeat|Repeat|Say|Repeat exactly|Please repeat after me|"
    "Repeat the following|Repeat these words|Echo this|Say exactly]: {p}",
]
PATTERNS = [
    "{a} {n}", "{a} {n} {n2}", "{n} {n2}", "{n} {n2} {n3}", "{n} and {n2}", "the {a} {n} {v}", "the {n} {v} {d}",
    "{A} {n} {v} {d}", "The {a} {n} {v} {d}.", "I like {a} {n}.", "My {n} is {c}.", "The {n} {v} and the {n2} {v2}.",
    "hello {N}", "Hello, {N}!", "good morning {N}", "{N} and {N2} like {f}", "{c} {n}, {c2} {n2}", "we eat {f} {d}",
    "{k} {n} {k2}", "{w} {w2}", "{w} {n} {w2}", "{w}", "{n}", "{N} {v} {d}", "{n} {n2} {n3} {a} {v} {c}", "{k} {k2} {k3}",
    "Corral is {a}", "you are {a}", "I am {a}", "{f} with {f2}", "No {n}, no {n2}!", "where is the {n}?", "{n}-{n2}",
    "{c} {a} {n} {v} {d} and {v2}", "the {n} of the {a} {n2}", "{N} {v} by the {n}", "one {n} two {n2} three {n3}",
    "{n} {c} {v} {w} {n2} {a}", "a {n}, a {n2} and a {n3}", "{v} {v2} {d}", "{d} the {n} {v}", "{C} {n2} {d}.",
]
PIECED = 0.25  # of the phrases are made of tokens of the vocabulary


def _plain_nouns():
    return [noun for noun in words.ANIMALS + words.OBJECTS + words.NOUNS + words.CREATURES + words.HELD_OUT_NOUNS if " " not in noun]


NOUNS = _plain_nouns()
ALL = sorted(set(NOUNS + words.VERBS + words.ADVERBS + words.ADJECTIVES + words.COLOURS + words.FOODS + words.MODELS
                 + words.NAMES["she"] + words.NAMES["he"] + words.NAMES["it"] + list(words.PEOPLE) + words.THINGS))


def phrase(rng):
    """A random combination of known and invented words, sometimes a long one."""
    if rng.random() < 0.5:
        return " ".join(rng.sample(ALL, rng.choice((1, 1, 2, 3))))
    count = rng.choices((1, 2, 3), (80, 14, 6))[0]
    return rng.choice((" ", ", ", " and ")).join(_pattern(rng) for _ in range(count))


def _pattern(rng):
    nouns, verbs = rng.sample(NOUNS, 3), rng.sample(words.VERBS, 2)
    adjectives, colours = rng.sample(words.ADJECTIVES, 2), rng.sample(words.COLOURS, 2)
    names = rng.sample(words.NAMES["she"] + words.NAMES["he"], 2)
    foods, numbers = rng.sample(words.FOODS, 2), [rng.randint(0, 99) for _ in range(3)]
    slots = {
        "n": nouns[0], "n2": nouns[1], "n3": nouns[2], "v": verbs[0], "v2": verbs[1], "d": rng.choice(words.ADVERBS),
        "a": adjectives[0], "A": capital(adjectives[1]), "c": colours[0], "c2": colours[1], "C": capital(colours[0]),
        "N": names[0], "N2": names[1], "f": foods[0], "f2": foods[1], "k": numbers[0], "k2": numbers[1], "k3": numbers[2],
        "w": words.made_up(rng), "w2": words.made_up(rng),
    }
    return expand(rng, rng.choice(PATTERNS), slots)


def pieces(rng):
    """Words that nobody knows, of any tokens."""
    return " ".join(values.pieced(rng) for _ in range(rng.randint(2, 5)))


def ask(rng, text):
    """A request to repeat the text, with or without quotation marks."""
    if rng.random() < 0.4:
        quote = rng.choice(('"', '"', '"', "'"))
        return roughen(rng, expand(rng, rng.choice(QUOTED_ASKS)), keep="{p}").replace("{p}", quote + text + quote)
    return roughen(rng, expand(rng, rng.choice(BARE_ASKS)), keep="{p}").replace("{p}", text)


def sample(rng):
    messages = []
    for _ in range(rng.choice((1, 1, 2))):
        text = pieces(rng) if rng.random() < PIECED else phrase(rng)
        messages += [user(ask(rng, text)), assistant(text)]
    return messages
