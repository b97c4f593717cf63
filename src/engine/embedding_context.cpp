#include "engine/embedding_context.h"

#include <algorithm>

#include "base/system.h"
#include "ggml-cpu.h"

namespace corral::engine {
namespace {

constexpr std::int32_t kMaxTextsPerBatch = 128;
constexpr std::int64_t kMaxEmbeddingBatch = 2048;

std::int64_t number_of(const gguf::File& header, std::string_view key) {
    return static_cast<std::int64_t>(header.get_integer(key).value_or(0));
}

// Files of these families from before upstream normalised.
bool is_raw(const gguf::File& header) {
    const std::string architecture = header.architecture();
    const auto normalizes = header.get_bool(header.scoped("normalize_embeddings"));
    if (architecture == "bert") {
        return header.get_string("tokenizer.ggml.model") != "bert" || normalizes == false;
    }
    const bool is_nomic = architecture == "nomic-bert" || architecture == "nomic-bert-moe";
    return is_nomic && normalizes != true;
}

// Embedding is all reading, which uses every core well, however small the model is.
int embedding_threads(const wire::LoadOptions& options) {
    constexpr std::int64_t kMost = 512;  // GGML_MAX_N_THREADS
    if (options.num_thread <= 0) return usable_physical_cores();
    return static_cast<int>(std::min(options.num_thread, kMost));
}

// What a decode may hold, as asked for.
std::int64_t wanted_batch(const wire::Load& request) {
    const std::int64_t wanted = request.options.num_batch;
    return wanted > 0 ? std::min(wanted, kMaxEmbeddingBatch) : kMaxEmbeddingBatch;
}

llama_context_params embedding_params(const wire::Load& request, std::int64_t n_ctx) {
    const std::int64_t wanted = wanted_batch(request);
    const std::int64_t n_texts = std::min<std::int64_t>(kMaxTextsPerBatch, wanted);
    // llama.cpp plans pooling for batches of equally long texts, and aborts when they do not
    // divide.
    const std::int64_t n_batch = (wanted + n_texts - 1) / n_texts * n_texts;
    llama_context_params params = llama_context_default_params();
    params.n_batch = static_cast<std::uint32_t>(n_batch);
    params.n_ubatch = params.n_batch;  // vectors are pooled within one physical batch
    params.n_ctx = static_cast<std::uint32_t>(std::max(n_ctx, n_batch));
    params.n_seq_max = static_cast<std::uint32_t>(n_texts);
    params.embeddings = true;
    params.kv_unified = true;
    params.n_threads = embedding_threads(request.options);
    params.n_threads_batch = params.n_threads;
    if (request.flash_attention) {
        params.flash_attn_type = *request.flash_attention ? LLAMA_FLASH_ATTN_TYPE_ENABLED
                                                          : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    }
    params.offload_kqv = request.options.num_gpu != 0;
    params.op_offload = request.options.num_gpu != 0;
    params.no_perf = true;
    return params;
}

}  // namespace

EmbeddingFacts embedding_facts(const gguf::File& header) {
    EmbeddingFacts facts;
    facts.start_id = static_cast<llama_token>(number_of(header, "tokenizer.ggml.bos_token_id"));
    facts.end_id = static_cast<llama_token>(number_of(header, "tokenizer.ggml.eos_token_id"));
    facts.start_is_added = header.get_bool(header.scoped("add_bos_token")).value_or(true);
    facts.end_is_added = header.get_bool(header.scoped("add_eos_token")).value_or(true);
    facts.is_raw = is_raw(header);
    return facts;
}

Result<EmbeddingContext> EmbeddingContext::create(const wire::Load& request, llama_model* weights,
                                                  std::int64_t n_ctx) {
    EmbeddingContext made;
    const llama_context_params params = embedding_params(request, n_ctx);
    made.context_.reset(llama_init_from_model(weights, params));
    if (made.context_ == nullptr) {
        return fail(ErrorCode::no_memory, "failed to create the model's context for embeddings");
    }
    const bool adapts = request.options.num_thread <= 0;
    made.threads_ = std::make_unique<Threads>(made.get(), params.n_threads, adapts, Between::sleep);
    made.n_batch_ = static_cast<std::int32_t>(wanted_batch(request));
    made.n_texts_ = static_cast<std::int32_t>(params.n_seq_max);
    const auto pooling = llama_pooling_type(made.get());
    made.gives_vectors_ = pooling != LLAMA_POOLING_TYPE_NONE;
    made.ranks_ = pooling == LLAMA_POOLING_TYPE_RANK;
    made.width_ = made.ranks_ ? llama_model_n_cls_out(weights) : llama_model_n_embd_out(weights);
    return made;
}

Result<void> EmbeddingContext::compute(const Batch& batch) {
    const llama_memory_t memory = llama_get_memory(get());
    if (memory != nullptr) llama_memory_clear(memory, false);
    const std::int32_t status =
        memory == nullptr ? llama_encode(get(), batch.get()) : llama_decode(get(), batch.get());
    threads_->adapt();
    if (status == 0) return {};
    return fail(ErrorCode::internal, "the model failed to compute embeddings ({}: {})",
                memory == nullptr ? "llama_encode" : "llama_decode", status);
}

std::span<const float> EmbeddingContext::vector(llama_seq_id text) const {
    const float* values = llama_get_embeddings_seq(get(), text);
    if (values == nullptr) return {};
    return {values, static_cast<std::size_t>(width_)};
}

}  // namespace corral::engine
