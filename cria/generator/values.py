"""Values that stand in requests and are copied into arguments: a kind's name to a maker.

Most kinds are open: invented words, codes and numbers beside real names, so that copying is the only way to get them right.
"""

import string
from pathlib import Path

from . import held_out, lexicon, words
from .grammar import capital, expand

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday today tomorrow".split()
FILE_ENDS = "txt md json csv png jpg py log pdf html docx xml zip mp3 mp4 yaml".split()
NOUNS = sorted(set([noun for noun in words.NOUNS + words.OBJECTS + words.ANIMALS if " " not in noun] + lexicon.NOUNS))
ADJECTIVES = sorted(set(words.ADJECTIVES + lexicon.ADJECTIVES))
ANIMALS = [animal for animal in words.ANIMALS if " " not in animal]
SENTENCES = [
    "the {noun} is {adjective}", "I am [late|here|ill|on my way|at home|very {adjective}]", "buy {food}", "buy {small} {noun2}", "call {person}", "call {person} at {clock}",
    "[see you|I will come|let us meet] on {day}", "I will [come|be there] [tomorrow|today|soon|at {clock}]", "Hello {person}", "[hi|hello|good morning|thank you|sorry|well done] {person}",
    "meet {person} [in|at] {city}", "the {noun} [is|was] [broken|lost|ready|gone|too {adjective}]", "{verb} the {noun}", "{verb} the {adjective} {noun}", "{verb} {small} {noun2}",
    "[do not|please] {verb} the {noun}", "where is the {noun}?", "no {noun} today", "{person} [wants|needs|has] a {noun}", "the {noun} and the {noun2}", "{adjective} {noun} for {person}",
    "we need {small} more {noun2}", "[bring|take|find] the {noun}", "dinner at {clock}", "pay {firm}", "it [costs|takes] {int}", "[happy birthday|welcome|good luck|get well]", "my {noun} is in {city}",
    "ask {person} about the {noun}", "{invented} the {invented2}", "everything is {adjective}", "the meeting is at {clock}", "room {plate} is {adjective}",
]

_ONSETS = "b c d f g h j k l m n p qu r s t v w y z bl br ch cl cr dr fl fr gl gr kl kr ph pl pr sc sh sk sl sm sn sp st str sw th tr tw wh".split()
_VOWELS = "a e i o u a e i o u ai au ea ee ei ie io oa oi oo ou ay ia".split()
_CODAS = ["", "", "", "b", "ck", "d", "f", "g", "k", "l", "ll", "m", "n", "n", "nd", "ng", "nk", "nt", "p", "r", "rd", "rk", "rm", "rn", "rt", "s", "ss", "st", "t", "tch", "th", "x", "z", "sk", "lt", "mp"]
_NAME_ENDS = "a o i us is um er en in on an ia io ini elli ova ski ez son sen berg burg ton ham ley ford dale ville by wick mouth shire land heim dorf ex or ix ara ella ette ane ine ow ey".split()
PIECES = Path(__file__).with_name("pieces.txt").read_text().split()  # tokens of the vocabulary that are letters
PIECED = 0.6  # of the invented words


def invented(rng):
    """A word that nobody knows, of one to three syllables."""
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + (rng.choice(_CODAS) if rng.random() < 0.3 else "") for _ in range(rng.choice((1, 1, 2, 2, 2, 3)))) + rng.choice(_CODAS)


def strange(rng):
    """An invented word, of one of three makings."""
    roll = rng.random()
    return pieced(rng) if roll < PIECED else invented(rng) if roll < 0.82 else words.made_up(rng)


def pieced(rng):
    """A word out of tokens of the vocabulary, so that each of them is copied now and then: one that never was cannot be."""
    while True:
        start = rng.choice(_ONSETS) if rng.random() < 0.4 else ""
        word = start + "".join(rng.choice(PIECES) for _ in range(rng.choice((1, 1, 2) if start else (1, 2, 2))))
        word = word if word.istitle() and not start else word.lower()
        if 3 <= len(word) <= 12 and word.lower() not in held_out.EXCLUDED | held_out.FIELDS:
            return word


def proper(rng):
    """An invented name with a capital."""
    return capital(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) + (rng.choice(_ONSETS) if rng.random() < 0.4 else "") + rng.choice(_NAME_ENDS)
                   if rng.random() < 0.6 else strange(rng))


def city(rng):
    return rng.choice(lexicon.CITIES) if rng.random() < 0.5 else proper(rng)


def country(rng):
    return rng.choice(lexicon.COUNTRIES) if rng.random() < 0.7 else proper(rng)


