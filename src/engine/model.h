#pragma once

// Purpose: a model's weights and its one context, loaded and checked; what is known about its
// memory.
//
// llama.cpp ends the process on some bad inputs, so files and options are checked before it sees
// them.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/log_capture.h"
#include "engine/vocabulary.h"
#include "llama-cpp.h"
#include "wire/event.h"
#include "wire/request.h"

struct ggml_threadpool;

namespace corral::engine {

struct ThreadpoolDeleter {
    void operator()(ggml_threadpool* pool) const;
};

struct Model {
    // Members are destroyed from the last to the first: the context before what it uses.
    std::unique_ptr<LogCapture> log;
    llama_model_ptr weights;
    std::unique_ptr<ggml_threadpool, ThreadpoolDeleter> threads;
    std::vector<llama_adapter_lora_ptr> adapters;
    llama_context_ptr context;

    std::unique_ptr<Vocabulary> vocabulary;
    wire::Loaded info;
    std::int64_t n_cells = 0;      // tokens the memory holds, all sequences together
    std::int32_t n_sequences = 0;  // sequences the memory tells apart
    std::int32_t n_batch = 0;      // tokens per decode at most
};

using OnLoadProgress = std::function<bool(float progress)>;

// Errors: not_found, corrupt, unsupported, no_memory, invalid (options), cancelled (on_progress
// said no).
[[nodiscard]] Result<Model> load_model(const wire::Load& request,
                                       const OnLoadProgress& on_progress);

}  // namespace corral::engine
