#pragma once

// Purpose: the images and sounds within a prompt.
//
// The projector turns a medium into one or more pieces, each a run of embedding vectors that the
// model reads in place of tokens. Among the prompt's tokens every vector of a piece is represented
// by the piece's id: a negative number that stands for the content, so that whatever compares
// tokens (the prefix cache above all) compares images too, and never takes one for another.
//
// Positions: a model whose rotary positions have several dimensions lays a piece out as a grid, and
// gives it fewer positions than it has vectors; what follows is at `position(index)`, not `index`.

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/vocabulary.h"
#include "mtmd.h"

namespace corral::engine {

using Embeddings = std::shared_ptr<const std::vector<float>>;  // [vectors][n_embd_inp]

struct MediaPiece {
    std::size_t begin = 0;  // index of its first vector among the prompt's tokens
    std::size_t n_tokens = 0;
    llama_pos position = 0;
    llama_pos n_positions = 0;
    llama_token id = 0;
    // Its vectors see each other in both directions, so they have to be read in one batch.
    bool whole = false;
    std::shared_ptr<const mtmd_input_chunk> chunk;  // pixels or samples, ready for the encoder
    bool is_requested = false;                      // from the encoder
    Embeddings embeddings;  // from when they are encoded until they are read

    std::size_t end() const { return begin + n_tokens; }
};

class MediaPieces {
public:
    // Adds a piece behind all others; fills in its position.
    void add(MediaPiece piece);

    bool empty() const { return pieces_.empty(); }
    const std::vector<MediaPiece>& all() const { return pieces_; }
    MediaPiece& operator[](std::size_t i) { return pieces_[i]; }

    llama_pos position(std::size_t index) const;
    // The piece that token `index` belongs to, or null.
    MediaPiece* at(std::size_t index);
    const MediaPiece* at(std::size_t index) const;
    // How many of the tokens from `index` to `end` come before the next piece.
    std::size_t text_run(std::size_t index, std::size_t end) const;
    // The largest length up to `n` that does not end within a piece.
    std::size_t cut(std::size_t n) const;

private:
    std::vector<MediaPiece> pieces_;  // ascending
};

}  // namespace corral::engine
