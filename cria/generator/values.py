"""Values that stand in requests and are copied into arguments: a kind's name to a maker.

Half of them are invented, so that only copying helps.
"""

import string

from . import words
from .grammar import capital

CITIES = """Paris London Berlin Rome Madrid Tokyo New_York Vienna Lisbon Boston Chicago Sydney Hamburg Milan Seattle Dublin Oslo Prague Toronto
Munich Athens Cairo Lima Delhi Moscow Zurich Geneva Warsaw Budapest Helsinki Nairobi San_Francisco Los_Angeles Hong_Kong Singapore""".replace("\n", " ").split(" ")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday today tomorrow".split()
FILES = "txt md json csv png py log pdf html".split()
NOUNS = [noun for noun in words.NOUNS + words.OBJECTS + words.ANIMALS if " " not in noun]


def city(rng):
    return rng.choice(CITIES).replace("_", " ") if rng.random() < 0.5 else capital(words.made_up(rng))


def person(rng):
    return rng.choice(words.NAMES["she"] + words.NAMES["he"]) if rng.random() < 0.5 else capital(words.made_up(rng))


def word(rng):
    return rng.choice(NOUNS) if rng.random() < 0.6 else words.made_up(rng)


def words_few(rng):
    """Two or three words."""
    return " ".join(rng.choice((rng.choice(words.ADJECTIVES), word(rng))) for _ in range(rng.choice((1, 2)))) + " " + word(rng)


def text(rng):
    """A short sentence, as one dictates it."""
    return rng.choice((
        lambda: f"the {rng.choice(NOUNS)} {rng.choice(words.VERBS)} {rng.choice(words.ADVERBS)}", lambda: words_few(rng),
        lambda: f"buy {rng.choice(words.FOODS)}", lambda: f"call {person(rng)}", lambda: f"Hello {person(rng)}", lambda: f"I will come {rng.choice(DAYS[7:])}",
        lambda: f"see you on {rng.choice(DAYS[:7])}", lambda: f"the {rng.choice(NOUNS)} is {rng.choice(words.ADJECTIVES)}", lambda: "I am late"))()


def integer(rng):
    return rng.choice((rng.randint(0, 12), rng.randint(2, 99), rng.randint(10, 999)))


def number(rng):
    return integer(rng) if rng.random() < 0.7 else round(rng.uniform(0, 99), 1)


def day(rng):
    return rng.choice(DAYS) if rng.random() < 0.6 else f"20{rng.randint(10, 39)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def clock(rng):
    return f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}"


def email(rng):
    return f"{person(rng).lower()}@{words.made_up(rng)}.{rng.choice(('com', 'org', 'net', 'de'))}"


def file(rng):
    return f"{word(rng)}.{rng.choice(FILES)}" if rng.random() < 0.7 else f"/{word(rng)}/{word(rng)}.{rng.choice(FILES)}"


def code(rng):
    return rng.choice((lambda: plate(rng), lambda: str(rng.randint(100, 9999)),
                       lambda: "".join(rng.choice(string.ascii_lowercase + string.digits) for _ in range(5))))()


def plate(rng):
    """A code that nobody takes for a number."""
    return f"{rng.choice(string.ascii_uppercase)}-{rng.randint(1, 999)}"


def colour(rng):
    return rng.choice(words.COLOURS)


def food(rng):
    return rng.choice(words.FOODS) if rng.random() < 0.7 else words.made_up(rng)
