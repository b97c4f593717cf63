"""The byte-level BPE: trained here, and the same to the token in llama.cpp (pre-tokenizer "smollm")."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

VOCAB_SIZE = 4096
PRE = "smollm"  # single digits, then GPT-2's word pattern
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [f"<|spare_{i}|>" for i in range(16)]
USER_DEFINED = ["<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
SPECIAL = CONTROL + USER_DEFINED


def _with_pipeline(tokenizer):
    """How text is cut into words before the merges, and joined after."""
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def assemble(vocabulary, merges):
    """A tokenizer from what a GGUF file says: token -> number, and the merges in order."""
    tokenizer = _with_pipeline(Tokenizer(models.BPE(vocab=vocabulary, merges=merges)))
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def train(texts, path):
    """Learn the merges from an iterable of texts and write tokenizer.json to ``path``."""
    tokenizer = _with_pipeline(Tokenizer(models.BPE()))
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE, special_tokens=SPECIAL, show_progress=False, min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(path))
    return tokenizer


def load(path):
    return Tokenizer.from_file(str(path))
