"""Reads cria.gguf back into a work folder: tokenizer.json, and a checkpoint that train.py goes on from.

    python import_gguf.py --work /tmp/cria --gguf cria.gguf

The weights come back as they were shipped, in F16; the optimizers start anew.
"""

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch

import tokenizer as bpe
from export import gguf_name
from model import Config, Cria


def read_tokenizer(reader):
    """The tokenizer of the file, with the special tokens in their places."""
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in reader.fields["tokenizer.ggml.merges"].contents()]
    return bpe.assemble({token: index for index, token in enumerate(tokens)}, merges)


def read_model(reader, partners):
    """The network; ``partners`` are those of the tokenizer."""
    tensors = {tensor.name: np.asarray(tensor.data, np.float32) for tensor in reader.tensors}
    model = Cria(Config())
    weights = {name: torch.from_numpy(tensors[gguf_name(name)].copy()) for name in model.plain_weights()}
    model.embedding.pair(partners)
    model.embedding.set_table(weights.pop("embedding.weight"))
    model.load_state_dict(weights, strict=False)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, default=Path("cria.gguf"))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    reader = gguf.GGUFReader(args.gguf)
    tokenizer = read_tokenizer(reader)
    tokenizer.save(str(args.work / "tokenizer.json"))
    model = read_model(reader, bpe.partners(tokenizer.get_vocab()))
    torch.save({"model": model.state_dict(), "step": 0}, args.work / "checkpoint.pt")


if __name__ == "__main__":
    main()
