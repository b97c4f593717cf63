"""The network: Llama's architecture, small. Shapes: B rows, T positions, C width, V vocabulary."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Config:
    vocab: int = 4096
    width: int = 256
    layers: int = 6
    heads: int = 8
    kv_heads: int = 4
    feed_forward: int = 768
    context: int = 2048
    rope_base: float = 10000.0
    norm_eps: float = 1e-5

    @property
    def head_size(self):
        return self.width // self.heads


def rope_table(config):
    """(cos, sin) of every position and pair of channels, each (context, head_size / 2)."""
    half = torch.arange(0, config.head_size, 2) / config.head_size
    angles = torch.outer(torch.arange(config.context), config.rope_base ** -half)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    """Rotary embedding of (B, H, T, D) over neighbouring channel pairs, as llama.cpp does it for Llama."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Norm(nn.Module):
    """Root-mean-square norm over the last dimension."""

    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.width))
        self.eps = config.norm_eps

    def forward(self, x):
        return F.rms_norm(x.float(), self.weight.shape, self.weight, self.eps)


class Attention(nn.Module):
    """Grouped-query attention; ``mask`` (B, 1, 1, T, T) is added to the scores.

    Plain matrix products: with short rows they are three times faster on the CPU than the fused operator.
    """

    def __init__(self, config):
        super().__init__()
        self.config = config
        kv_width = config.kv_heads * config.head_size
        self.q = nn.Linear(config.width, config.width, bias=False)
        self.k = nn.Linear(config.width, kv_width, bias=False)
        self.v = nn.Linear(config.width, kv_width, bias=False)
        self.o = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x, mask, cos, sin):
        c, (rows, length, _) = self.config, x.shape
        q, k, v = (linear(x).view(rows, length, -1, c.head_size).transpose(1, 2) for linear in (self.q, self.k, self.v))
        q, k = rotate(q, cos, sin) * c.head_size**-0.5, rotate(k, cos, sin)
        grouped = (rows, c.kv_heads, c.heads // c.kv_heads * length)  # heads of a group below each other
        scores = q.reshape(*grouped, c.head_size) @ k.transpose(-1, -2)
        weights = torch.softmax(scores.view(rows, c.kv_heads, -1, length, length) + mask, -1)
        out = weights.to(v.dtype).view(*grouped, length) @ v
        return self.o(out.view(rows, c.heads, length, -1).transpose(1, 2).reshape(rows, length, c.width))


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, config):
        super().__init__()
        self.gate = nn.Linear(config.width, config.feed_forward, bias=False)
        self.up = nn.Linear(config.width, config.feed_forward, bias=False)
        self.down = nn.Linear(config.feed_forward, config.width, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm, self.attention = Norm(config), Attention(config)
        self.feed_forward_norm, self.feed_forward = Norm(config), FeedForward(config)

    def forward(self, x, mask, cos, sin):
        x = x + self.attention(self.attention_norm(x), mask, cos, sin)
        return x + self.feed_forward(self.feed_forward_norm(x))


class Embedding(nn.Module):
    """The table (V, C) of what tokens mean, as a sum: what a token shares with its partner (tokenizer.partners), what a blank in
    front adds, and what is its own. So what is learned of a word behind a blank holds behind a quotation mark too."""

    def __init__(self, config):
        super().__init__()
        self.shared = nn.Parameter(torch.zeros(config.vocab, config.width))
        self.blank = nn.Parameter(torch.zeros(config.width))
        self.own = nn.Parameter(torch.zeros(config.vocab, config.width))
        self.register_buffer("partners", torch.arange(config.vocab))

    def table(self):
        has_blank = self.partners != torch.arange(len(self.partners))
        return self.shared[self.partners] + has_blank[:, None] * self.blank + self.own

    def pair(self, partners):
        """Say which tokens are partners: a list of token numbers (tokenizer.partners)."""
        self.partners.copy_(torch.as_tensor(partners))

    def _pairs(self):
        """[(token with a blank, its partner)]."""
        return [(number, partner) for number, partner in enumerate(self.partners.tolist()) if number != partner]

    @torch.no_grad()
    def set_table(self, table):
        """Take a table over exactly."""
        pairs = self._pairs()
        if pairs:
            self.blank.copy_(torch.stack([table[number] - table[partner] for number, partner in pairs]).mean(0))
        self.shared.copy_(table)
        self.own.zero_()
        self.own.copy_(table - self.table())

    @torch.no_grad()
    def set_alike(self, table, trust):
        """Take a table over so that partners are alike; ``trust`` (V) says how sure each row is, 1 being sure."""
        sure = [(number, partner) for number, partner in self._pairs() if min(trust[number], trust[partner]) == 1]
        self.blank.copy_(torch.stack([table[number] - table[partner] for number, partner in sure]).mean(0))
        self.shared.copy_(table)
        self.own.zero_()
        for number, partner in self._pairs():
            self.shared[partner] = torch.lerp(table[partner], table[number] - self.blank, trust[number] / (trust[number] + trust[partner]))


class Cria(nn.Module):
    """Token ids (B, T) to hidden states (B, T, C); ``logits`` turns those into (…, V) with the same table of embeddings."""

    def __init__(self, config=Config()):
        super().__init__()
        self.config = config
        self.embedding = Embedding(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = Norm(config)
        cos, sin = rope_table(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._initialise()

    def _initialise(self):
        """Small random weights; what writes into the residual stream starts at zero."""
        nn.init.normal_(self.embedding.shared, std=0.02)
        for name, weight in self.named_parameters():
            if name.endswith(("attention.o.weight", "feed_forward.down.weight")):
                nn.init.zeros_(weight)
            elif weight.ndim == 2 and "embedding" not in name:
                nn.init.normal_(weight, std=weight.shape[1] ** -0.5)

    def forward(self, ids, mask, table):
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        x = F.embedding(ids, table)
        for block in self.blocks:
            x = block(x, mask, cos, sin)
        return self.norm(x)

    def logits(self, hidden, table):
        return F.linear(hidden, table)

    def plain_weights(self):
        """The weights by the names of a plain Llama: one table of embeddings, "embedding.weight"."""
        weights = {name: weight for name, weight in self.state_dict().items() if not name.startswith("embedding.")}
        return {"embedding.weight": self.embedding.table().detach(), **weights}
