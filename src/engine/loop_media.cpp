// The loop's part in images and sounds: asking the encoder for what a prompt needs next, and
// reading what has been encoded.

#include <algorithm>
#include <mutex>

#include "engine/decode_status.h"
#include "engine/loop.h"

namespace corral::engine {
namespace {

constexpr int kPiecesAhead = 2;  // so that the encoder works while the last one is read

// Lets every vector of a batch see all others, for as long as it lives.
class SeeAll {
public:
    SeeAll(llama_context* context, bool wanted) : context_(wanted ? context : nullptr) {
        if (context_ != nullptr) llama_set_causal_attn(context_, false);
    }
    ~SeeAll() {
        if (context_ != nullptr) llama_set_causal_attn(context_, true);
    }
    SeeAll(const SeeAll&) = delete;
    SeeAll& operator=(const SeeAll&) = delete;

private:
    llama_context* context_;
};

bool is_ready(const Generation& generation) {
    const MediaPiece* piece = generation.request.media.at(generation.n_in_memory);
    return piece != nullptr && piece->embeddings != nullptr;
}

}  // namespace

// Has the pieces encoded that stand next at or behind token `from`.
void Loop::request_media(Generation& generation, std::size_t from) {
    MediaPieces& media = generation.request.media;
    int n_ahead = 0;
    for (std::size_t i = 0; i < media.all().size() && n_ahead < kPiecesAhead; ++i) {
        MediaPiece& piece = media[i];
        if (piece.end() <= from) continue;
        ++n_ahead;
        if (piece.is_requested) continue;
        piece.is_requested = true;
        encoder_->encode(generation.request.id, i, piece);
    }
}

void Loop::take_encoded(EncodedPiece encoded) {
    for (const Generations* all : {&running_, &waiting_}) {
        const auto found = std::ranges::find_if(*all, [&encoded](const auto& generation) {
            return generation->request.id == encoded.request;
        });
        if (found == all->end()) continue;
        if (!encoded.embeddings) return fail_generation(**found, encoded.embeddings.error());
        (*found)->request.media[encoded.index].embeddings = std::move(*encoded.embeddings);
        return;
    }
}

// The oldest of those that can go on with an image or sound.
Generation* Loop::next_with_media() const {
    Generation* next = nullptr;
    for (const auto& generation : running_) {
        const bool is_older = next == nullptr || generation->order < next->order;
        if (is_older && is_ready(*generation)) next = generation.get();
    }
    return next;
}

// Reads the next stretch of an image or sound, and gives the number of vectors it tried to read.
std::size_t Loop::read_media(std::int64_t budget) {
    Generation* generation = next_with_media();
    if (generation == nullptr) return 0;
    MediaPiece& piece = *generation->request.media.at(generation->n_in_memory);
    const std::int64_t room = std::clamp<std::int64_t>(budget, Pace::kMinTokens, model_.n_batch);
    const std::size_t n_left = piece.end() - generation->n_in_memory;
    const std::size_t n = piece.whole ? n_left : std::min(n_left, static_cast<std::size_t>(room));

    const std::int32_t status = decode_media(*generation, piece, n);
    if (status == kNoRoom && make_room()) return n;
    if (status != 0) {
        fail_generation(*generation, decode_error(status));
        return n;
    }
    const bool ends_prompt = n == generation->n_pending();
    if (n == n_left) {
        piece.embeddings.reset();
        piece.is_requested = false;
    }
    request_media(*generation, generation->n_in_memory + n);
    advance({generation, n, ends_prompt ? static_cast<std::int32_t>(n) - 1 : -1});
    return n;
}

std::int32_t Loop::decode_media(const Generation& generation, const MediaPiece& piece,
                                std::size_t n) {
    const std::lock_guard turn(*model_.turns);
    const SeeAll see_all(model_.context.get(), piece.whole);
    const std::size_t offset = generation.n_in_memory - piece.begin;
    const bool ends_prompt = n == generation.n_pending();
    return llama_decode(model_.context.get(),
                        media_batch_.fill(generation.sequence, piece, offset, n, ends_prompt));
}

}  // namespace corral::engine
