#include "engine/media/batch.h"

namespace corral::engine {
namespace {

constexpr std::size_t kGridDimensions = 4;

mtmd_decoder_pos grid_position(const MediaPiece& piece, std::size_t i) {
    const mtmd_image_tokens* image = mtmd_input_chunk_get_tokens_image(piece.chunk.get());
    if (image != nullptr) return mtmd_image_tokens_get_decoder_pos(image, piece.position, i);
    const auto along = static_cast<std::uint32_t>(piece.position) + static_cast<std::uint32_t>(i);
    return {along, along, along, along};  // a sound has time only
}

}  // namespace

void MediaBatch::set_positions(const MediaPiece& piece, std::size_t offset, std::size_t n) {
    positions_.resize(has_grid_positions_ ? kGridDimensions * n : n);
    for (std::size_t i = 0; i < n; ++i) {
        if (!has_grid_positions_) {
            positions_[i] = piece.position + static_cast<llama_pos>(offset + i);
            continue;
        }
        const mtmd_decoder_pos at = grid_position(piece, offset + i);
        positions_[i] = static_cast<llama_pos>(at.t);
        positions_[n + i] = static_cast<llama_pos>(at.y);
        positions_[2 * n + i] = static_cast<llama_pos>(at.x);
        positions_[3 * n + i] = static_cast<llama_pos>(at.z);
    }
}

llama_batch MediaBatch::fill(llama_seq_id sequence, const MediaPiece& piece, std::size_t offset,
                             std::size_t n, bool wants_logits) {
    set_positions(piece, offset, n);
    sequence_ = {sequence};
    n_sequences_.assign(n, 1);
    sequences_.assign(n, sequence_.data());
    wants_logits_.assign(n, 0);
    wants_logits_.back() = static_cast<std::int8_t>(wants_logits);
    llama_batch batch{};
    batch.n_tokens = static_cast<std::int32_t>(n);
    batch.embd = const_cast<float*>(piece.embeddings->data() + offset * n_embd_);  // only read
    batch.pos = positions_.data();
    batch.n_seq_id = n_sequences_.data();
    batch.seq_id = sequences_.data();
    batch.logits = wants_logits_.data();
    return batch;
}

}  // namespace corral::engine
