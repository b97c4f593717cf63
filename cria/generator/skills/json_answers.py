"""Puts what the user says into JSON, under the names that are asked for."""

import json

from .. import held_out, lexicon, values
from ..conversation import assistant, user
from ..grammar import expand
from ..noise import roughen

ASKS = [
    "{t} [Answer|Reply|Respond|Write this|Give me this|Give me the answer] [in|as] JSON with {f}.", "{t} [Answer|Reply|Write this] [in|as] JSON with the [fields|keys] {f}.",
    "{t} [Answer|Reply|Write this|Give me this] [in|as] JSON.", "{t} [Put this into|Return|Make|Use|Write] JSON[ with {f}|].",
    "[Extract|Find|Give me|Pick out|Return] {f} [as|in] JSON[: {t}| from this text: {t}|. {t}|: {t}|. {t}]", "[Extract|Find|Give me|Pick out] {f} [as|in] JSON[: {t}|. {t}|: {t}|. {t}]",
    "[Extract|Find|Give me] {f} [as|in] JSON[: {t}|. {t}]", "{t} [Extract|Give me|Return] {f} as JSON.",
    "[As JSON|JSON|In JSON|Make JSON of this|Turn this into JSON|Convert to JSON|Parse this]: {t}", "{t} [Put this into JSON.|Return a JSON object.|as JSON|Use JSON.|JSON, please.|Give me this as JSON.]",
    "JSON with {f}: {t}", "I need {f} [as|in] JSON. {t}", "{t} What are {f}? Answer in JSON.",
]
LIST_SHARE, PARTLY_SHARE = 0.15, 0.12
LIST_ASKS = ["[JSON list|As a JSON list|A JSON list of|Make a JSON list of|Put into a JSON list|Write as a JSON list]: {t}", "[Write|Put|Give me] {t} [as|in] a JSON list[.|]"]
# What is said of people and things: name of the field, kind of value, ways to say it.
PERSON = [
    ("age", "percent", ["is {v} years old", "is {v}", "turned {v}"]), ("city", "city", ["lives in {v}", "comes from {v}", "is from {v}", "moved to {v}"]),
    ("likes", "food", ["likes {v}", "loves {v}", "eats {v}"]), ("job", "job", ["is a {v}", "works as a {v}"]), ("email", "email", ["has the email {v}", "can be reached at {v}"]),
    ("pet", "animal", ["has a {v}", "owns a {v}"]), ("colour", "colour", ["likes {v} best", "wears {v}"]), ("friend", "person", ["is a friend of {v}", "knows {v}"]),
    ("country", "country", ["was born in {v}", "flies to {v}"]), ("phone", "phone", ["has the phone number {v}"]), ("sport", "sport", ["does {v}", "is good at {v}"]),
    ("employer", "firm", ["works for {v}", "works at {v}"]), ("speaks", "language", ["speaks {v}", "learns {v}"]), ("children", "small", ["has {v} children"]),
    ("hobby", "topic", ["spends the evenings with {v}", "is mad about {v}"]), ("arrives", "clock", ["arrives at {v}", "comes at {v}"]), ("day", "day", ["comes on {v}"]),
]
THING = [
    ("price", "money", ["costs {v} [euros|dollars]", "costs {v}"]), ("colour", "colour", ["is {v}"]), ("weight", "number", ["weighs {v} [kg|pounds]"]), ("size", "=small,big,tiny,large,huge", ["is {v}"]),
    ("city", "city", ["is in {v}", "stands in {v}", "comes from {v}"]), ("count", "int", ["comes {v} times"]), ("owner", "person", ["belongs to {v}"]), ("maker", "firm", ["was made by {v}"]),
    ("year", "year", ["was built in {v}", "is from {v}"]), ("length", "number", ["is {v} metres long"]), ("code", "plate", ["has the code {v}"]), ("material", "=wood,glass,steel,wool,stone,paper", ["is made of {v}"]),
]
KINDS = "word integer person city colour number plate words_few name title country firm clock date strange small".split()
WAYS = ["the {k} is {v}", "the {k} is {v}", "{k}: {v}", "{k} {v}", "{k} {v}", "{k} {v}", "{k} = {v}", "its {k} is {v}", "{v} is the {k}", "{k}={v}", "{k} is {v}"]
FIELDS = [noun for noun in "title author year month day country phone number score level name city colour price size weight animal food drink hobby sport school".split()
          + lexicon.ATTRIBUTES + values.NOUNS if noun not in held_out.FIELDS]


def described(rng, specs, who):
    """(text, fields): a subject and some of what can be said of it."""
    picked = rng.sample(specs, rng.choice((1, 2, 2, 3)))
    fields, said = {"name" if specs is PERSON else "item": who}, []
    for name, kind, ways in picked:
        fields[name] = values.make(rng, kind)
        said.append(expand(rng, rng.choice(ways)).replace("{v}", str(fields[name])))
    subject = f"{expand(rng, '[|||My friend|My brother|Our neighbour]')} {who}".strip() if specs is PERSON else f"{rng.choice(('The', 'The', 'My', 'This'))} {who}"
    return f"{subject} {', '.join(said[:-1])}{' and ' if len(said) > 1 else ''}{said[-1]}.", fields


def listed(rng):
    """(text, fields): plain statements, the name of a field beside its value."""
    chosen = list(dict.fromkeys(values.strange(rng) if rng.random() < 0.4 else rng.choice(FIELDS) for _ in range(rng.choice((1, 2, 2, 3)))))
    fields = {name: values.make(rng, rng.choice(KINDS)) for name in chosen}
    way = rng.choice(WAYS)
    text = rng.choice((", ", " and ") if len(fields) == 2 else (", ",)).join(way.replace("{k}", name).replace("{v}", str(value)) for name, value in fields.items())
    return (text[0].upper() + text[1:] if way.startswith("the") else text) + rng.choice((".", ".", "")), fields


def names_of(fields):
    names = list(fields)
    return (", ".join(names[:-1]) + " and " if len(names) > 1 else "") + names[-1]


def about(rng):
    """(text, fields)."""
    roll = rng.random()
    if roll < 0.5:
        return listed(rng)
    return described(rng, PERSON, values.person(rng)) if roll < 0.8 else described(rng, THING, values.word(rng))


def listing(rng):
    """Words into a JSON list: every word of the prompt stands behind a quotation mark."""
    kind = rng.choice((values.word, values.strange, values.person, values.city, values.words_few, values.title))
    items = [kind(rng) for _ in range(rng.randint(2, 5))]
    said = rng.choice((", ", ", ", " and ")).join(items)
    prompt = expand(rng, rng.choice(LIST_ASKS)).replace("{t}", said)
    return [user(prompt), assistant(json.dumps(items, ensure_ascii=False), "A JSON list.")]


def sample(rng):
    if rng.random() < LIST_SHARE:
        return listing(rng)
    text, fields = about(rng)
    ask = rng.choice(ASKS)
    if rng.random() < PARTLY_SHARE and "{f}" in ask and "[ with {f}" not in ask:  # only some of it is wanted
        kept = set(rng.sample(list(fields), rng.randint(1, len(fields))))
        fields = {name: value for name, value in fields.items() if name in kept}
    prompt = expand(rng, ask).replace("{f}", names_of(fields)).replace("{t}", text)
    rough = roughen(rng, prompt)
    shown = rough if all(str(part) in rough for pair in fields.items() for part in pair) else prompt
    return [user(shown), assistant(json.dumps(fields, ensure_ascii=False), f"JSON with {names_of(fields)}.")]
