#include "api/ollama/load_plan.h"

#include <algorithm>

namespace corral::api::ollama {

namespace {

wire::LoadOptions load_options(const models::ModelRecord& record, const MergedOptions& merged,
                               const Settings& settings) {
    auto options = merged.options.load;
    options.num_ctx = chosen_context(merged, record, settings);
    if (record.is_embedding() && !merged.has_num_batch) {
        options.num_batch = options.num_ctx > 0 ? std::min(kMaxEmbeddingBatch, options.num_ctx)
                                                : kMaxEmbeddingBatch;
    }
    if (!merged.has_draft_num_predict) {
        options.draft_num_predict = record.draft_path.empty() ? 0 : kDefaultDraftTokens;
    }
    return options;
}

wire::Load load_message(const models::ModelRecord& record, const MergedOptions& merged,
                        const Settings& settings) {
    wire::Load load;
    load.model_path = record.model_path.string();
    for (const auto& path : record.projector_paths) load.projector_paths.push_back(path.string());
    for (const auto& path : record.adapter_paths) load.adapter_paths.push_back(path.string());
    load.options = load_options(record, merged, settings);
    load.n_parallel = settings.num_parallel == 0 ? kDefaultParallel
                                                 : static_cast<std::int64_t>(settings.num_parallel);
    load.kv_cache_type = settings.kv_cache_type;
    load.flash_attention = settings.flash_attention;
    load.embedding = record.is_embedding();
    load.completion = record.can("completion") || !load.embedding;
    return load;
}

}  // namespace

std::int64_t chosen_context(const MergedOptions& merged, const models::ModelRecord& record,
                            const Settings& settings) {
    if (!merged.has_num_ctx && settings.context_length == 0) return 0;
    auto n_ctx = static_cast<std::int64_t>(settings.context_length);
    if (merged.has_num_ctx) n_ctx = merged.options.load.num_ctx;
    n_ctx = std::max(n_ctx, record.can("vision") ? kMinVisionContext : kMinContext);
    const auto n_trained = record.weights ? record.weights->n_ctx_train : 0;
    return n_trained > 0 ? std::min(n_ctx, n_trained) : n_ctx;
}

sched::ModelSpec plan_load(const models::ModelRecord& record, const MergedOptions& merged,
                           const Settings& settings) {
    sched::ModelSpec spec;
    spec.key = record.model_path.string();
    spec.name = record.name.short_form();
    spec.digest = record.digest;
    spec.load = load_message(record, merged, settings);
    spec.context_automatic = !merged.has_num_ctx && settings.context_length == 0;
    spec.shape.weights_bytes = record.model_file_bytes;
    if (record.weights) spec.shape = record.weights->shape;
    spec.projector_bytes = record.projector_bytes;
    spec.adapter_bytes = record.adapter_bytes;
    return spec;
}

}  // namespace corral::api::ollama
