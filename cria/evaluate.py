"""Pass rate of each skill on held-out prompts, greedy and with Ollama's default sampling.

    python evaluate.py --host http://127.0.0.1:11434 --model cria     the real thing, over /api/chat
    python evaluate.py --work /tmp/cria                               a checkpoint, while training
"""

import argparse
import json
import random
import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from generator.mix import HELD_OUT
from generator.skills import arithmetic, repeat

LIMIT = 320  # tokens of an answer
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
    """User turns, and a check of the last answer."""

    turns: list
    check: object


def written_cases(rows):
    """Cases of heldout.json: the answer has to match a pattern."""
    return [Case(row["turns"], lambda text, want=row["expect"]: bool(re.search(want, text, re.S))) for row in rows]


def result_case(prompt, result):
    """The result must be the last number of the answer."""
    return Case([prompt], lambda text: re.findall(r"\d+", text)[-1:] == [str(result)])


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
    return [Case([repeat.ask(rng, text)], lambda said, want=text: said.strip() == want) for text in phrases]


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
    return [Case(row["turns"], lambda text, want=row["words"]: is_story(text, want)) for row in rows]


def all_cases():
    """Skill name to cases; always the same."""
    rng = random.Random(20250)
    written = json.loads(HELD_OUT.read_text())
    cases = {"stories": story_cases(written.pop("stories")), "arithmetic": arithmetic_cases(rng),
             "unseen sums": unseen_cases(rng), "repeat": repeat_cases(rng)}
    cases.update({skill: written_cases(rows) for skill, rows in written.items()})
    return cases


class Server:
    """Answers over Ollama's /api/chat."""

    def __init__(self, host, model):
        self.url, self.model = f"{host.rstrip('/')}/api/chat", model

    def answer(self, messages, seed, limit):
        """(text, whether it ended by itself); seed None is greedy."""
        options = {"num_predict": limit, "seed": seed or 1}
        if seed is None:
            options["temperature"] = 0
        body = {"model": self.model, "messages": messages, "options": options, "stream": False}
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as response:
            reply = json.load(response)
        return reply["message"]["content"], reply.get("done_reason") == "stop"


def run(case, writer, seed):
    """Plays all turns; (passed, ended by itself, last answer)."""
    messages, ended = [], True
    for turn in case.turns:
        messages.append({"role": "user", "content": turn})
        text, finished = writer.answer(messages, seed, LIMIT)
        ended = ended and finished
        messages.append({"role": "assistant", "content": text})
    return ended and case.check(text), ended, text


def report(cases, writer, seeds, show):
    """Pass rate of each skill and of ending the turn, printed as it goes."""
    ends = []
    for skill, items in cases.items():
        passed = []
        for number, case in enumerate(items):
            for seed in seeds:
                good, ended, text = run(case, writer, seed and seed + number)
                passed.append(good)
                ends.append(ended)
                if show and not good:
                    print(f"  failed: {case.turns} -> {text!r}")
        print(f"{skill:12} {sum(passed):4}/{len(passed):<4} {100 * sum(passed) / len(passed):6.1f} %", flush=True)
    print(f"{'ends a turn':12} {sum(ends):4}/{len(ends):<4} {100 * sum(ends) / len(ends):6.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", help="address of a server that speaks Ollama's API")
    parser.add_argument("--model", default="cria")
    parser.add_argument("--work", type=Path, help="folder with checkpoint.pt and tokenizer.json")
    parser.add_argument("--mode", choices=["greedy", "sampled", "both"], default="both")
    parser.add_argument("--repeats", type=int, default=2, help="seeds per prompt when sampling")
    parser.add_argument("--skill", help="only this one")
    parser.add_argument("--show", action="store_true", help="print failures")
    args = parser.parse_args()
    if args.host:
        writer = Server(args.host, args.model)
    else:
        from sampling import Writer  # needs torch, which talking to a server does not
        writer = Writer(args.work)
    cases = {skill: items for skill, items in all_cases().items() if args.skill in (None, skill)}
    modes = {"greedy": [None], "sampled": [1000 * (i + 1) for i in range(args.repeats)]}
    for mode in modes if args.mode == "both" else [args.mode]:
        print(f"-- {mode}")
        report(cases, writer, modes[mode], args.show)


if __name__ == "__main__":
    main()
