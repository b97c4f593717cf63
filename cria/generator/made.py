"""Countless tools that nobody has: skeletons.txt, and actions with details, filled with words of the lexicon and invented ones.

They teach what a tool is chosen by: its words, whatever they are, are those of the request.
"""

import re
from pathlib import Path

from . import held_out, lexicon, values
from .grammar import capital, expand
from .handmade import _read
from .tool import Parameter, Tool
from .wish import Pattern

SKELETONS = _read(Path(__file__).with_name("skeletons.txt"))
VERBS = """open close paint move clean count find check show start stop buy sell build repair wash cancel update delete create rename print measure lock
unlock fill feed water lift fold pack load save list draw fetch plant record order collect deliver hide share sort test push pull cut mix heat cool turn weigh
describe fix get set make add remove greet invite visit""".split()
INVENTED = {"n": 0.35, "m": 0.3, "a": 0.25, "v": 0.2, "j": 0.15, "r": 0.2, "u": 0.1, "p": 0.2}  # share of words that are invented
KINDS = {  # kinds of value of which a tool has one
    "open": "name name title person city firm word words_few code plate ident place file invented proper animal food".split(),
    "any": "name person city word words_few code integer number colour date clock email text integer title ident money".split(),
    "placed": "city city place name country address proper folder word".split(), "named": "name name person title word ident proper invented".split(),
    "thing": "words_few words_few word title text name".split(), "worded": "word language proper food colour country word".split(),
    "roomy": "room room room name word".split(), "count": "integer integer small number".split(), "timed": "day clock date clock".split(),
}
CALLED = ["with {p} {v}", "with the {p} {v}", "and the {p} {v}", "using {p} {v}", "with {v} as {p}", "where the {p} is {v}", "and set the {p} to {v}", "whose {p} is {v}", "with a {p} of {v}", "({p} {v})", ", {p} {v}", ", {p}: {v}"]
DETAILS = [  # what an action may be told: parameter names, kind of value, how it is said
    ("city|place|location|town|where", "place", ["in {v}", "at {v}"]),
    ("person|name|owner|user|friend|recipient|customer", "person", ["for {v}", "of {v}", "for {v}"]),
    ("count|amount|number|times|n|quantity", "int", ["{v} times", "{v} {p}"]),
    ("day|date|when", "day", ["on {v}"]),
    ("time|hour|at", "clock", ["at {v}"]),
    ("colour|color|paint", "colour", ["in {v}"]),
    ("text|message|note|label|title", "text", ["with the {p} \"{v}\"", "saying \"{v}\""]),
    ("id|code|key|number", "code", ["with {p} {v}", "number {v}"]),
    ("file|path|target|source", "file", ["with {v}", "from {v}", "to {v}"]),
    ("price|weight|length|height|speed|size|level|depth|degrees|age", "number", ["with {p} {v}", "and set the {p} to {v}", "at {p} {v}"]),
]
DESCRIPTIONS = ["{V} the {n}.", "{V} a {n}.", "{V}s the {n}", "{V} {n}s.", "Use this to {v} the {n}.", "{V} one {n}, as the user wants."]


def _one(rng, words, share):
    """One of the words or, so that names are copied and not known by heart, an invented one."""
    return values.strange(rng) if rng.random() < share else rng.choice(words)


def new_words(rng):
    """A word for each mark of a skeleton."""
    lists = {"n": lexicon.NOUNS, "m": lexicon.NOUNS, "a": lexicon.ATTRIBUTES, "v": lexicon.VERBS if rng.random() < 0.7 else VERBS, "j": lexicon.ADJECTIVES, "r": lexicon.ROLES,
             "u": lexicon.UNITS, "p": lexicon.PLACES}
    words = {mark: _one(rng, lists[mark], INVENTED[mark]) for mark in lists}
    words["choices"] = rng.choice(lexicon.CHOICES) if rng.random() < 0.8 else [values.strange(rng) for _ in range(rng.choice((2, 3)))]
    words["c"], words["d"] = words["choices"][:2]
    return words


def sample(rng, words=None):
    """A pattern of a made-up tool; ``words`` gives its words."""
    words = words or new_words(rng)
    return action(rng, words) if rng.random() < 0.35 else skeleton(rng, words)


