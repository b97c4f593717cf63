"""Adds and subtracts small numbers."""

from .. import words
from ..conversation import assistant, user
from ..grammar import expand
from ..noise import roughen

SMALL, LARGE = 20, 50  # most numbers reach up to the first, some up to the second
THINGS = "apples pears llamas books eggs stones coins cookies birds balls cups flowers nuts carrots fish stars boxes pencils marbles sheep".split()
PLUS_ASKS = [
    "[What is|What's|How much is|Calculate|Compute|Work out|Can you tell me what is|Tell me] {a} [+|+|plus] {b}?",
    "[What is|How much is|Tell me] {a} [+|plus|and] {b}?",
    "[Add|Please add|Sum up|Can you add] {a} and {b}.",
    "[What is|Tell me|Give me|Find] the sum of {a} and {b}.",
    "[|Solve: |Solve ]{a} [+|plus] {b} [=|= ?|]",
    "{a}+{b}[=|=?|?|]",
    "what do you get if you add {b} to {a}?",
    "[What does|How much does] {a} [plus|+] {b} [make|equal|give]?",
]
MINUS_ASKS = [
    "[What is|What's|How much is|Calculate|Compute|Work out|Can you tell me what is|Tell me] {a} [-|-|minus] {b}?",
    "[What is|How much is|Tell me] {a} [-|minus|take away|less] {b}?",
    "[Subtract|Take away|Take|Please subtract|Can you subtract] {b} from {a}.",
    "[What is|Tell me] the difference [between|of] {a} and {b}?",
    "[|Solve: |Solve ]{a} [-|minus] {b} [=|= ?|]",
    "{a}-{b}[=|=?|?|]",
    "[What does|How much does] {a} [minus|-] {b} [make|equal|give]?",
    "[What is left|How much is left] if you take {b} from {a}?",
]


LIST_ASKS = [
    "[Work out|Calculate|Solve|Compute|What is|What are|Answer]: {tasks}[?|.|]", "[Solve|Do|Answer|Help me with] [these|my homework|these sums]: {tasks}[.|]",
    "{tasks}[?|]", "[Can you solve|Can you do] {tasks}?",
]


def held_out(a, b):
    """Whether a task with these numbers is kept for evaluation, as about one in 36 is; the smallest never are."""
    return a + b > 10 and (a * 31 + b * 17) % 12 == 5 and (a // 3 + b // 4) % 3 == 0


def pair(rng, plus, held=False):
    """The two numbers of a task that is (or is not) held out; a subtraction has the larger one first."""
    while True:
        limit = SMALL if rng.random() < 0.75 else LARGE
        a, b = rng.randint(0, limit), rng.randint(0, limit)
        if not plus:
            a, b = max(a, b), min(a, b)
        if held_out(a, b) == held:
            return a, b


def question(rng, a, b, plus):
    """(prompt, answer) of one task."""
    asks, sign, result = (PLUS_ASKS, "+", a + b) if plus else (MINUS_ASKS, "-", a - b)
    prompt = expand(rng, rng.choice(asks), {"a": a, "b": b})
    return prompt, f"{a} {sign} {b} = {result}."


def steps(a, b, plus):
    """The way to a result, tens and ones apart: "27 + 35: 20 + 30 = 50, 7 + 5 = 12, 50 + 12 = 62."."""
    sign, result = ("+", a + b) if plus else ("-", a - b)
    tens, ones = b // 10 * 10, b % 10
    parts = []
    if plus:
        whole, rest = a // 10 * 10 + tens, a % 10 + ones
        if a >= 10 and tens:
            parts.append(f"{a // 10 * 10} + {tens} = {whole}")
        if a % 10 and ones:
            parts.append(f"{a % 10} + {ones} = {rest}")
        if whole and rest:
            parts.append(f"{whole} + {rest} = {result}")
    elif tens and ones:  # first the tens go, then the ones
        parts = [f"{a} - {tens} = {a - tens}", f"{a - tens} - {ones} = {result}"]
    return f"{a} {sign} {b}: {', '.join(parts)}." if len(parts) > 1 else f"{a} {sign} {b} = {result}."


def several(rng):
    """A list of tasks in one message."""
    tasks = []
    for _ in range(rng.randint(2, 6)):
        plus = rng.random() < 0.5
        a, b = pair(rng, plus)
        tasks.append((f"{a} + {b}", a + b) if plus else (f"{a} - {b}", a - b))
    asked = rng.choice((", ", ", ", "; ", " and ")).join(task for task, _ in tasks)
    prompt = expand(rng, rng.choice(LIST_ASKS), {"tasks": asked if rng.random() < 0.7 else asked.replace(" + ", "+").replace(" - ", "-")})
    return [user(roughen(rng, prompt)), assistant(", ".join(f"{task} = {result}" for task, result in tasks) + ".", "One after the other.")]


MORE = "How many {thing} [are there|does {N} have|is that|are that|are there now|does {N} have now][| altogether| in all| then]?"
LESS = "How many {thing} [are left|remain|does {N} still have|are still there|does {N} have now|are there now]?"
PROBLEMS = {  # plus or minus: what happens
    True: [
        "[{N} has|{N} had|There are|There were|You have|I have|I had|We have|A box holds] {a} {thing}[.| and|,] [{N} gets|then come|he gets|she gets|I get|gets|we get|finds|got] {b} [more|new ones|more {thing}|other {thing}]. " + MORE,
        "[{N}|She|He|We|I|The cook] [ate|bought|found|sold|saw|picked|read|made|wrote|counted] {a} {thing} [today|on Monday|in the morning|first|yesterday|] and [then |later |]{b} [more|{thing} tomorrow|on Tuesday|in the evening|{thing}|more {thing}]. " + MORE,
        "{a} {thing} [stand|lie|are|sit] [in the garden|on the table|here|on a hill]. {b} more [come|join them|are added|arrive]. " + MORE,
        "[{N} and {M} have|Together we have|In two boxes are] {a} {thing} and {b} {thing}. " + MORE,
    ],
    False: [
        "[{N} has|{N} had|There are|There were|You have|I have|I had|We have|A box holds|{N} owns] {a} {thing}[.| and|, but|.] [{N} eats|{N} loses|{N} sells|{N} gives away|Somebody takes|{M} steals|I take out|we give away|she gave me|he spends|I lose] {b}[ of them| {thing}|]. " + LESS,
        "[{a} {thing} were|There were {a} {thing}] [in the garden|on the table|here|on a tree|in the pond]. {b} [went away|flew away|broke|fell down|ran away|were eaten|are gone]. " + LESS,
        "[From|Of] {a} {thing}, {N} [takes|eats|sells|breaks] {b}. " + LESS,
    ],
}


def problem(rng):
    """A little story with a sum in it."""
    plus = rng.random() < 0.5
    a, b = pair(rng, plus)
    names, thing = rng.sample(words.NAMES["she"] + words.NAMES["he"], 2), rng.choice(THINGS)
    told = expand(rng, rng.choice(PROBLEMS[plus]), {"N": names[0], "M": names[1], "a": a, "b": b, "thing": thing})
    return [user(told), assistant(f"{a + b if plus else a - b} {thing}.", steps(a, b, plus))]


def sample(rng):
    """One to three tasks in a row, a list of them, or a little story."""
    roll = rng.random()
    if roll < 0.25:
        return several(rng)
    if roll < 0.45:
        return problem(rng)
    messages = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        plus = rng.random() < 0.5
        a, b = pair(rng, plus)
        prompt, answer = question(rng, a, b, plus)
        messages += [user(roughen(rng, prompt)), assistant(answer, steps(a, b, plus))]
    return messages
