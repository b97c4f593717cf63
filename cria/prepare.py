"""Generates the text, trains the tokenizer and writes the token files that train.py reads.

    python prepare.py --work /tmp/cria --tokens 12000000
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np

import tokenizer as bpe
from generator.conversation import segments
from generator.mix import Mixer

CONTEXT = 2048
LONG_SHARE = 0.04  # share of the tokens in long conversations
TOKENIZER_CONVERSATIONS = 40000
SPECIAL = re.compile("|".join(map(re.escape, bpe.SPECIAL)))


def tokenizer_texts(seed):
    """Text for the merges: conversations with their tools and calls, without special tokens."""
    mixer = Mixer(seed)
    for _ in range(TOKENIZER_CONVERSATIONS):
        for text, _ in segments(mixer.conversation(), mixer.thinks()):
            yield SPECIAL.sub("", text)


def encode(tokenizer, batch):
    """Token ids and learned-flags of each (messages, thinks): a list of (uint16 array, bool array)."""
    parts = [list(segments(messages, thinks)) for messages, thinks in batch]
    encoded = iter(tokenizer.encode_batch([text for conversation in parts for text, _ in conversation]))
    out = []
    for conversation in parts:
        ids, learned = [], []
        for _, flag in conversation:
            piece = next(encoded).ids
            ids += piece
            learned += [flag] * len(piece)
        out.append((np.array(ids, np.uint16), np.array(learned, bool)))
    return out


def write(path, conversations):
    """Store documents flat, with their lengths."""
    np.savez(
        path, ids=np.concatenate([ids for ids, _ in conversations]),
        learned=np.concatenate([learned for _, learned in conversations]),
        lengths=np.array([len(ids) for ids, _ in conversations]),
    )


def collect(tokenizer, mixer, make, limit):
    """Conversations of ``make`` until ``limit`` tokens are reached."""
    out, total = [], 0
    while total < limit:
        for ids, learned in encode(tokenizer, [(make(), mixer.thinks()) for _ in range(256)]):
            out.append((ids[:CONTEXT], learned[:CONTEXT]))
            total += len(ids)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=12_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--name", default="train", help="name of the token file")
    parser.add_argument("--keep-tokenizer", action="store_true", help="use the tokenizer that is already there")
    parser.add_argument("--emphasis", default="{}", help='factors on the shares of skills, such as {"repeat": 4}')
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    path = args.work / "tokenizer.json"
    tokenizer = bpe.load(path) if args.keep_tokenizer else bpe.train(tokenizer_texts(args.seed + 1000), path)
    mixer = Mixer(args.seed, json.loads(args.emphasis))
    conversations = collect(tokenizer, mixer, mixer.conversation, args.tokens * (1 - LONG_SHARE))
    conversations += collect(tokenizer, mixer, mixer.long_conversation, args.tokens * LONG_SHARE)
    write(args.work / f"{args.name}.npz", conversations)
    total = sum(len(ids) for ids, _ in conversations)
    print(f"{len(conversations)} conversations, {total} tokens, vocabulary {tokenizer.get_vocab_size()}")


if __name__ == "__main__":
    main()