def person(rng):
    """A first or last name, or both."""
    roll = rng.random()
    if roll < 0.35:
        return rng.choice(lexicon.FIRST_NAMES + words.NAMES["she"] + words.NAMES["he"])
    if roll < 0.55:
        return rng.choice(lexicon.LAST_NAMES)
    return proper(rng) if roll < 0.85 else f"{rng.choice(lexicon.FIRST_NAMES)} {rng.choice((proper(rng), rng.choice(lexicon.LAST_NAMES)))}"


def name(rng):
    """What something is called: one or two words with capitals."""
    roll = rng.random()
    if roll < 0.5:
        return proper(rng)
    if roll < 0.65:
        return capital(rng.choice(NOUNS))
    return f"{rng.choice((proper(rng), capital(rng.choice(ADJECTIVES)), rng.choice(lexicon.LAST_NAMES)))} {rng.choice((proper(rng), capital(rng.choice(NOUNS)), rng.choice(lexicon.PLACE_ENDS)))}"


def firm(rng):
    return rng.choice((proper(rng), rng.choice(lexicon.LAST_NAMES))) + (" " + rng.choice(lexicon.SERIES) if rng.random() < 0.35 else "")


def title(rng):
    """The name of a book, a song or a party."""
    return rng.choice((
        lambda: f"{capital(rng.choice(ADJECTIVES))} {capital(rng.choice(NOUNS))}", lambda: f"The {capital(rng.choice(NOUNS))}", lambda: proper(rng), lambda: name(rng),
        lambda: f"The {capital(rng.choice(ADJECTIVES))} {capital(rng.choice(NOUNS))}", lambda: f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}", lambda: word(rng),
        lambda: f"{capital(rng.choice(NOUNS))} of {proper(rng)}", lambda: f"{proper(rng)} and the {capital(rng.choice(NOUNS))}"))()


def place(rng):
    return rng.choice((city, name, lambda r: f"{proper(r)} {r.choice(lexicon.PLACE_ENDS)}"))(rng)


def address(rng):
    return f"{rng.choice((proper(rng), capital(rng.choice(NOUNS)), rng.choice(lexicon.LAST_NAMES)))} {rng.choice(lexicon.ROAD_ENDS)}" + (f" {rng.randint(1, 199)}" if rng.random() < 0.7 else "")


def word(rng):
    return rng.choice(NOUNS) if rng.random() < 0.55 else strange(rng)


def words_few(rng):
    """Two or three words."""
    return " ".join(rng.choice((rng.choice(ADJECTIVES), word(rng))) for _ in range(rng.choice((1, 1, 2)))) + " " + word(rng)


def text(rng):
    """A short sentence, as one dictates it."""
    slots = {"noun": word(rng), "noun2": word(rng), "adjective": rng.choice(ADJECTIVES), "verb": rng.choice(lexicon.VERBS), "food": food(rng), "small": rng.randint(2, 12),
             "person": person(rng), "clock": clock(rng), "day": day(rng), "city": city(rng), "firm": firm(rng), "int": rng.randint(2, 999), "plate": plate(rng),
             "invented": strange(rng), "invented2": strange(rng)}
    return expand(rng, rng.choice(SENTENCES), slots) if rng.random() < 0.85 else words_few(rng)


def topic(rng):
    return rng.choice((rng.choice(lexicon.TOPICS), word(rng), strange(rng)))


def integer(rng):
    return rng.choice((rng.randint(0, 12), rng.randint(2, 99), rng.randint(10, 999), rng.randint(2, 60) * 5))


def small(rng):
    return rng.randint(1, 12)


def number(rng):
    return integer(rng) if rng.random() < 0.6 else rng.randint(0, 98) + rng.randint(1, 9) / 10


def money(rng):
    return rng.choice((integer(rng), integer(rng), rng.randint(1, 99) * 100, rng.randint(1, 400) + rng.choice((0.25, 0.5, 0.75, 0.99, 0.95))))


def percent(rng):
    return rng.randint(1, 100)


def degrees(rng):
    return rng.randint(4, 95)


def year(rng):
    return rng.randint(1900, 2035)


def day(rng):
    return rng.choice(DAYS) if rng.random() < 0.6 else date(rng)


def date(rng):
    month = rng.choice(lexicon.MONTHS)
    return rng.choice((f"20{rng.randint(10, 39)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", f"20{rng.randint(10, 39)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
                       f"{month} {rng.randint(1, 28)}", f"{rng.randint(1, 28)} {month}", rng.choice(DAYS)))


def month(rng):
    return rng.choice(lexicon.MONTHS)


def clock(rng):
    return f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}" if rng.random() < 0.8 else f"{rng.randint(1, 12)} {rng.choice(('am', 'pm'))}"


