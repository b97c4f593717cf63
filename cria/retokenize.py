"""Moves weights to another tokenizer: rows of the embedding follow their tokens, a new token begins as the mean of its old pieces.

    python retokenize.py --work /tmp/cria --tokenizer new/tokenizer.json

Replaces tokenizer.json and checkpoint.pt of the work folder. Partners begin alike (model.Embedding). Train on afterwards: everything
is read and written in other pieces now.
"""

import argparse
from pathlib import Path

import torch

import tokenizer as bpe
from model import Config, Cria

DOUBT = 0.05  # how much a row that was put together is trusted


def old_row(table, old, token):
    """(row of the embedding, trust) of a token of the new vocabulary."""
    known = old.token_to_id(token)
    if known is not None:
        return table[known], 1.0
    letters = old.decoder.decode([token])
    return table[old.encode(letters, add_special_tokens=False).ids].mean(0), DOUBT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    args = parser.parse_args()
    old, new = bpe.load(args.work / "tokenizer.json"), bpe.load(args.tokenizer)
    model = Cria(Config())
    model.load_state_dict(torch.load(args.work / "checkpoint.pt", weights_only=True)["model"])
    table = model.embedding.table().detach()
    rows, trusts = zip(*(old_row(table, old, new.id_to_token(number)) for number in range(new.get_vocab_size())))
    model.embedding.pair(bpe.partners(new.get_vocab()))
    model.embedding.set_alike(torch.stack(rows), torch.tensor(trusts))
    torch.save({"model": model.state_dict(), "step": 0}, args.work / "checkpoint.pt")
    new.save(str(args.work / "tokenizer.json"))


if __name__ == "__main__":
    main()
