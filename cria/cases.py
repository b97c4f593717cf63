"""Held-out cases of the skills without tools: heldout.json, and what is made from grammars with other words."""

import json
import random
import re
from dataclasses import dataclass, field

from generator.mix import HELD_OUT
from generator.skills import arithmetic, repeat

PROBLEMS = [
    ("Lena had 12 books and got 5 new ones. How many books does she have now?", 17), ("There were 9 birds on a tree. 4 flew away. How many are still there?", 5),
    ("Otto picked 7 apples and then 8 more apples. How many apples did he pick?", 15), ("I had 20 coins and spent 6. How many coins are left?", 14),
    ("A box holds 15 eggs. I take out 3. How many eggs remain?", 12), ("On Monday we saw 4 llamas, on Sunday 9. How many llamas did we see?", 13),
    ("Peter owns 18 marbles. He loses 9. How many marbles does he still have?", 9), ("The baker made 11 cakes and later 6 more. How many cakes is that?", 17),
    ("There are 13 sheep, and 5 more join them. How many sheep are there?", 18), ("Anna has 16 nuts. A squirrel steals 7. How many nuts are left?", 9),
    ("We bought 8 cups and 6 cups. How many cups is that in all?", 14), ("My sister had 19 stars and gave me 8. How many stars does she have now?", 11),
    ("6 fish swim in a pond. 10 more come. How many fish are there now?", 16), ("Tom had 14 balls but 2 broke. How many balls are left?", 12),
    ("I wrote 5 letters today and 12 letters yesterday. How many letters is that?", 17), ("From 17 flowers, Mia takes 10. How many flowers are left?", 7),
]
STORY_WORDS = (45, 190)
NEW_SUMS = [
    "please add up {a} and {b}", "Give me the result of {a} + {b}.", "how much do {a} and {b} make together?", "I need to know what {a} + {b} is.",
    "{a} plus {b} is what?", "What would {a} plus {b} be?", "hey what's {a}+{b}", "Now add {a} + {b}, please.",
]
NEW_DIFFERENCES = [
    "please subtract {b} from {a}", "Give me the result of {a} - {b}.", "how much remains of {a} minus {b}?", "I need to know what {a} - {b} is.",
    "{a} minus {b} is what?", "What would {a} minus {b} be?", "hey what's {a}-{b}", "Now take {b} away from {a}, please.",
]


@dataclass
class Case:
    """User turns after a history, and a check of the last reply. ``think`` None is whatever is being evaluated."""

    turns: list
    check: object
    wanted: object = None
    tools: list = field(default_factory=list)
    history: list = field(default_factory=list)
    think: bool | None = None
    format: object = None


def matches(reply, pattern):
    return bool(re.search(pattern, reply.content, re.S))


def ends_with_number(reply, number):
    return re.findall(r"\d+", reply.content)[-1:] == [str(number)]


def written_cases(rows):
    """Cases of heldout.json: the answer has to match a pattern."""
    return [Case(row["turns"], lambda reply, want=row["expect"]: matches(reply, want), row["expect"]) for row in rows]


def result_case(prompt, result):
    """The result must be the last number of the answer."""
    return Case([prompt], lambda reply: ends_with_number(reply, result), result)


def arithmetic_cases(rng, count=60):
    """Small numbers, asked in ways that are never trained."""
    cases = []
    for i in range(count):
        a, b = rng.randint(0, arithmetic.SMALL), rng.randint(0, arithmetic.SMALL)
        plus, a, b = i % 2 == 0, max(a, b), min(a, b)
        cases.append(result_case(rng.choice(NEW_SUMS if plus else NEW_DIFFERENCES).format(a=a, b=b), a + b if plus else a - b))
    return cases


def unseen_cases(rng, count=60):
    """Sums of numbers that are never trained together, a quarter of them above twenty."""
    pairs = [arithmetic.pair(rng, plus=True, held=True) for _ in range(count)]
    return [result_case(arithmetic.question(rng, a, b, plus=True)[0], a + b) for a, b in pairs]


def repeat_cases(rng, count=60):
    """Random phrases, which must come back exactly."""
    phrases = [repeat.phrase(rng) for _ in range(count)]
    return [Case([repeat.ask(rng, text)], lambda reply, want=text: reply.content.strip() == want, text) for text in phrases]


def thinking_cases(rng, written, count=15):
    """Sums and held-out questions: thought about when asked to, and not when not."""
    made = []
    for i in range(count):
        plus = i % 2 == 0
        a, b = arithmetic.pair(rng, plus, held=plus)
        prompt, result = arithmetic.question(rng, a, b, plus)[0], a + b if plus else a - b
        made.append(Case([prompt], lambda reply, want=result: ends_with_number(reply, want) and str(want) in reply.thinking, result, think=True))
        made.append(Case([prompt], lambda reply, want=result: ends_with_number(reply, want) and not reply.thinking, result, think=False))
    for row in rng.sample(written["facts"] + written["corral"], count):
        made.append(Case(row["turns"], lambda reply, want=row["expect"]: matches(reply, want) and bool(reply.thinking), row["expect"], think=True))
        made.append(Case(row["turns"], lambda reply, want=row["expect"]: matches(reply, want) and not reply.thinking, row["expect"], think=False))
    return made


def problem_cases():
    """Sums in a little story, told in ways that are never trained."""
    made = []
    for text, result in PROBLEMS:
        made.append(Case([text], lambda reply, want=result: re.findall(r"\d+", reply.content)[:1] == [str(want)], result, think=True))
    return made


def is_story(text, subjects):
    """Long enough, about the subject throughout, finished, and without a sentence said twice."""
    sentences = [s for s in re.split(r"(?<=[.!?])\"? ", text) if len(s.split()) > 3]
    return (
        STORY_WORDS[0] <= len(text.split()) <= STORY_WORDS[1]
        and all(subject.lower() in text.lower() for subject in subjects)
        and text.rstrip()[-1] in ".!?\""
        and len(set(sentences)) == len(sentences)
    )


def story_cases(rows):
    """Cases of heldout.json: the answer has to be a story with the given words."""
    return [Case(row["turns"], lambda reply, want=row["words"]: is_story(reply.content, want), row["words"]) for row in rows]


def all_cases():
    """Skill name to cases; always the same."""
    rng = random.Random(20250)
    written = json.loads(HELD_OUT.read_text())
    thinking = thinking_cases(rng, written)
    cases = {"stories": story_cases(written.pop("stories")), "arithmetic": arithmetic_cases(rng),
             "unseen sums": unseen_cases(rng), "repeat": repeat_cases(rng)}
    cases.update({skill: written_cases(rows) for skill, rows in written.items()})
    return {**cases, "thinks when asked, else not": thinking, "little stories with a sum": problem_cases()}
