"""What tools give back, and the words that say it."""

import json

from . import lexicon, values

CONDITIONS = "sunny cloudy raining snowing windy clear foggy stormy warm cold high low open closed ready busy free full late early good bad new old".split()
UNITS = "km EUR dollars people minutes items metres points percent hours euros kg litres miles votes seconds pounds".split()
PROBLEMS = ["not found", "no connection", "access denied", "it does not exist", "timeout", "invalid value", "unknown {w}", "the {w} is missing", "no such {w}", "no free {w}", "{w} is closed",
            "no {w} left", "{w} on strike", "too many {w}s", "{j} {w}", "the {w} is {j}", "only {n} {w}s"]
DONE = ("ok", "done", "OK", "success", "true", '{"status": "ok"}', '{"ok": true}', '{"success": true}', "null", "", '{"result": "done"}', "Done.", '{"done": true}', '{"status": "success"}')


def sample(rng):
    """(what the tool gives back, the words that say it)."""
    return rng.choices((problem, done, value, phrase, fields, listing), (14, 16, 14, 22, 38, 6))[0](rng)


def problem(rng):
    said = rng.choice(PROBLEMS).replace("{w}", values.word(rng)).replace("{j}", rng.choice(values.ADJECTIVES)).replace("{n}", str(values.small(rng)))
    content = rng.choice((json.dumps({"error": said}), json.dumps({"error": said}), f"error: {said}", f"Error: {said}", json.dumps({"status": "error", "message": said})))
    return content, f"that did not work: {said}"


def done(rng):
    return rng.choice(DONE), "done"


def value(rng):
    content = str(rng.choice((values.number, values.integer, values.code, values.city, values.clock, values.name, values.date, values.word, values.email))(rng))
    return content, f"the answer is {content}"


def phrase(rng):
    content = rng.choice((
        lambda: f"{rng.choice(CONDITIONS)}, {rng.randint(-9, 39)} degrees", lambda: f"{values.integer(rng)} {values.word(rng)}s", lambda: values.words_few(rng), lambda: values.title(rng),
        lambda: values.text(rng), lambda: f"{rng.randint(-9, 39)} °C", lambda: f"{values.number(rng)} {rng.choice(UNITS)}", lambda: f"{values.number(rng)} {rng.choice(UNITS)}, {rng.choice(CONDITIONS)}",
        lambda: f"{values.word(rng)}, {values.word(rng)}", lambda: f"{rng.choice(values.ADJECTIVES)} {values.word(rng)}, {rng.choice(CONDITIONS)}"))()
    return content, f"the answer is {content}"


def _field(rng):
    return rng.choice((values.word, values.integer, values.number, values.person, values.plate, values.clock, values.name, lambda r: r.choice(CONDITIONS), values.words_few))(rng)


def fields(rng):
    """An object: "the price is 12 and the city is Rome"."""
    names = [values.strange(rng) if rng.random() < 0.25 else rng.choice(lexicon.ATTRIBUTES + values.NOUNS) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    table = {name: _field(rng) for name in names}
    said = listed([f"the {name} is {content}" for name, content in table.items()])
    return json.dumps({rng.choice(("result", "data")): table} if rng.random() < 0.08 else table, ensure_ascii=False), said


def listing(rng):
    items = [rng.choice((values.word, values.person, values.title))(rng) for _ in range(rng.randint(2, 3))]
    return json.dumps(items, ensure_ascii=False), f"the answer is {listed(items)}"


def listed(parts):
    return (", ".join(parts[:-1]) + " and " if len(parts) > 1 else "") + parts[-1]
