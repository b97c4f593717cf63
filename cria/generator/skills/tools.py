"""Calls tools for what is asked, answers from their results, and answers plainly when no tool fits."""

from dataclasses import replace

from .. import lookup, outcomes, toolbox
from ..conversation import assistant, calls, result, system, user
from ..grammar import capital, expand
from ..noise import roughen

NO_TOOL = "I have no tool for that."
NO_FIT = "No tool fits."
ANSWERED = "The tool has answered."
BETWEEN = ("And ", "Also ", "Then ", "", "After that, ", "And then ", "")
ROUNDS = ((1, 2, 3), (92, 6, 2))  # requests of a conversation that has some, with weights
BESIDE = ((0, 1, 2, 3), (10, 44, 31, 15))  # tools beside those needed
LACKING, IDLE, PARALLEL = 0.06, 0.28, 0.5
TEMPTING = 0.2  # of the single requests have a tool beside them for another thing that they mention
ANY_BESIDE_IDLE = 0.3  # of the conversations that need no tool have any tools, whatever words they share
DISGUISED = 0.3  # of the conversations with calls have tools with names that say nothing
PLAIN = 0.5  # of the single requests have at most one value


def _thought(needs, marks):
    """For each call the beginning of its tool's line: the words by which it was found, and its name."""
    return " and ".join(f'{" ".join(marks[need.tool.name])}: "{need.tool.name}"' for need in needs) + "."


def _marks(text, tools):
    """Tool name to the words of the request that speak for it, in the order of the lines."""
    return {tool.name: words for words, tool in lookup.marked(text, tools)}


def disguised(rng, needs, tools):
    """(needs, tools) with names that say nothing, so that a name cannot be put together from the request: it must be read."""
    names = {tool.name: name for tool, name in zip(tools, toolbox.blank_names(rng, len(tools)))}
    rename = lambda tool: replace(tool, name=names[tool.name])
    return [[replace(need, tool=rename(need.tool)) for need in wanted] for wanted in needs], [rename(tool) for tool in tools]


def request(rng, needs, text):
    """The user's words, typed carelessly only where no value changes by it."""
    rough = roughen(rng, text)
    kept = all(str(value) in rough for need in needs for value in need.arguments.values())
    return rough if kept and lookup.words(rough) == lookup.words(text) else text


def ended(text):
    return text if text.endswith(("?", ".", "\"", "!", "please")) else text + "."


def single(rng):
    """(needs, request) for one call."""
    need, plain = toolbox.need(rng), rng.random() < PLAIN
    while plain and len(need.arguments) > 1:
        need = toolbox.need(rng)
    return [need], need.ask


def parallel(rng):
    """(needs, request) for two calls, sometimes three: the same tool with other values, or different tools."""
    while True:
        first = toolbox.need(rng)
        second = toolbox.again(rng, first) if rng.random() < 0.55 else toolbox.need(rng)
        if second is None or not _apart(first, second):
            continue
        needs = [first, second]
        third = toolbox.again(rng, first) if rng.random() < 0.1 else None
        if third and third.arguments not in (first.arguments, second.arguments):
            needs.append(third)
        joinable = all(need.short for need in needs) and first.orders == second.orders
        return needs, joined(rng, needs) if joinable and rng.random() < 0.65 else in_turn(rng, needs)


def _apart(first, second):
    if first.tool == second.tool:
        return True
    return toolbox.distinct(first, second.pattern) and toolbox.distinct(second, first.pattern)


def in_turn(rng, needs):
    """Several sentences: "Move the sofa. Then lock the door."."""
    texts = [ended(needs[0].ask)]
    for need in needs[1:]:
        lead = rng.choice(BETWEEN)
        texts.append(ended(lead + (need.ask if not lead or not need.short or need.ask[:2] == "I " else need.ask[:1].lower() + need.ask[1:])))
    return " ".join(texts)


def joined(rng, needs):
    """Several short wishes in one sentence: "What is the weather in Rome and in Oslo?"."""
    parts = [need.short for need in needs]
    if len({need.tool.name for need in needs}) == 1 and len(needs[0].arguments) == 1 and rng.random() < 0.5:
        parts = [parts[0]] + [_rest(rng, part, need) for part, need in zip(parts[1:], needs[1:])]
    text = (", ".join(parts[:-1]) if len(parts) > 2 else parts[0]) + rng.choice((" and ", " and ", " and also ", " and then " if needs[0].orders else " and ")) + parts[-1]
    if needs[0].orders:
        return ended(capital(text) if rng.random() < 0.8 else expand(rng, "[please|can you|could you|Now]") + " " + text)
    return expand(rng, "[What is|What's|Tell me|Give me|Show me|I need|I want to know|Look up|Check|Get]") + f" {text}" + rng.choice("?.")


