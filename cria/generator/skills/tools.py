"""Calls tools for what is asked, answers from their results, and answers plainly when no tool fits."""

import json

from .. import toolbox, values, words
from ..conversation import assistant, calls, result, system, user
from ..grammar import capital, expand
from ..noise import roughen

NO_TOOL = "I have no tool for that."
NO_FIT = "No tool fits."
ANSWERED = "The tool has answered."
CONDITIONS = "sunny cloudy raining snowing windy clear foggy stormy warm cold".split()
FIELDS = "temperature condition status price total name count result value city humidity wind level speed weight length size time date id state user message".split()
PROBLEMS = ["not found", "no connection", "access denied", "it does not exist", "timeout", "invalid value", "unknown {w}", "the {w} is missing", "no such {w}"]


def _said(need):
    return need.ask if need.ask.endswith(("?", ".", "\"")) else need.ask + "."


def _thought(needs):
    return "I call " + " and ".join(f'"{need.tool.name}"' for need in needs) + "."


def _values(needs):
    return [str(value) for need in needs for value in need.arguments.values()]


def request(rng, needs, text):
    """The user's words, typed carelessly only where no value changes by it."""
    rough = roughen(rng, text)
    return rough if all(value in rough for value in _values(needs)) else text


def _fits(tool, tools):
    """Whether a tool can stand beside others without two of them answering the same request."""
    return all(tool == other or not toolbox.alike(tool, other) for other in tools)


def new_need(rng, tools):
    """A need for a tool that is told apart from those already there."""
    while True:
        need = toolbox.need(rng)
        if _fits(need.tool, tools):
            return need


def single(rng, tools=()):
    """(needs, request) for one call."""
    need = new_need(rng, tools)
    return [need], _said(need)


def parallel(rng, tools=()):
    """(needs, request) for two calls, sometimes three: the same tool with other values, or different tools."""
    while True:
        first = new_need(rng, tools)
        second = toolbox.again(rng, first) if rng.random() < 0.6 else new_need(rng, (*tools, first.tool))
        if second is None or (second.tool.name == first.tool.name and second.tool != first.tool):
            continue
        needs = [first, second]
        if not all(need.short for need in needs) or is_order(first) != is_order(second):
            if second.ask:
                return needs, f"{_said(first)} {rng.choice(('And ', 'Also ', 'Then ', ''))}{_said(second)}"
            continue
        third = toolbox.again(rng, first) if rng.random() < 0.15 and second.tool == first.tool else None
        if third and third.arguments not in (first.arguments, second.arguments):
            needs.append(third)
        return needs, joined(rng, needs)


def is_order(need):
    """Whether the short wish is something to do ("open the window") rather than to know ("the weather in Rome")."""
    return need.short.split(" ")[0] not in ("the", "a", "user", "order") and not need.short[:1].isdigit()


def joined(rng, needs):
    """Several short wishes in one sentence: "What is the weather in Rome and in Oslo?"."""
    parts = [need.short for need in needs]
    orders = is_order(needs[0])
    same = len({need.tool.name for need in needs}) == 1 and not orders and " in " in parts[0]
    if same and rng.random() < 0.6:
        parts = parts[:1] + [part.split(" in ", 1)[1] if rng.random() < 0.5 else "in " + part.split(" in ", 1)[1] for part in parts[1:]]
    text = (", ".join(parts[:-1]) if len(parts) > 2 else parts[0]) + rng.choice((" and ", " and ", " and also ")) + parts[-1]
    if orders:
        return capital(text) + "."
    return expand(rng, "[What is|What's|Tell me|Give me|Show me|I need|I want to know]") + f" {text}" + rng.choice("?.")


