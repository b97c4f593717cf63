"""Adds and subtracts small numbers."""

from ..conversation import assistant, user
from ..grammar import expand
from ..noise import roughen

SMALL, LARGE = 20, 50  # most numbers reach up to the first, some up to the second
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


def several(rng):
    """A list of tasks in one message."""
    tasks = []
    for _ in range(rng.randint(2, 6)):
        plus = rng.random() < 0.5
        a, b = pair(rng, plus)
        tasks.append((f"{a} + {b}", a + b) if plus else (f"{a} - {b}", a - b))
    asked = rng.choice((", ", ", ", "; ", " and ")).join(task for task, _ in tasks)
    prompt = expand(rng, rng.choice(LIST_ASKS), {"tasks": asked if rng.random() < 0.7 else asked.replace(" + ", "+").replace(" - ", "-")})
    return [user(roughen(rng, prompt)), assistant(", ".join(f"{task} = {result}" for task, result in tasks) + ".")]


def sample(rng):
    """One to three tasks in a row, or a list of them."""
    if rng.random() < 0.4:
        return several(rng)
    messages = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        plus = rng.random() < 0.5
        prompt, answer = question(rng, *pair(rng, plus), plus)
        messages += [user(roughen(rng, prompt)), assistant(answer)]
    return messages
