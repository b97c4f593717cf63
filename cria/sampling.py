"""Writes answers with a checkpoint, drawing tokens as Ollama does by default."""

import numpy as np
import torch

import tokenizer as bpe
from generator.conversation import IM_END, Message, prompt
from model import Config, Cria, rotate

REPEAT_PENALTY, REPEAT_LAST = 1.1, 64
TOP_K, TOP_P, TEMPERATURE = 40, 0.9, 0.8


class Session:
    """One sequence on its way through the model, with its keys and values kept."""

    def __init__(self, model):
        self.model, self.length = model, 0
        self.cache = [None] * model.config.layers

    @torch.no_grad()
    def feed(self, ids):
        """Append tokens; the logits (V,) after the last of them."""
        m, start, end = self.model, self.length, self.length + len(ids)
        cos, sin = m.cos[start:end], m.sin[start:end]
        x = m.embedding(torch.tensor(ids))
        for layer, block in enumerate(m.blocks):
            x = x + self._attend(layer, block, block.attention_norm(x), cos, sin)
            x = x + block.feed_forward(block.feed_forward_norm(x))
        self.length = end
        return m.logits(m.norm(x[-1])).numpy()

    def _attend(self, layer, block, x, cos, sin):
        """Attention of new positions (T, C) over all kept ones."""
        a, size, count = block.attention, self.model.config.head_size, len(x)
        q, k, v = (linear(x).view(count, -1, size).transpose(0, 1) for linear in (a.q, a.k, a.v))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if self.cache[layer] is not None:
            k, v = torch.cat((self.cache[layer][0], k), 1), torch.cat((self.cache[layer][1], v), 1)
        self.cache[layer] = k, v
        seen = torch.ones(count, k.shape[1], dtype=torch.bool).tril(k.shape[1] - count)
        groups = q.shape[0] // k.shape[0]
        out = torch.nn.functional.scaled_dot_product_attention(
            q, k.repeat_interleave(groups, 0), v.repeat_interleave(groups, 0), attn_mask=seen)
        return a.o(out.transpose(0, 1).reshape(count, -1))


def choose(logits, history, rng):
    """The next token: repeat penalty, then the best (rng is None) or top-k, top-p and temperature."""
    recent = np.unique(history[-REPEAT_LAST:])
    logits[recent] = np.where(logits[recent] > 0, logits[recent] / REPEAT_PENALTY, logits[recent] * REPEAT_PENALTY)
    if rng is None:
        return int(logits.argmax())
    top = np.argsort(-logits)[:TOP_K]
    share = np.exp(logits[top] - logits[top[0]])
    kept = top[: int(np.searchsorted(np.cumsum(share / share.sum()), TOP_P)) + 1]
    share = np.exp((logits[kept] - logits[kept[0]]) / TEMPERATURE)
    return int(rng.choice(kept, p=share / share.sum()))


class Writer:
    """Answers conversations with the checkpoint in a work folder."""

    def __init__(self, work):
        self.tokenizer = bpe.load(work / "tokenizer.json")
        self.model = Cria(Config()).eval()
        self.model.load_state_dict(torch.load(work / "checkpoint.pt", weights_only=True)["model"])
        self.end = self.tokenizer.token_to_id(IM_END)

    def answer(self, messages, seed, limit):
        """(text, whether it ended by itself) for messages as of /api/chat; seed None is greedy."""
        rng = None if seed is None else np.random.default_rng(seed)
        history = self.tokenizer.encode(prompt([Message(**m) for m in messages])).ids
        session, said, new = Session(self.model), [], history
        while len(said) < limit:
            token = choose(session.feed(new), history, rng)
            if token == self.end:
                return self.tokenizer.decode(said), True
            said.append(token)
            history, new = history + [token], [token]
        return self.tokenizer.decode(said), False
