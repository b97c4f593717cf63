"""Trains cria on the token files of prepare.py, on the CPU.

    python train.py --work /tmp/cria --steps 2400

The learning rate warms up, stays, and falls to zero over the last part (``--decay``). A checkpoint is written
every few minutes, at the end and when interrupted; ``--resume`` goes on from it, also with other data or more steps.
"""

import argparse
import signal
import time
from pathlib import Path

import numpy as np
import torch

import optimizer
from model import Config, Cria

SHORT, LONG = 256, 2048  # row lengths
OPEN_ROWS = 24  # rows being filled at a time
PARTITION_WEIGHT = 0.01
WARM_UP = 60


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
    return torch.zeros(same.shape, dtype=torch.bfloat16).masked_fill_(~same, -1e4)[:, None, None]


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
        ctx.save_for_backward(gradient.div_(len(target)).bfloat16())
        return entropy

    @staticmethod
    def backward(ctx, upstream):
        return ctx.saved_tensors[0] * upstream, None


def loss_of(model, forward, ids, target, document):
    """Mean cross-entropy of the learned positions; ``forward`` is the compiled model."""
    with torch.autocast("cpu", torch.bfloat16):
        hidden = forward(ids, visible(document))
        logits = model.logits(hidden[target >= 0])
    return SharpLoss.apply(logits.float(), target[target >= 0])


def learning_rate(step, steps, decay):
    """Warm-up, plateau, linear fall: a factor from 0 to 1."""
    return min(1.0, (step + 1) / WARM_UP, (steps - step) / max(1.0, decay * steps))


def save(path, model, optimizers, step):
    state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers], "step": step}
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder with the token file and the checkpoint")
    parser.add_argument("--data", default="train", help="name of the token file")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--decay", type=float, default=0.4, help="share of the steps in which the rate falls")
    parser.add_argument("--batch", type=int, default=4096, help="tokens per step")
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--long-every", type=int, default=64, help="every n-th step uses long conversations")
    parser.add_argument("--save-every", type=float, default=180, help="seconds between checkpoints")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    model = Cria(Config())
    optimizers = optimizer.build(model, args.lr)
    forward = torch.compile(model, dynamic=False)
    base_rates = [o.param_groups[0]["lr"] for o in optimizers]
    checkpoint, first = args.work / "checkpoint.pt", 0
    if args.resume:
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for each, saved in zip(optimizers, state["optimizers"]):
            each.load_state_dict(saved)
        first = state["step"]
    short = Rows(args.work / f"{args.data}.npz", SHORT, 0, args.seed + first)
    long = Rows(args.work / f"{args.data}.npz", LONG, SHORT, args.seed + first)

    shown = saved = time.monotonic()
    tokens, interrupt = 0, Interrupt()
    for step in range(first, args.steps):
        rows = long if step % args.long_every == args.long_every - 1 else short
        ids, target, document = rows.batch(args.batch // rows.length)
        loss = loss_of(model, forward, ids, target, document)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        factor = learning_rate(step, args.steps, args.decay)
        for each, rate in zip(optimizers, base_rates):
            each.param_groups[0]["lr"] = rate * factor
            each.step()
            each.zero_grad(set_to_none=True)
        tokens += int((document >= 0).sum())
        now = time.monotonic()
        if step % 20 == 0 or step + 1 == args.steps:
            print(f"{time.strftime('%H:%M:%S')} step {step} loss {loss.item():.4f} "
                  f"{tokens / (now - shown):.0f} tokens/s", flush=True)
            tokens, shown = 0, now
        if now - saved > args.save_every or step + 1 == args.steps or interrupt:
            save(checkpoint, model, optimizers, step + 1)
            saved = now
        if interrupt:
            break


if __name__ == "__main__":
    main()
