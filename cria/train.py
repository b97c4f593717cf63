"""Trains cria on the token files of prepare.py, on the CPU.

    python train.py --work /tmp/cria --steps 2400

The learning rate warms up, stays, and falls to zero over the last part (``--decay``). A checkpoint is written
every few minutes, at the end and when interrupted; ``--resume`` goes on from it, also with other data or more steps.
"""

import argparse
import math
import signal
import time
from pathlib import Path

import numpy as np
import torch

import optimizer
import tokenizer as bpe
from model import Config, Cria

HAS_BF16 = torch.cpu._is_avx512_bf16_supported()  # without it, bfloat16 is slower than float
SHORT, LONG = 320, 2048  # row lengths
OPEN_ROWS = 24  # rows being filled at a time
PARTITION_WEIGHT = 0.01


class Interrupt:
    """True once the process was asked to stop."""

    def __init__(self):
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_):
        self.asked = True

    def __bool__(self):
        return self.asked


class Rows:
    """An endless source of packed rows of one length, reshuffled at every pass."""

    def __init__(self, path, length, shortest, seed):
        data = np.load(path)
        self.ids, self.learned, lengths = data["ids"], data["learned"], data["lengths"]
        starts = np.cumsum(lengths) - lengths
        self.documents = [(s, n) for s, n in zip(starts, lengths) if shortest < n <= length]
        self.length, self.random, self.queue = length, np.random.default_rng(seed), []

    def _pack(self):
        """Sort the shuffled documents into rows, each into the fullest of some open ones that has room."""
        rows = []  # [tokens used, documents]
        for index in self.random.permutation(len(self.documents)):
            start, size = self.documents[index]
            row = max((row for row in rows if row[0] + size <= self.length), key=lambda row: row[0], default=None)
            if row is None:
                if len(rows) == OPEN_ROWS:
                    rows.sort(key=lambda row: row[0])
                    self.queue.append(rows.pop()[1])
                row = [0, []]
                rows.append(row)
            row[0] += size
            row[1].append((start, size))
        self.queue += [row[1] for row in rows]
        self.queue = [self.queue[i] for i in self.random.permutation(len(self.queue))]

    def batch(self, rows):
        """ids (B, T), target (B, T; -100 where nothing is learned) and document number (B, T)."""
        ids = np.zeros((rows, self.length), np.int64)
        target = np.full((rows, self.length), -100, np.int64)
        document = np.full((rows, self.length), -1, np.int64)
        for r in range(rows):
            if not self.queue:
                self._pack()
            at = 0
            for number, (start, size) in enumerate(self.queue.pop()):
                piece, learned = self.ids[start:start + size].astype(np.int64), self.learned[start:start + size]
                ids[r, at:at + size] = piece
                target[r, at:at + size - 1] = np.where(learned[1:], piece[1:], -100)
                document[r, at:at + size] = number
                at += size
        return torch.from_numpy(ids), torch.from_numpy(target), torch.from_numpy(document)


def visible(document):
    """Attention mask (B, 1, 1, T, T): 0 for earlier positions of the same document, else very low."""
    same = (document[:, :, None] == document[:, None, :]).tril()
    return torch.zeros(same.shape, dtype=torch.bfloat16 if HAS_BF16 else torch.float32).masked_fill_(~same, -1e4)[:, None, None]


class SharpLoss(torch.autograd.Function):
    """Mean cross-entropy of logits (N, V); its gradient also pulls the log-partition towards zero.

    With the log-partition near zero a sure choice has a logit near zero, which a repeat penalty hardly moves.
    The gradient is made on the way forward, in place, because the logits are by far the largest tensor.
    """

    @staticmethod
    def forward(ctx, logits, target):
        partition = logits.logsumexp(-1, keepdim=True)
        entropy = (partition - logits.gather(1, target[:, None])).mean()
        gradient = (logits - partition).exp_().mul_(1 + 2 * PARTITION_WEIGHT * partition)
        gradient[torch.arange(len(target)), target] -= 1
        ctx.save_for_backward(gradient.div_(len(target)).to(torch.bfloat16 if HAS_BF16 else torch.float32))
        return entropy

    @staticmethod
    def backward(ctx, upstream):
        return ctx.saved_tensors[0] * upstream, None


