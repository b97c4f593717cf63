"""Puts what the user says into JSON, under the names that are asked for."""

import json

from .. import toolbox, values, words
from ..conversation import assistant, user
from ..grammar import expand
from ..noise import roughen

ASKS = [
    "{t}[ | ][Answer|Reply|Respond|Write this|Give me this|Give me the answer] [in|as] JSON[ with {f}|, with {f}| with the fields {f}| with the keys {f}|].",
    "[Extract|Find|Give me] {f} [as|in] JSON[: {t}| from this text: {t}|. {t}]",
    "[Extract|Find|Give me] {f} [as|in] JSON[: {t}| from this text: {t}|. {t}]",
    "{t} [Extract|Give me] {f} as JSON.",
    "[As JSON|JSON|In JSON|Make JSON of this|Turn this into JSON|Convert to JSON|Parse this]: {t}",
    "{t}[ Put this into JSON.| Return a JSON object.| as JSON| Use JSON.|]",
]
LIST_SHARE = 0.25
LIST_ASKS = ["[JSON list|As a JSON list|A JSON list of|Make a JSON list of|Put into a JSON list|Write as a JSON list]: {t}", "[Write|Put|Give me] {t} [as|in] a JSON list[.|]"]
# Fields with their own ways of speaking: name, kind of value, ways to say it of {n}.
PERSON = [
    ("age", "years", ["is {v} years old", "is {v}"]), ("city", "city", ["lives in {v}", "comes from {v}", "is from {v}"]), ("likes", "food", ["likes {v}", "loves {v}"]),
    ("job", "job", ["is a {v}", "works as a {v}"]), ("email", "email", ["has the email {v}", "can be reached at {v}"]), ("pet", "animal", ["has a {v}"]),
    ("colour", "colour", ["likes {v} best", "wears {v}"]), ("friend", "person", ["is a friend of {v}", "knows {v}"]),
]
THING = [("price", "number", ["costs {v} [euros|dollars]", "costs {v}"]), ("colour", "colour", ["is {v}"]), ("weight", "number", ["weighs {v} [kg|pounds]"]), ("size", "size", ["is {v}"]),
         ("city", "city", ["is in {v}", "stands in {v}"]), ("count", "integer", ["comes {v} times"]), ("owner", "person", ["belongs to {v}"])]
HELD_OUT_FIELDS = "canoe tractor violin lantern pumpkin rating budget team planet genre".split()
FIELDS = [noun for noun in "title author year month day country street phone number score level name city colour price size weight animal food drink language hobby sport school".split()
          + toolbox.NOUNS if noun not in HELD_OUT_FIELDS]


def _value(rng, kind):
    if kind == "years":
        return rng.randint(1, 99)
    if kind == "job":
        return rng.choice(list(words.PEOPLE))
    if kind == "animal":
        return rng.choice(words.ANIMALS)
    if kind == "size":
        return rng.choice(("small", "big", "tiny", "large", "huge"))
    return getattr(values, kind)(rng)


def described(rng, specs, who):
    """(text, fields): a subject and some of what can be said of it."""
    picked = rng.sample(specs, rng.choice((1, 2, 2, 3)))
    fields, said = {"name" if specs is PERSON else "item": who}, []
    for name, kind, ways in picked:
        fields[name] = _value(rng, kind)
        said.append(expand(rng, rng.choice(ways)).replace("{v}", str(fields[name])))
    subject = who if specs is PERSON else f"The {who}"
    return f"{subject} {', '.join(said[:-1])}{' and ' if len(said) > 1 else ''}{said[-1]}.", fields


def listed(rng, names=FIELDS):
    """(text, fields): plain statements, the name of a field beside its value."""
    chosen = [words.made_up(rng) if names is FIELDS and rng.random() < 0.35 else name for name in rng.sample(names, rng.choice((1, 2, 2, 3)))]
    fields = {name: _value(rng, rng.choice(("word", "integer", "person", "city", "colour", "number", "plate", "words_few"))) for name in chosen}
    way = rng.choice(("the {k} is {v}", "the {k} is {v}", "{k}: {v}", "{k} {v}", "{k} = {v}"))
    text = rng.choice((", ", " and ") if len(fields) == 2 else (", ",)).join(way.replace("{k}", name).replace("{v}", str(value)) for name, value in fields.items())
    return (text[0].upper() + text[1:] if way.startswith("the") else text) + ".", fields


def names_of(fields):
    names = list(fields)
    return (", ".join(names[:-1]) + " and " if len(names) > 1 else "") + names[-1]


def about(rng, held_out=False):
    """(text, fields)."""
    roll = rng.random()
    if held_out or roll < 0.45:
        return listed(rng, HELD_OUT_FIELDS if held_out else FIELDS)
    return described(rng, PERSON, values.person(rng)) if roll < 0.8 else described(rng, THING, values.word(rng))


def listing(rng):
    """Words into a JSON list: every word of the prompt stands behind a quotation mark, where it has other tokens."""
    kind = rng.choice((values.word, words.made_up, values.person, values.city, values.words_few))
    items = [kind(rng) for _ in range(rng.randint(2, 6))]
    said = rng.choice((", ", ", ", " and ")).join(items)
    prompt = expand(rng, rng.choice(LIST_ASKS)).replace("{t}", said)
    return [user(prompt), assistant(json.dumps(items, ensure_ascii=False), "A JSON list.")]


def sample(rng):
    if rng.random() < LIST_SHARE:
        return listing(rng)
    text, fields = about(rng)
    if rng.random() < 0.15:  # only some of it is wanted
        keep = rng.sample(list(fields), rng.randint(1, len(fields)))
        shown = {name: value for name, value in fields.items() if name in keep}
        prompt = expand(rng, "[Extract|Find|Give me] {f} as JSON: {t}").replace("{f}", names_of(shown)).replace("{t}", text)
        return [user(prompt), assistant(json.dumps(shown, ensure_ascii=False), f"JSON with {names_of(shown)}.")]
    ask = expand(rng, rng.choice(ASKS)).replace("{f}", names_of(fields)).replace("{t}", text)
    rough = roughen(rng, ask)
    if not all(str(value) in rough for value in fields.values()):
        rough = ask
    return [user(rough), assistant(json.dumps(fields, ensure_ascii=False), f"JSON with {names_of(fields)}.")]
