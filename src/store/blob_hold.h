#pragma once

// Purpose: keeps the blobs of a manifest that is still to be written from being removed with
// another model that has them too.
//
// Get one from Store::hold(), add each digest before looking whether its blob is there, and let go
// of it once the manifest is written. It counts within this process; another server on the same
// folder does not see it. Threads: one at a time. May outlive its store.

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "store/name.h"

namespace corral::store {

// Of one store; `changing` guards the counts and is what ChangeLock holds within this process.
struct HeldBlobs {
    std::mutex changing;
    std::map<Digest, int> counts;
};

class BlobHold {
public:
    explicit BlobHold(std::shared_ptr<HeldBlobs> held) : held_(std::move(held)) {}
    BlobHold(const BlobHold&) = delete;
    BlobHold& operator=(const BlobHold&) = delete;
    ~BlobHold() {
        const std::scoped_lock lock(held_->changing);
        for (const Digest& digest : digests_)
            if (--held_->counts[digest] == 0) held_->counts.erase(digest);
    }

    void add(const Digest& digest) {
        const std::scoped_lock lock(held_->changing);
        digests_.push_back(digest);
        ++held_->counts[digest];
    }

private:
    std::shared_ptr<HeldBlobs> held_;
    std::vector<Digest> digests_;
};

}  // namespace corral::store