def _rest(rng, short, need):
    """What has to be said the second time: "the weather in Oslo" becomes "in Oslo" or "Oslo"."""
    value = str(next(iter(need.arguments.values())))
    if not short.endswith(value):
        return short
    words = short[: -len(value)].split()
    return f"{words[-1]} {value}" if words and words[-1] in ("in", "at", "for", "of", "to", "from", "on") and rng.random() < 0.6 else value


def toolset(rng, needs):
    """The needed tools among others, in any order."""
    count = rng.choices(*BESIDE)[0]
    needed = list({need.tool.name: need.tool for need in needs}.values())
    if len(needed) > 1:
        count = min(count, 2)
    tools = needed + toolbox.others(rng, needs, count)
    tempting = toolbox.tempting(rng, needs[0]) if len(needs) == 1 and rng.random() < TEMPTING else None
    if tempting and tempting.name not in {tool.name for tool in tools}:
        tools.append(tempting)
    rng.shuffle(tools)
    return tools


def calling(rng, needs, text, tools, ends):
    """Messages of one request: its calls, in the order of their tools' lines, and, unless it ends there, their results and the answer."""
    marks = _marks(text, tools)
    needs = sorted(needs, key=lambda need: list(marks).index(need.tool.name))
    messages = [user(text), calls([(need.tool.name, need.arguments) for need in needs], _thought(needs, marks))]
    if not ends:
        results = [outcomes.sample(rng) for _ in needs]
        messages += [result(content) for content, _ in results]
        messages.append(assistant(told(needs, [saying for _, saying in results]), ANSWERED))
    return messages


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


def lacking(rng):
    """(messages, tools): something is wanted that none of the tools can do."""
    need = toolbox.need(rng)
    tools = _foreign(rng, f"{need.ask} {need.short} {need.tool.name} {need.tool.description}", need.pattern.group)
    return [user(request(rng, [need], need.ask)), assistant(NO_TOOL, NO_FIT)], tools


def idle(rng, exchange):
    """(messages, tools) of another skill; the tools have nothing to do with it, but may share a word."""
    messages = exchange()
    for message in messages:
        if message.role == "assistant":
            message.thinking = f"{NO_FIT} {message.thinking}".strip()
    said = " ".join(message.content for message in messages if message.role == "user")
    return messages, _foreign(rng, "" if rng.random() < ANY_BESIDE_IDLE else said, calm=True)


def _foreign(rng, text, group=None, calm=False):
    """One to three tools that share no word with a text."""
    tools, count = {}, rng.choice((1, 1, 2, 2, 3))
    while len(tools) < count:
        other = toolbox.pattern(rng, calm)
        if toolbox.unrelated(text, other.tool) and other.group != (group or "-"):
            tools[other.tool.name] = other.tool
    return list(tools.values())


def wishes(rng):
    """[(needs, request)] of a conversation, told apart from each other."""
    while True:
        out = []
        for _ in range(rng.choices(*ROUNDS)[0]):
            wish = _once_more(rng, out[-1][0][0]) if out and rng.random() < 0.3 else None
            out.append(wish or (parallel if rng.random() < PARALLEL else single)(rng))
        needs = [need for wanted, _ in out for need in wanted]
        if len({need.tool.name for need in needs}) <= 4 and all(_apart(a, b) for i, a in enumerate(needs) for b in needs[:i]):
            return out


def _once_more(rng, need):
    """The same tool wanted again, said in full or in a few words."""
    further = toolbox.again(rng, need)
    if further and further.short and not further.orders and rng.random() < 0.5:
        return [further], expand(rng, "[And|And what about|What about|Now|Also|And now]") + f" {further.short}" + rng.choice("?.")
    return further and ([further], further.ask)


def conversation(rng, exchange, instructions=""):
    """A whole conversation with tools; ``exchange`` makes one of another skill."""
    roll = rng.random()
    if roll < LACKING + IDLE:
        messages, tools = lacking(rng) if roll < LACKING else idle(rng, exchange)
        return [system(instructions, tools)] + messages
    wanted, tools = task(rng)
    rounds = [calling(rng, needs, text, tools, ends=rng.random() < (0.72 if i + 1 == len(wanted) else 0.4)) for i, (needs, text) in enumerate(wanted)]
    return [system(instructions, tools)] + sum(rounds, [])


def task(rng):
    """([(needs, request)], tools) such that each request speaks of the tools that it needs."""
    while True:
        wanted = wishes(rng)
        tools = toolset(rng, [need for needs, _ in wanted for need in needs])
        if rng.random() < DISGUISED and all(tool.description for tool in tools):
            needs, tools = disguised(rng, [needs for needs, _ in wanted], tools)
            wanted = [(need, text) for need, (_, text) in zip(needs, wanted)]
        wanted = [(needs, request(rng, needs, text)) for needs, text in wanted]
        if all(all(_marks(text, tools)[need.tool.name] for need in needs) for needs, text in wanted):
            return wanted, tools
