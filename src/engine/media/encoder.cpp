#include "engine/media/encoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/system.h"

namespace corral::engine {
namespace {

std::size_t bytes_of(const Embeddings& embeddings) {
    return embeddings->size() * sizeof(float);
}

}  // namespace

MediaEncoder::MediaEncoder(Projector& projector, OnEncoded on_encoded)
    : projector_(projector), on_encoded_(std::move(on_encoded)), thread_([this] { run(); }) {}

MediaEncoder::~MediaEncoder() {
    queue_.lock()->stop = true;
    queue_changed_.notify_one();
    thread_.join();
}

void MediaEncoder::encode(std::uint64_t request, std::size_t index, const MediaPiece& piece) {
    queue_.lock()->jobs.push_back({request, index, piece.id, piece.chunk});
    queue_changed_.notify_one();
}

void MediaEncoder::forget(std::uint64_t request) {
    std::erase_if(queue_.lock()->jobs,
                  [request](const Job& job) { return job.request == request; });
}

void MediaEncoder::run() {
    yield_to_other_threads();
    while (true) {
        Job job;
        {
            auto held = queue_.lock();
            held.wait(queue_changed_, [&held] { return held->stop || !held->jobs.empty(); });
            if (held->stop) return;
            job = std::move(held->jobs.front());
            held->jobs.pop_front();
        }
        on_encoded_({job.request, job.index, embeddings_of(job)});
    }
}

Result<Embeddings> MediaEncoder::embeddings_of(const Job& job) {
    const auto found = std::ranges::find(kept_, job.id, &Kept::id);
    if (found != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, found);
        return found->embeddings;
    }
    CORRAL_TRY(Embeddings embeddings, projector_.encode(job.chunk.get()));
    keep(job.id, embeddings);
    return embeddings;
}

void MediaEncoder::keep(llama_token id, const Embeddings& embeddings) {
    kept_.push_front({id, embeddings});
    kept_bytes_ += bytes_of(embeddings);
    while (kept_bytes_ > kKeptBytes) {
        kept_bytes_ -= bytes_of(kept_.back().embeddings);
        kept_.pop_back();
    }
}

}  // namespace corral::engine
