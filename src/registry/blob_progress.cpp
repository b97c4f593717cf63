#include "registry/blob_progress.h"

#include <algorithm>

namespace corral::registry {

std::vector<store::Layer> blobs_of(const store::Manifest& manifest) {
    std::vector<store::Layer> blobs;
    const auto add = [&](const store::Layer& layer) {
        const bool known = std::ranges::any_of(
            blobs, [&](const store::Layer& blob) { return blob.digest == layer.digest; });
        if (!known) blobs.push_back(layer);
    };
    for (const store::Layer& layer : manifest.layers) add(layer);
    if (manifest.config) add(*manifest.config);
    return blobs;
}

}  // namespace corral::registry
