#pragma once

// Purpose: downloads that any number of pulls share: one for each digest at a time.
//
// Who joins first begins it, with its own session; who joins later gets the same one. It goes on
// as long as anybody holds a share of it; letting go of the last one ends it, and what it fetched
// stays for the next. Threads: any; each share belongs to one thread at a time. Must outlive its
// shares. Source: storage-registry.md 11.5.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>

#include "base/guarded.h"
#include "registry/session.h"
#include "store/store.h"

namespace corral::registry {

class SharedDownloads {
    class Job;

public:
    class Share {
    public:
        Share(SharedDownloads& all, Job& job) : all_(all), job_(job) {}
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        ~Share() { all_.leave(job_); }

        // Until all bytes are there; tells how many are, as often as upstream does.
        using OnBytes = std::function<void(std::int64_t completed_bytes)>;
        [[nodiscard]] Result<void> wait_for_bytes(const OnBytes& on_bytes,
                                                  const IsCancelled& is_cancelled);
        // Until the blob is checked and in its place.
        [[nodiscard]] Result<void> wait_for_blob(const IsCancelled& is_cancelled);

    private:
        SharedDownloads& all_;
        Job& job_;
    };

    SharedDownloads();
    ~SharedDownloads();
    SharedDownloads(const SharedDownloads&) = delete;
    SharedDownloads& operator=(const SharedDownloads&) = delete;

    // Null when the store has the blob. Waits, until `is_cancelled`, for one that is just ending.
    [[nodiscard]] Result<std::unique_ptr<Share>> join(const store::Store& store,
                                                      const Session& session,
                                                      const store::Layer& layer,
                                                      const IsCancelled& is_cancelled);

private:
    void leave(Job& job);

    Guarded<std::map<store::Digest, std::unique_ptr<Job>>> jobs_;
    std::condition_variable changed_;
};

}  // namespace corral::registry
