#pragma once

// Purpose: what pull and push share: the blobs of a manifest, and the lines about one of them.
// Source: storage-registry.md 11.1, 12.1.

#include <chrono>
#include <string_view>
#include <vector>

#include "registry/pull.h"

namespace corral::registry {

// All layers, the config last, each blob once.
std::vector<store::Layer> blobs_of(const store::Manifest& manifest);

// Lines about one blob: not more often than upstream sends them.
class BlobProgress {
public:
    // `verb` is "pulling" or "pushing".
    BlobProgress(std::string_view verb, const store::Layer& layer, const OnTransfer& tell)
        : status_{fmt::format("{} {}", verb, layer.digest.hex().substr(0, 12)), layer.digest.text(),
                  layer.size_bytes, 0},
          tell_(tell) {}

    void update(std::int64_t completed_bytes) {
        const auto now = std::chrono::steady_clock::now();
        if (completed_bytes != status_.total && now < next_) return;
        next_ = now + kPeriod;
        status_.completed = completed_bytes;
        tell_(status_);
    }

private:
    static constexpr std::chrono::milliseconds kPeriod{60};
    TransferStatus status_;
    const OnTransfer& tell_;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace corral::registry
