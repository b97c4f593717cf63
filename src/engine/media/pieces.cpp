#include "engine/media/pieces.h"

#include <algorithm>
#include <utility>

namespace corral::engine {

void MediaPieces::add(MediaPiece piece) {
    piece.position = position(piece.begin);
    pieces_.push_back(std::move(piece));
}

llama_pos MediaPieces::position(std::size_t index) const {
    auto position = static_cast<llama_pos>(index);
    for (const MediaPiece& piece : pieces_) {
        if (piece.end() > index) break;
        position += piece.n_positions - static_cast<llama_pos>(piece.n_tokens);
    }
    return position;
}

const MediaPiece* MediaPieces::at(std::size_t index) const {
    const auto found = std::ranges::find_if(pieces_, [index](const MediaPiece& piece) {
        return piece.begin <= index && index < piece.end();
    });
    return found == pieces_.end() ? nullptr : &*found;
}

MediaPiece* MediaPieces::at(std::size_t index) {
    return const_cast<MediaPiece*>(std::as_const(*this).at(index));
}

std::size_t MediaPieces::text_run(std::size_t index, std::size_t end) const {
    for (const MediaPiece& piece : pieces_) {
        if (piece.end() > index) return std::min(end, std::max(piece.begin, index)) - index;
    }
    return end - index;
}

std::size_t MediaPieces::cut(std::size_t n) const {
    const MediaPiece* piece = at(n);
    return piece == nullptr ? n : piece->begin;
}

}  // namespace corral::engine