def near(rng, words):
    """A pattern that shares a word with another."""
    kept = rng.choice(("n", "n", "v", "a", "p"))
    return sample(rng, {**new_words(rng), kept: words[kept]})


def _put(text, words):
    return re.sub(r"<(\w)>", lambda match: words[match[1]], text)


def _styled(rng, name):
    """get_price, getPrice, get-price."""
    roll = rng.random()
    if roll < 0.12:
        return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
    return name.replace("_", "-") if roll < 0.15 else name


def skeleton(rng, words):
    entry = rng.choice(SKELETONS)
    parameters, kinds = [], {}
    for names, kind in entry.parameters:
        slot, first = names[0].split("=")
        taken = {parameter.name for parameter in parameters} | held_out.PARAMETERS
        options = [name for name in [_put(name, words) for name in (first, *names[1:])] if name not in taken]
        kind = "=" + ",".join(words["choices"]) if kind == "choice" else rng.choice(KINDS.get(kind, [kind]))
        name = options[0] if rng.random() < 0.4 else rng.choice(options)
        parameters.append(Parameter(name, values.json_type(kind), tuple(words["choices"]) if kind.startswith("=") else ()))
        kinds[slot] = (name, kind)
    name = _styled(rng, _put(rng.choice(entry.names), words))
    description = capital(expand(rng, _put(entry.description, words))) if rng.random() < 0.93 else ""
    pattern = Pattern(Tool(name, description, tuple(parameters)), kinds, [_put(ask, words) for ask in entry.asks])
    pattern.words = words
    return pattern


def _detail(rng, words, taken):
    """(parameter, kind, phrase with {v}) of one thing to tell an action."""
    while True:
        roll = rng.random()
        if roll < 0.5:
            names, kind, phrases = rng.choice(DETAILS)
            name = rng.choice(names.split("|"))
        elif roll < 0.85:  # a noun is the parameter's name, and is said
            name, phrases, kind = _one(rng, lexicon.NOUNS, 0.5), CALLED, rng.choice(KINDS["any"])
        else:
            name, phrases = rng.choice(("mode", "state", "kind", "style", "type", "way", _one(rng, lexicon.NOUNS, 0.5))), ["with {p} {v}", "in the {v} {p}", "with the {v} {p}"]
            kind = "=" + ",".join(rng.choice(lexicon.CHOICES))
        if name not in taken and name not in held_out.PARAMETERS:
            parameter = Parameter(name, values.json_type(kind), tuple(kind[1:].split(",")) if kind.startswith("=") else ())
            return parameter, kind, rng.choice(phrases).replace("{p}", name.replace("_", " "))


def action_name(rng, verb, noun):
    return rng.choices((f"{verb}_{noun}", verb + capital(noun), f"{noun}_{verb}", f"{verb}_the_{noun}", f"{values.strange(rng)}_{verb}_{noun}"), (55, 15, 10, 10, 10))[0]


def action(rng, words):
    """A verb and a noun with some details: "paint the door in green on Monday"."""
    verb, noun = words["v"], words["n"]
    parameters, kinds, said = [], {}, ""
    for _ in range(rng.choices((0, 1, 2, 3), (8, 48, 34, 10))[0]):
        parameter, kind, phrase = _detail(rng, words, {parameter.name for parameter in parameters})
        left_out = False
        if rng.random() < 0.25:  # an optional one, which the user may leave out
            parameter = Parameter(parameter.name, parameter.kind, parameter.choices, required=False)
            left_out = rng.random() < 0.7
        parameters.append(parameter)
        slot = f"x{len(parameters)}"
        kinds[slot] = (parameter.name, kind)
        if not left_out:
            said += ("" if phrase.startswith(",") else " ") + phrase.replace("{v}", f"{{{slot}}}")
    description = expand(rng, rng.choice(DESCRIPTIONS), {"V": capital(verb), "v": verb, "n": noun}) if rng.random() < 0.95 else ""
    tool = Tool(action_name(rng, verb, noun), description, tuple(parameters))
    pattern = Pattern(tool, kinds, [f"{verb} {article} {noun}{said}" for article in ("the", "my", "a")])
    pattern.words = words
    return pattern
