#pragma once

// Purpose: encodes images and sounds beside the loop, so that streams go on while the projector
// computes.
//
// Pieces are encoded in the order they are asked for. The thread gives way to those that generate
// (base/system.h). Results of the last pieces are kept, up to kKeptBytes, so that an image that is
// needed again, by another conversation or because its request lost its place, is not encoded
// again.
//
// Threads: `encode` and `forget` from any thread; results are handed over on the encoder's own.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <thread>

#include "base/guarded.h"
#include "engine/media/projector.h"

namespace corral::engine {

struct EncodedPiece {
    std::uint64_t request = 0;
    std::size_t index = 0;  // of the piece within the request
    Result<Embeddings> embeddings;
};

class MediaEncoder {
public:
    static constexpr std::size_t kKeptBytes = std::size_t{128} << 20;

    using OnEncoded = std::function<void(EncodedPiece encoded)>;

    // `projector` outlives the encoder.
    MediaEncoder(Projector& projector, OnEncoded on_encoded);
    // Waits for the piece that is being encoded, and drops the others.
    ~MediaEncoder();
    MediaEncoder(const MediaEncoder&) = delete;
    MediaEncoder& operator=(const MediaEncoder&) = delete;

    void encode(std::uint64_t request, std::size_t index, const MediaPiece& piece);
    // Drops the pieces of a request that have not been begun.
    void forget(std::uint64_t request);

private:
    struct Job {
        std::uint64_t request = 0;
        std::size_t index = 0;
        llama_token id = 0;
        std::shared_ptr<const mtmd_input_chunk> chunk;
    };
    struct Queue {
        std::deque<Job> jobs;
        bool stop = false;
    };
    struct Kept {
        llama_token id = 0;
        Embeddings embeddings;
    };

    void run();
    [[nodiscard]] Result<Embeddings> embeddings_of(const Job& job);
    void keep(llama_token id, const Embeddings& embeddings);

    Projector& projector_;
    OnEncoded on_encoded_;
    std::list<Kept> kept_;  // the last used first; the encoder's thread only
    std::size_t kept_bytes_ = 0;
    Guarded<Queue> queue_;
    std::condition_variable queue_changed_;
    std::thread thread_;
};

}  // namespace corral::engine
