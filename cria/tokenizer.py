"""The byte-level BPE: trained here, and the same to the token in llama.cpp (pre-tokenizer "smollm").

A word has the same pieces wherever it stands: the merges first make pieces that know nothing of blanks, and only then put the blank
before a word to its first piece. So `Zorbex` is Z|or|bex behind a quotation mark and " Z"|or|bex behind a blank, and what is copied from a
sentence into JSON differs in one token, whose partner (``partners``) shares its embedding.
"""

import json
from collections import Counter

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

VOCAB_SIZE = 4096
PIECES = 2400  # tokens without a blank; the others are partners of those that begin words most often
PRE = "smollm"  # single digits, then GPT-2's word pattern
BLANK = "Ġ"
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [f"<|spare_{i}|>" for i in range(16)]
USER_DEFINED = ["<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
SPECIAL = CONTROL + USER_DEFINED


def _with_pipeline(tokenizer, split_blanks=False):
    """How text is cut into words before the merges, and joined after."""
    blanks = [pre_tokenizers.Split(Regex(" "), "isolated")] if split_blanks else []
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        *blanks, pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def assemble(vocabulary, merges):
    """A tokenizer from what a GGUF file says: token -> number, and the merges in order."""
    tokenizer = _with_pipeline(Tokenizer(models.BPE(vocab=vocabulary, merges=merges)))
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def _pieces(texts):
    """A tokenizer in which no token but the blank itself has a blank."""
    tokenizer = _with_pipeline(Tokenizer(models.BPE()), split_blanks=True)
    trainer = trainers.BpeTrainer(vocab_size=PIECES, special_tokens=SPECIAL, show_progress=False, min_frequency=2,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _starts(pieces, texts):
    """The pieces that stand behind a blank, the most frequent first."""
    counts = Counter()
    for encoding in pieces.encode_batch(texts):
        for blank, piece in zip(encoding.tokens, encoding.tokens[1:]):
            if blank == BLANK and BLANK not in piece and piece not in SPECIAL:
                counts[piece] += 1
    return [piece for piece, _ in counts.most_common() if not piece.isdigit()]


def train(texts, path):
    """Learn the merges from texts and write tokenizer.json to ``path``."""
    texts = list(texts)
    pieces = _pieces(texts)
    model = model_of(pieces)
    starts = _starts(pieces, texts)[: VOCAB_SIZE - len(model["vocab"])]
    vocabulary = {**model["vocab"], **{BLANK + piece: len(model["vocab"]) + i for i, piece in enumerate(starts)}}
    tokenizer = assemble(vocabulary, [tuple(merge) for merge in model["merges"]] + [(BLANK, piece) for piece in starts])
    tokenizer.save(str(path))
    return tokenizer


def model_of(tokenizer):
    """Vocabulary and merges (pairs) of a tokenizer."""
    model = json.loads(tokenizer.to_str())["model"]
    return {"vocab": model["vocab"], "merges": [merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"]]}


def partners(vocabulary):
    """For each token its partner without a blank, or itself: a list of token numbers."""
    out = list(range(len(vocabulary)))
    for token, number in vocabulary.items():
        if token.startswith(BLANK) and len(token) > 1:
            out[number] = vocabulary.get(token[1:], number)
    return out


def load(path):
    return Tokenizer.from_file(str(path))
