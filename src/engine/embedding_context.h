#pragma once

// Purpose: the context that turns texts into vectors, beside the one that generates, if there is
// one.
//
// Two kinds of models: encoders (the BERT family) have no memory and read a text in one piece;
// decoders with a pooling type (Qwen3 Embedding) have one, which is emptied after every decode.
// Either way a text must fit one decode, and many texts share one, each as a sequence of its own.
//
// Source: llama.cpp v0.5.0, llama_context::encode and decode; scheduler-runtime.md 12.

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "engine/batch.h"
#include "engine/threads.h"
#include "engine/vocabulary.h"
#include "gguf/gguf.h"
#include "llama-cpp.h"
#include "wire/request.h"

namespace corral::engine {

// What the model's file says about its texts.
struct EmbeddingFacts {
    llama_token start_id = 0;    // tokenizer.ggml.bos_token_id
    llama_token end_id = 0;      // tokenizer.ggml.eos_token_id
    bool start_is_added = true;  // <architecture>.add_bos_token
    bool end_is_added = true;    // <architecture>.add_eos_token
    bool is_raw = false;         // its vectors are not normalised by /api/embeddings
};
EmbeddingFacts embedding_facts(const gguf::File& header);

class EmbeddingContext {
public:
    // Threads: `create` and everything else are for one thread at a time.
    // Errors: unsupported (no pooling type that gives one vector per text), no_memory.
    [[nodiscard]] static Result<EmbeddingContext> create(const wire::Load& request,
                                                         llama_model* weights, std::int64_t n_ctx);

    std::int32_t max_tokens() const { return n_batch_; }  // of one decode
    std::int32_t max_texts() const { return n_texts_; }   // of one decode
    std::int64_t width() const { return width_; }         // values of a vector
    bool gives_vectors() const { return gives_vectors_; }
    bool ranks() const { return ranks_; }  // a reranker: its vectors are scores
    llama_context* get() const { return context_.get(); }

    // Computing begins after a pause.
    void resume() { threads_->resume(); }
    // Computes a batch; sequence i is text i. The error says what llama.cpp gave back.
    [[nodiscard]] Result<void> compute(const Batch& batch);
    // The vector of a text of the batch computed last.
    std::span<const float> vector(llama_seq_id text) const;

private:
    EmbeddingContext() = default;

    std::unique_ptr<Threads> threads_;
    llama_context_ptr context_;  // destroyed before its threads
    std::int32_t n_batch_ = 0;
    std::int32_t n_texts_ = 0;
    std::int64_t width_ = 0;
    bool gives_vectors_ = true;
    bool ranks_ = false;
};

}  // namespace corral::engine
