"""Compares this folder's tokenizer with llama.cpp's, through llama-server's /tokenize.

    python check_tokens.py --work /tmp/cria --server http://127.0.0.1:8080
"""

import argparse
import json
import random
import urllib.request
from pathlib import Path

import tokenizer as bpe
from generator.conversation import prompt
from generator.mix import Mixer

ODD = [
    "", " ", "  two  blanks ", "tabs\tand\n\nlines \n x", "12345 3.14 1,000", "it's don't WE'RE I'll", "naïve café Übermut ß",
    "日本語 текст عربى", "🦙🦙 emoji", "a-b_c/d\\e:f", "'''\"\"\"```", "x\r\ny", "½ ² ٣ Ⅷ", "<think>no</think>", "<|im_start|>user\nhi<|im_end|>\n",
]


def llama_tokens(server, text):
    body = json.dumps({"content": text, "add_special": False, "parse_special": True}).encode()
    request = urllib.request.Request(f"{server}/tokenize", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["tokens"]


def random_text(rng):
    return "".join(rng.choice("abcXYZ 019.,'\"-\n\té€漢") for _ in range(40))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--count", type=int, default=500)
    args = parser.parse_args()
    tokenizer, mixer, rng = bpe.load(args.work / "tokenizer.json"), Mixer(99), random.Random(99)
    texts = ODD + [random_text(rng) for _ in range(args.count)] + [prompt(mixer.conversation()) for _ in range(args.count)]
    different = [text for text in texts if tokenizer.encode(text).ids != llama_tokens(args.server, text)]
    print(f"{len(texts)} texts, {len(different)} different")
    for text in different[:5]:
        print(repr(text), tokenizer.encode(text).ids, llama_tokens(args.server, text))
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
