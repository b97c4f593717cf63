#include "registry/push.h"

#include "base/text.h"
#include "registry/blob_progress.h"
#include "registry/upload.h"

namespace corral::registry {

namespace {

Result<bool> is_there(Session& session, const store::Layer& layer) {
    const auto head = session.submit("HEAD", session.url("blobs/" + layer.digest.text()), {}, {});
    if (head) return true;
    if (head.error().code == ErrorCode::not_found) return false;
    return fail(head.error());
}

Result<void> push_blob(const Push& push, Session& session, const store::Layer& layer,
                       const OnTransfer& tell) {
    BlobProgress progress("pushing", layer, tell);
    CORRAL_TRY(const bool present, is_there(session, layer));
    if (!present) {
        CORRAL_TRY(const auto path, push.store.blob_path(layer.digest, push.model.home));
        Upload upload(session, path, layer);
        CORRAL_CHECK(upload.run([&](std::int64_t n) { progress.update(n); }));
    }
    progress.update(layer.size_bytes);
    return {};
}

}  // namespace

Result<void> push(const Push& push, const OnTransfer& on_progress,
                  const IsCancelled& is_cancelled) {
    CORRAL_CHECK(check_allowed(push.access, push.model.name.host()));
    Session session(push.model.name, push.access, is_cancelled);
    for (const store::Layer& layer : blobs_of(push.model.manifest)) {
        CORRAL_CHECK(push_blob(push, session, layer, on_progress));
    }
    on_progress({"pushing manifest"});
    const std::string json = push.model.manifest.to_json();
    CORRAL_CHECK(session.submit("PUT", session.url("manifests/" + push.model.name.tag()),
                                {{"Content-Type", std::string(store::kMediaManifest)}},
                                trim_right(json, "\n")));
    on_progress({"success"});
    return {};
}

}  // namespace corral::registry
