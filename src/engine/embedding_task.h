#pragma once

// Purpose: one Embed while it is computed: its tokens, and the vectors found so far.
//
// Vectors are L2-normalised in float32, as upstream does; cut to `dimensions` they are normalised
// again. Source: native-api.md 8.7.

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/model.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::engine {

struct EmbeddingTask {
    std::uint64_t id = 0;
    std::vector<Tokens> texts;
    std::int64_t dimensions = 0;  // values of a finished vector
    bool normalize = true;
    std::int64_t n_dropped = 0;  // tokens cut off

    std::size_t n_begun = 0;  // texts that are, or have been, in a batch
    std::size_t n_done = 0;
    std::vector<float> values;  // texts x dimensions

    bool is_begun() const { return n_begun == texts.size(); }
    bool is_done() const { return n_done == texts.size(); }
    // Error: 400 when the vector holds NaN or infinity.
    [[nodiscard]] Result<void> put(std::size_t text, std::span<const float> vector);
    // Once done.
    wire::Embedded result();
};

// Everything that needs no context. Threads: any. Errors: 400 with upstream's texts, 501 when the
// model has no embeddings.
[[nodiscard]] Result<EmbeddingTask> prepare_embedding(const Model& model, std::uint64_t id,
                                                      const wire::Embed& request);

// Scales to length 1. Error: 400 for NaN or infinity.
[[nodiscard]] Result<void> normalize(std::span<float> vector);

}  // namespace corral::engine
