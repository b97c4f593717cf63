"""Writes a checkpoint as an F16 GGUF that llama.cpp, Corral and Ollama load.

    python export.py --work /tmp/cria --out cria.gguf
"""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
import torch

import tokenizer as bpe
from model import Config, Cria

TEMPLATE = Path(__file__).resolve().parent / "template.jinja"
TENSORS = {  # our name in a block -> GGUF name
    "attention_norm": "attn_norm", "attention.q": "attn_q", "attention.k": "attn_k", "attention.v": "attn_v",
    "attention.o": "attn_output", "feed_forward_norm": "ffn_norm", "feed_forward.gate": "ffn_gate",
    "feed_forward.up": "ffn_up", "feed_forward.down": "ffn_down",
}


def gguf_name(name):
    """'blocks.3.attention.q.weight' -> 'blk.3.attn_q.weight'."""
    top = {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}
    if name in top:
        return top[name]
    _, layer, part = name.removesuffix(".weight").split(".", 2)
    return f"blk.{layer}.{TENSORS[part]}.weight"


def add_metadata(writer, config):
    writer.add_name("cria")
    writer.add_basename("cria")
    writer.add_description("A tiny chat model, trained from scratch for Corral")
    writer.add_license("MIT")
    writer.add_languages(["en"])
    writer.add_size_label("6M")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(config.vocab)
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.width)
    writer.add_block_count(config.layers)
    writer.add_feed_forward_length(config.feed_forward)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.kv_heads)
    writer.add_rope_dimension_count(config.head_size)
    writer.add_rope_freq_base(config.rope_base)
    writer.add_layer_norm_rms_eps(config.norm_eps)


def add_tokenizer(writer, path, template):
    """Vocabulary, merges and special tokens of tokenizer.json, and the chat template."""
    model = json.loads(Path(path).read_text())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    kinds = {**dict.fromkeys(bpe.CONTROL, gguf.TokenType.CONTROL), **dict.fromkeys(bpe.USER_DEFINED, gguf.TokenType.USER_DEFINED)}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(bpe.PRE)
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.get(token, gguf.TokenType.NORMAL) for token in tokens])
    writer.add_token_merges([" ".join(merge) for merge in model["merges"]])
    writer.add_bos_token_id(model["vocab"]["<|endoftext|>"])
    writer.add_eos_token_id(model["vocab"]["<|im_end|>"])
    writer.add_pad_token_id(model["vocab"]["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(template)


def add_weights(writer, weights):
    """Matrices as F16, norms as F32; the output shares the embedding, so it is not written."""
    for name, weight in weights.items():
        kind = np.float16 if weight.ndim == 2 else np.float32
        writer.add_tensor(gguf_name(name), weight.float().numpy().astype(kind))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder with checkpoint.pt and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = Cria(Config())
    model.load_state_dict(torch.load(args.work / "checkpoint.pt", weights_only=True)["model"])
    writer = gguf.GGUFWriter(args.out, "llama")
    add_metadata(writer, Config())
    add_tokenizer(writer, args.work / "tokenizer.json", TEMPLATE.read_text())
    add_weights(writer, model.plain_weights())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{args.out}: {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
