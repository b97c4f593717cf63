#pragma once

// Purpose: a model's weights and its contexts, loaded and checked; what is known about its
// memory.
//
// llama.cpp ends the process on some bad inputs, so files and options are checked before it sees
// them.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/adapters.h"
#include "engine/embedding_context.h"
#include "engine/log_capture.h"
#include "engine/media/projector.h"
#include "engine/threads.h"
#include "engine/turns.h"
#include "engine/vocabulary.h"
#include "llama-cpp.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::engine {

class ChatTemplate;

struct Model {
    // Members are destroyed from the last to the first: the context before what it uses.
    std::unique_ptr<LogCapture> log;
    llama_model_ptr weights;
    std::unique_ptr<Projector> projector;  // when the model takes images or sounds
    std::unique_ptr<Threads> threads;
    Adapters adapters;
    llama_context_ptr context;                    // generates; null when the model only embeds
    std::unique_ptr<EmbeddingContext> embedding;  // null when it only generates
    // Neither of them: it was loaded without weights, to make prompts with.
    bool only_renders() const { return context == nullptr && embedding == nullptr; }
    EmbeddingFacts embedding_facts;
    std::unique_ptr<Turns> turns;  // for one decode in either context

    std::unique_ptr<Vocabulary> vocabulary;
    // The file's own template, or why it cannot be used; finding out what it can do takes longer
    // than a small model's token.
    std::shared_ptr<const Result<ChatTemplate>> chat_template;
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
