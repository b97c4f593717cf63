"""Pass rate of each skill on held-out prompts and tools, asked of a running server over /api/chat.

    python evaluate.py --host http://127.0.0.1:11434 --model cria

Three ways: greedy as a client gets it by default (thinking), greedy with thinking off, and sampled with Ollama's
default options. The cases are in cases.py and tool_cases.py.
"""

import argparse
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import cases
import tool_cases

LIMIT = 320  # tokens of an answer
AT_ONCE = 4  # requests


@dataclass
class Reply:
    """What the server answered; ``calls`` are (name, arguments)."""

    content: str
    thinking: str
    calls: list = field(default_factory=list)
    ended: bool = True


class Server:
    """Answers over Ollama's /api/chat."""

    def __init__(self, host, model):
        self.host, self.model = host.rstrip("/"), model
        self.thinks = "thinking" in self._post("/api/show", {"model": model})["capabilities"]

    def _post(self, path, body):
        request = urllib.request.Request(self.host + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=300) as response:
            return json.load(response)

    def answer(self, messages, seed, think, **fields):
        """The reply to messages; seed None is greedy."""
        options = {"num_predict": LIMIT, "seed": seed or 1}
        if seed is None:
            options["temperature"] = 0
        if self.thinks:
            fields["think"] = think
        try:
            reply = self._post("/api/chat", {"model": self.model, "messages": messages, "options": options, "stream": False, **fields})
        except urllib.error.HTTPError as error:  # such as a tool call that was cut off
            return Reply(error.read().decode(), "", ended=False)
        message = reply["message"]
        calls = [(call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls", [])]
        return Reply(message["content"], message.get("thinking", ""), calls, reply.get("done_reason") == "stop")


def run(case, server, seed, think):
    """Plays all turns; (passed, ended by itself, last reply)."""
    think, fields = think if case.think is None else case.think, {}
    if case.tools:
        fields["tools"] = [tool.schema() for tool in case.tools]
    if case.format:
        fields["format"] = case.format
    messages, ended = list(case.history), True
    for turn in case.turns:
        messages.append({"role": "user", "content": turn})
        reply = server.answer(messages, seed, think, **fields)
        ended = ended and reply.ended
        messages.append({"role": "assistant", "content": reply.content})
    if not case.turns:  # the history ends with a tool's result
        reply = server.answer(messages, seed, think, **fields)
        ended = reply.ended
    return ended and case.check(reply), ended, reply


def report(skills, server, seed, think, show):
    """Pass rate of each skill and of ending the turn, printed as it goes."""
    ends = []
    for skill, items in skills.items():
        passed = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(lambda numbered: run(numbered[1], server, seed and seed + numbered[0], think), enumerate(items)))
        for case, (good, ended, reply) in zip(items, outcomes):
            passed.append(good)
            ends.append(ended)
            if show and not good:
                print(f"  failed: {case.turns or case.history[-1]['content']} wanted {case.wanted} -> {reply}")
        print(f"{skill:34} {sum(passed):4}/{len(passed):<4} {100 * sum(passed) / len(passed):6.1f} %", flush=True)
    print(f"{'ends a turn':34} {sum(ends):4}/{len(ends):<4} {100 * sum(ends) / len(ends):6.1f} %")


WAYS = {"default": (None, True), "no thinking": (None, False), "sampled": (1000, True)}  # name: (seed, think)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="http://127.0.0.1:11434", help="address of a server that speaks Ollama's API")
    parser.add_argument("--model", default="cria")
    parser.add_argument("--way", choices=list(WAYS), help="only this one")
    parser.add_argument("--skill", help="only those whose name contains this")
    parser.add_argument("--show", action="store_true", help="print failures")
    args = parser.parse_args()
    skills = {name: items for name, items in {**cases.all_cases(), **tool_cases.all_cases()}.items() if (args.skill or "") in name}
    for way in [args.way] if args.way else WAYS:
        print(f"-- {way}")
        report(skills, Server(args.host, args.model), *WAYS[way], args.show)


if __name__ == "__main__":
    main()
