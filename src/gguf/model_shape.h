#pragma once

// Purpose: what the size of a model in memory depends on, from its GGUF header: so that the server
// can tell what a model will need before it starts a runner, and the runner can plan with the same
// numbers.
//
// Units: elements where the type is chosen later (KV cache), bytes otherwise. Numbers a file does
// not give, or that no real model has, count as 0 = unknown. Where a file leaves open which layers
// use a sliding window, all layers count in full: an estimate may be too large, never far too
// small.
//
// Source: llama.cpp v0.5.0 (llama-hparams.cpp, llama-kv-cache-iswa.cpp,
// llama-memory-recurrent.cpp); scheduler-runtime.md 20.5.

#include <cstdint>

#include "gguf/gguf.h"

namespace corral::gguf {

struct ModelShape {
    std::int64_t weights_bytes = 0;  // all tensors
    std::int64_t n_layers = 0;
    std::int64_t n_embd = 0;
    std::int64_t n_ff = 0;  // widest feed-forward part of a layer that one token uses
    std::int64_t n_heads = 0;
    std::int64_t n_vocab = 0;
    std::int64_t n_ctx_train = 0;
    std::int64_t n_ctx_original = 0;  // where rope factors change with the context; 0 = nowhere

    // K and V of one token of context, all layers that attend to all of it together.
    std::int64_t kv_elements = 0;
    // Layers that attend to the last `window` tokens only; 0 = none.
    std::int64_t window = 0;
    std::int64_t window_kv_elements = 0;
    // State of one sequence, all recurrent layers together, F32.
    std::int64_t state_bytes = 0;

    bool operator==(const ModelShape&) const = default;
};

// `file` was read in header mode.
ModelShape model_shape(const File& file);

}  // namespace corral::gguf