def loss_of(model, forward, ids, target, document):
    """Mean cross-entropy of the learned positions; ``forward`` is the compiled model."""
    with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BF16):
        table = model.embedding.table()
        hidden = forward(ids, visible(document), table)
        logits = model.logits(hidden[target >= 0], table)
    return SharpLoss.apply(logits.float(), target[target >= 0])


def learning_rate(step, warm_up, done, decay):
    """Warm-up, plateau, linear fall: a factor from 0 to 1. ``step`` counts from the start of this run, ``done`` is the
    share of the run that is over."""
    return min(1.0, (step + 1) / warm_up, max(0.0, 1 - done) / decay)


def require_finite(loss, step):
    """Stop at once when the loss is no number: the weights are spoilt then, and the last checkpoint must stay."""
    if not math.isfinite(loss):
        raise SystemExit(f"step {step}: the loss is {loss}; the last checkpoint is kept. GCC 12 miscompiles what torch generates "
                         "for AVX-512 BF16: train with CXX=clang++-16 (packages clang-16 and libomp-16-dev). If it is clang "
                         "already, the rate (--lr) is too high.")


def save(path, model, optimizers, step):
    state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "step": step}
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder with the token file and the checkpoint")
    parser.add_argument("--data", default="train", help="name of the token file")
    parser.add_argument("--steps", type=int, default=4000, help="end at this one")
    parser.add_argument("--minutes", type=float, help="end by the clock instead of --steps")
    parser.add_argument("--warm-up", type=int, default=60, help="steps in which the rate rises")
    parser.add_argument("--decay", type=float, default=0.4, help="share of the run in which the rate falls")
    parser.add_argument("--batch", type=int, default=4096, help="tokens per step")
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--long-every", type=int, default=160, help="every n-th step uses long conversations")
    parser.add_argument("--save-every", type=float, default=180, help="seconds between checkpoints")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    model = Cria(Config())
    optimizers = optimizer.build(model, args.lr)
    forward = torch.compile(model, dynamic=False)
    rates = [group["lr"] for o in optimizers for group in o.param_groups]
    checkpoint, first = args.work / "checkpoint.pt", 0
    if args.resume:
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for each, saved in zip(optimizers, state.get("optimizers", [])):  # import_gguf.py has none
            each.load_state_dict(saved)
        first = state["step"]
    else:
        model.embedding.pair(bpe.partners(bpe.load(args.work / "tokenizer.json").get_vocab()))
    short = Rows(args.work / f"{args.data}.npz", SHORT, 0, args.seed + first)
    long = Rows(args.work / f"{args.data}.npz", LONG, SHORT, args.seed + first)

    began = shown = saved = time.monotonic()
    tokens, interrupt = 0, Interrupt()
    step, done = first, 0.0
    while done < 1.0 and not interrupt:
        rows = long if step % args.long_every == args.long_every - 1 else short
        ids, target, document = rows.batch(max(1, args.batch // rows.length))
        loss = loss_of(model, forward, ids, target, document)
        require_finite(loss.item(), step)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        factor = learning_rate(step - first, args.warm_up, done, args.decay)
        for group, rate in zip((group for o in optimizers for group in o.param_groups), rates):
            group["lr"] = rate * factor
        for each in optimizers:
            each.step()
            each.zero_grad(set_to_none=True)
        tokens += int((document >= 0).sum())
        now = time.monotonic()
        step += 1
        done = (now - began) / (60 * args.minutes) if args.minutes else (step - first) / (args.steps - first)
        if step % 20 == 0 or done >= 1.0:
            print(f"{time.strftime('%H:%M:%S')} step {step} loss {loss.item():.4f} "
                  f"{tokens / (now - shown):.0f} tokens/s", flush=True)
            tokens, shown = 0, now
        if now - saved > args.save_every or done >= 1.0 or interrupt:
            save(checkpoint, model, optimizers, step)
            saved = now


if __name__ == "__main__":
    main()