def email(rng):
    return f"{rng.choice((proper(rng), rng.choice(lexicon.FIRST_NAMES))).lower()}@{strange(rng)}.{rng.choice(lexicon.DOMAIN_ENDS)}"


def file(rng):
    return f"{word(rng)}.{rng.choice(FILE_ENDS)}" if rng.random() < 0.7 else f"/{word(rng)}/{word(rng)}.{rng.choice(FILE_ENDS)}"


def folder(rng):
    return rng.choice((word(rng), f"/{word(rng)}", f"/{word(rng)}/{word(rng)}", f"~/{word(rng)}"))


def host(rng):
    return rng.choice((f"{strange(rng)}.{rng.choice(lexicon.DOMAIN_ENDS)}", f"{word(rng)}-{rng.randint(1, 99)}", f"10.0.{rng.randint(0, 99)}.{rng.randint(1, 254)}"))


def url(rng):
    return rng.choice(("https://", "http://", "www.")) + f"{strange(rng)}.{rng.choice(lexicon.DOMAIN_ENDS)}" + (f"/{word(rng)}" if rng.random() < 0.4 else "")


def ident(rng):
    """A name as programs have them."""
    return word(rng) + (rng.choice("-_") + word(rng) if rng.random() < 0.4 else "")


def version(rng):
    return rng.choice(("", "v")) + f"{rng.randint(0, 20)}.{rng.randint(0, 20)}" + (f".{rng.randint(0, 20)}" if rng.random() < 0.5 else "")


def code(rng):
    return rng.choice((lambda: plate(rng), lambda: str(rng.randint(100, 99999)),
                       lambda: "".join(rng.choice(string.ascii_lowercase + string.digits) for _ in range(5))))()


def plate(rng):
    """A code that nobody takes for a number."""
    return rng.choice(string.ascii_uppercase) + rng.choice(("-", "-", "", rng.choice(string.ascii_uppercase) + "-")) + str(rng.randint(1, 999))


def pin(rng):
    return rng.choice((lambda: str(rng.randint(1000, 999999)), lambda: strange(rng) + str(rng.randint(1, 99)), lambda: plate(rng) + strange(rng)))()


def phone(rng):
    return rng.choice(("0", "+49 ", "+1 ", "555-")) + str(rng.randint(10000, 9999999))


def square(rng):
    return rng.choice("abcdefgh") + str(rng.randint(1, 8))


def sql(rng):
    return rng.choice(("select * from {0}", "select {1} from {0}", "delete from {0}", "select count(*) from {0}")).format(word(rng), word(rng))


def command(rng):
    return rng.choice(("ls {0}", "cat {0}", "make {0}", "{0} --{1}", "{0} {1}", "git {0}", "rm {0}", "./{0}", "python {0}.py")).format(strange(rng), word(rng))


def expression(rng):
    return f"{rng.randint(2, 99)} {rng.choice('+-*/')} {rng.randint(2, 99)}" + (f" {rng.choice('+-*/')} {rng.randint(2, 20)}" if rng.random() < 0.3 else "")


def numbers(rng):
    return ", ".join(str(rng.randint(1, 99)) for _ in range(rng.randint(3, 5)))


def colour(rng):
    return rng.choice(words.COLOURS) if rng.random() < 0.8 else rng.choice(("violet", "turquoise", "beige", "crimson", "olive", "ivory", "dark blue", "light green", strange(rng)))


def food(rng):
    return rng.choice(lexicon.FOODS + words.FOODS) if rng.random() < 0.75 else strange(rng)


def animal(rng):
    return rng.choice(ANIMALS) if rng.random() < 0.8 else strange(rng)


def room(rng):
    return rng.choice(lexicon.ROOMS) if rng.random() < 0.75 else strange(rng)


def job(rng):
    return rng.choice(lexicon.ROLES) if rng.random() < 0.8 else strange(rng)


def sport(rng):
    return rng.choice(lexicon.SPORTS) if rng.random() < 0.7 else strange(rng)


def language(rng):
    return rng.choice(lexicon.LANGUAGES) if rng.random() < 0.8 else proper(rng)


ALIASES = {"int": integer, "words": words_few}
INTEGERS = {"int", "integer", "small", "percent", "degrees", "year"}
NUMBERS = {"number", "money"}


def make(rng, kind):
    """A value of a kind, or one of the choices "=on,off"."""
    if kind.startswith("="):
        return rng.choice(kind[1:].split(","))
    return (ALIASES.get(kind) or globals()[kind])(rng)


def json_type(kind):
    return "integer" if kind in INTEGERS else "number" if kind in NUMBERS else "string"
