#include "registry/pull.h"

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "registry/blob_progress.h"

namespace corral::registry {

namespace {

constexpr std::size_t kManifestLimitBytes = 4 << 20;
constexpr std::string_view kTensorSuffix = "image.tensor";

Result<std::string> fetch_manifest(Session& session, const std::string& tag) {
    std::string body;
    auto response = session.request(
        "GET", "manifests/" + tag, {{"Accept", std::string(store::kMediaManifest)}},
        [&](std::string_view piece, const http::ClientResponse&) -> std::optional<Error> {
            body += piece;
            if (body.size() <= kManifestLimitBytes) return std::nullopt;
            return Error{ErrorCode::corrupt, "the manifest is larger than 4 MiB", {}, 0};
        });
    if (response) return body;
    Error error = std::move(response).error();
    error.message = "pull model manifest: " + error.message;
    return fail(std::move(error));
}

Result<store::Manifest> parse_manifest(const std::string& json, const store::ModelName& name) {
    auto manifest = store::Manifest::parse(json);
    if (!manifest && manifest.error().message == store::kEmptyDigest) {
        manifest.error().message =
            fmt::format("{}/{}: {}", name.name_space(), name.model(), store::kEmptyDigest);
    }
    return manifest;
}

using Shares = std::vector<std::unique_ptr<SharedDownloads::Share>>;

Result<Shares> fetch_blobs(const Pull& pull, const Session& session,
                           const std::vector<store::Layer>& blobs, const OnTransfer& tell,
                           const IsCancelled& is_cancelled) {
    Shares shares;
    for (const store::Layer& layer : blobs) {
        if (layer.size_bytes < 0) {
            return fail(ErrorCode::corrupt, "{} has a negative size", layer.digest.text());
        }
        BlobProgress progress("pulling", layer, tell);
        CORRAL_TRY(auto share, pull.downloads.join(pull.store, session, layer, is_cancelled));
        if (!share) {
            CORRAL_CHECK(pull.store.adopt_blob(layer.digest));
            progress.update(layer.size_bytes);
            continue;
        }
        CORRAL_CHECK(
            share->wait_for_bytes([&](std::int64_t n) { progress.update(n); }, is_cancelled));
        shares.push_back(std::move(share));
    }
    return shares;
}

// What the name's previous manifest held and the new one does not.
std::vector<store::Digest> replaced(const Result<store::StoredModel>& previous,
                                    const std::vector<store::Layer>& blobs) {
    std::vector<store::Digest> digests;
    if (!previous || previous->read_only) return digests;
    for (const store::Digest& digest : previous->manifest.digests()) {
        const bool stays = std::ranges::any_of(
            blobs, [&](const store::Layer& blob) { return blob.digest == digest; });
        if (!stays) digests.push_back(digest);
    }
    return digests;
}

// The model is there; that old layers could not be removed is no failure of the pull.
void remove_replaced(store::Store& store, const std::vector<store::Digest>& digests,
                     const OnTransfer& tell) {
    if (digests.empty()) return;
    tell({"removing unused layers"});
    const auto removed = store.remove_unreferenced(digests);
    if (!removed) {
        tell({fmt::format("couldn't remove unused layers: {}", removed.error().message)});
    }
}

}  // namespace

Result<void> pull(const Pull& pull, const OnTransfer& on_progress,
                  const IsCancelled& is_cancelled) {
    on_progress({"pulling manifest"});
    CORRAL_CHECK(check_allowed(pull.access, pull.name.host()));
    Session session(pull.name, pull.access, is_cancelled);
    CORRAL_TRY(const std::string manifest_json, fetch_manifest(session, pull.name.tag()));
    CORRAL_TRY(const store::Manifest manifest, parse_manifest(manifest_json, pull.name));
    for (const store::Layer& layer : manifest.layers) {
        if (layer.media_type.ends_with(kTensorSuffix)) {
            return fail(ErrorCode::unsupported,
                        "this model requires MLX support, but the MLX runtime is not available");
        }
    }
    const auto blobs = blobs_of(manifest);
    store::BlobHold hold = pull.store.hold();
    for (const store::Layer& blob : blobs) hold.add(blob.digest);
    const auto old_layers = replaced(pull.store.find(pull.name), blobs);
    CORRAL_TRY(const auto shares, fetch_blobs(pull, session, blobs, on_progress, is_cancelled));
    on_progress({"verifying sha256 digest"});
    for (const auto& share : shares) CORRAL_CHECK(share->wait_for_blob(is_cancelled));
    on_progress({"writing manifest"});
    CORRAL_CHECK(pull.store.write_manifest_bytes(pull.name, manifest_json));
    if (!pull.no_prune) remove_replaced(pull.store, old_layers, on_progress);
    on_progress({"success"});
    return {};
}

Result<PullPlan> plan_pull(const Pull& pull) {
    CORRAL_CHECK(check_allowed(pull.access, pull.name.host()));
    Session session(pull.name, pull.access, [] { return false; });
    CORRAL_TRY(const std::string manifest_json, fetch_manifest(session, pull.name.tag()));
    CORRAL_TRY(const store::Manifest manifest, parse_manifest(manifest_json, pull.name));
    PullPlan plan{sha256_hex(manifest_json), {}};
    for (const store::Layer& layer : blobs_of(manifest)) {
        plan.blobs.push_back({layer.digest, layer.size_bytes, pull.store.has_blob(layer.digest)});
    }
    return plan;
}

PullPlan plan_of_present(const store::StoredModel& model) {
    PullPlan plan{model.manifest_digest_hex, {}};
    for (const store::Layer& layer : blobs_of(model.manifest)) {
        plan.blobs.push_back({layer.digest, layer.size_bytes, true});
    }
    return plan;
}

std::int64_t PullPlan::total_bytes() const {
    std::int64_t sum = 0;
    for (const Blob& blob : blobs) sum += blob.size_bytes;
    return sum;
}

std::int64_t PullPlan::fetch_bytes() const {
    std::int64_t sum = 0;
    for (const Blob& blob : blobs) sum += blob.is_present ? 0 : blob.size_bytes;
    return sum;
}

}  // namespace corral::registry
