"""Muon for the matrices, Adam for embedding and norms."""

import torch


def orthogonal(matrices, steps=5):
    """Push the singular values of a stack of matrices (N, R, C) towards one by Newton-Schulz iteration."""
    x = matrices.bfloat16() if torch.cpu._is_avx512_bf16_supported() else matrices
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return (x.mT if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Momentum, then an orthogonal update; matrices of one shape are handled together."""

    def __init__(self, matrices, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for shape in {p.shape for p in group["params"]}:
                self._step_shape([p for p in group["params"] if p.shape == shape], group)

    def _step_shape(self, matrices, group):
        updates = []
        for p in matrices:
            buffer = self.state[p].setdefault("momentum", torch.zeros_like(p))
            buffer.lerp_(p.grad, 1 - group["momentum"])
            updates.append(p.grad.lerp(buffer, group["momentum"]))
        rows, columns = matrices[0].shape
        scale = max(1.0, rows / columns) ** 0.5
        for p, update in zip(matrices, orthogonal(torch.stack(updates))):
            p.mul_(1 - group["lr"] * group["weight_decay"])
            p.add_(update, alpha=-group["lr"] * scale)


ADAM_RATE = 0.1  # of Muon's
OWN_RATE = 0.3  # of Adam's, for what a token has for itself, so that partners stay alike
FLOOR = 1e-4  # Adam's: gradients below it move little, so that tokens that are rare are not carried away by what is not about them


def build(model, lr):
    """The two optimizers; ``lr`` is that of Muon, Adam's is a fixed fraction."""
    matrices = [p for p in model.blocks.parameters() if p.ndim == 2]
    own = model.embedding.own
    chosen = {id(p) for p in [*matrices, own]}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    adam = torch.optim.Adam([{"params": rest}, {"params": [own], "lr": lr * 0.2 * OWN_RATE}], lr=lr * 0.2, betas=(0.9, 0.98))
    return [Muon(matrices, lr=lr, weight_decay=0.01), adam]
