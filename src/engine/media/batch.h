#pragma once

// Purpose: the embedding vectors of one llama_decode call: a stretch of one piece.

#include <array>
#include <cstdint>
#include <vector>

#include "engine/media/pieces.h"

namespace corral::engine {

class MediaBatch {
public:
    // `has_grid_positions`: every vector has four positions.
    MediaBatch(std::size_t n_embd, bool has_grid_positions)
        : n_embd_(n_embd), has_grid_positions_(has_grid_positions) {}

    // Vectors [offset, offset + n) of the piece, whose embeddings are there. With `wants_logits`
    // those of the last one are computed, as row n - 1. The value is good until the next call, and
    // while the piece's embeddings are.
    llama_batch fill(llama_seq_id sequence, const MediaPiece& piece, std::size_t offset,
                     std::size_t n, bool wants_logits);

private:
    void set_positions(const MediaPiece& piece, std::size_t offset, std::size_t n);

    std::size_t n_embd_;
    bool has_grid_positions_;
    std::vector<llama_pos> positions_;  // by dimension, then by vector
    std::vector<std::int32_t> n_sequences_;
    std::array<llama_seq_id, 1> sequence_{};
    std::vector<llama_seq_id*> sequences_;
    std::vector<std::int8_t> wants_logits_;
};

}  // namespace corral::engine