def outcome(rng, need):
    """(what the tool gives back, the words that say it)."""
    roll = rng.random()
    if roll < 0.12:
        problem = rng.choice(PROBLEMS).replace("{w}", values.word(rng))
        content = rng.choice((json.dumps({"error": problem}), f"error: {problem}", f"Error: {problem}"))
        return content, f"that did not work: {problem}"
    if roll < 0.24:
        return rng.choice(("ok", "done", "OK", "success", "true", '{"status": "ok"}', '{"ok": true}', '{"success": true}', "null", "")), "done"
    if roll < 0.40:
        value = rng.choice((values.number, values.integer, values.code, values.city, values.clock))(rng)
        return str(value), f"the answer is {value}"
    if roll < 0.62:
        text = rng.choice((lambda: f"{rng.choice(CONDITIONS)}, {rng.randint(-9, 39)} degrees", lambda: f"{values.integer(rng)} {values.word(rng)}s", lambda: values.words_few(rng),
                           lambda: values.text(rng), lambda: f"{rng.randint(-9, 39)} °C", lambda: f"{values.integer(rng)} {rng.choice(('km', 'EUR', 'dollars', 'people', 'minutes', 'items'))}"))()
        return text, f"the answer is {text}"
    fields = {}
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        name = rng.choice(FIELDS) if rng.random() < 0.6 else rng.choice(toolbox.NOUNS)
        fields[name] = rng.choice((values.word, values.integer, values.number, values.person, values.code, lambda r: r.choice(CONDITIONS)))(rng)
    parts = [f"the {name} is {value}" for name, value in fields.items()]
    return json.dumps(fields), (", ".join(parts[:-1]) + " and " if len(parts) > 1 else "") + parts[-1]


def told(needs, sayings):
    """The answer after the results: one sentence, or one for each call."""
    if len(sayings) == 1:
        return capital(sayings[0]) + "."
    return " ".join(f"{label(need, needs)}: {saying.removeprefix('the answer is ')}." for need, saying in zip(needs, sayings))


def label(need, needs):
    """What tells the calls apart: the first argument of the same tool, else the tool's name."""
    if len({other.tool.name for other in needs}) == 1 and need.arguments:
        return str(next(iter(need.arguments.values())))
    return need.tool.name


def toolset(rng, needed, clashing=True):
    """The needed tools among others, in any order."""
    count = rng.choices((0, 1, 2, 3), (30, 38, 26, 6))[0]
    tools = needed + toolbox.others(rng, needed, count if needed else max(1, count), clashing)
    rng.shuffle(tools)
    return tools


def calling(rng, needs, text, ends):
    """Messages of one request: its calls and, unless it ends there, their results and the answer."""
    messages = [user(request(rng, needs, text)), calls([(need.tool.name, need.arguments) for need in needs], _thought(needs))]
    if not ends:
        outcomes = [outcome(rng, need) for need in needs]
        messages += [result(content) for content, _ in outcomes]
        messages.append(assistant(told(needs, [saying for _, saying in outcomes]), ANSWERED))
    return messages


def follow_up(rng, need):
    """The same wanted again with another value, in a few words; None when that cannot be said."""
    further = toolbox.again(rng, need)
    return further and ([further], expand(rng, "[And|And what about|What about|Now|Also]") + f" {further.short}?")


def lacking(rng, tools):
    """Messages: something is wanted that none of the tools can do."""
    needs, text = single(rng, tools)
    return [user(request(rng, needs, text)), assistant(NO_TOOL, NO_FIT)]


def idle(exchange):
    """Messages of another skill; the tools have nothing to do with it."""
    messages = exchange()
    for message in messages:
        if message.role == "assistant":
            message.thinking = f"{NO_FIT} {message.thinking}".strip()
    return messages


def conversation(rng, exchange, instructions=""):
    """A whole conversation with tools: some requests one after the other; ``exchange`` makes one of another skill."""
    wishes, needed = [], []
    for _ in range(rng.choices((0, 1, 2, 3), (25, 61, 11, 3))[0]):
        wish = follow_up(rng, wishes[-1][0][0]) if wishes and rng.random() < 0.2 else None
        wish = wish or (parallel if rng.random() < 0.35 else single)(rng, needed)
        wishes.append(wish)
        needed = list({tool.name: tool for tool in needed + [need.tool for need in wish[0]]}.values())
    tools = toolset(rng, needed, clashing=bool(wishes) and rng.random() < 0.8)
    rounds = [calling(rng, needs, text, ends=i + 1 == len(wishes) and rng.random() < 0.4) for i, (needs, text) in enumerate(wishes)]
    if not wishes or rng.random() < 0.15:
        rounds.insert(0, idle(exchange) if rng.random() < 0.55 and not _clash(tools) else lacking(rng, tools))
    return [system(instructions, tools)] + sum(rounds, [])


def _clash(tools):
    """Whether one of the tools could answer what other skills are asked."""
    return any(toolbox.family(tool) in toolbox.CLASHING for tool in tools)
