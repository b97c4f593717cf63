#include "registry/push.h"

#include "registry/blob_progress.h"
#include "registry/upload.h"

namespace corral::registry {

namespace {

Result<bool> is_there(Session& session, const store::Layer& layer) {
    CORRAL_TRY(const auto head,
               session.exchange("HEAD", session.url("blobs/" + layer.digest.text()), {}, Body{}));
    if (head.status < 300 || head.status == 307) return true;
    if (head.status == 404) return false;
    return fail(refusal_of(head));
}

Result<void> push_blob(const Push& push, Session& session, const store::Layer& layer,
                       const OnTransfer& tell) {
    BlobProgress progress("pushing", layer, tell);
    CORRAL_TRY(const bool present, is_there(session, layer));
    if (!present) {
        CORRAL_TRY(const auto path, push.store.blob_path(layer.digest));
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
    Body body;
    body.text = push.model.manifest.to_json();
    if (body.text.ends_with('\n')) body.text.pop_back();
    CORRAL_TRY(const auto put,
               session.exchange("PUT", session.url("manifests/" + push.model.name.tag()),
                                {{"Content-Type", std::string(store::kMediaManifest)}}, body));
    if (put.status >= 300) return fail(refusal_of(put));
    on_progress({"success"});
    return {};
}

}  // namespace corral::registry
