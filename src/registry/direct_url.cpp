#include "registry/direct_url.h"

#include <chrono>

#include "base/log.h"
#include "registry/challenge.h"

namespace corral::registry {

namespace {

std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    return colon == host.npos || host.ends_with(']') ? host : host.substr(0, colon);
}

Result<std::string> ask_once(Session& session, const std::string& blob_url) {
    std::string url = blob_url;
    for (int n_redirects = 0; n_redirects <= kMaxRedirects; ++n_redirects) {
        // A byte is enough, for those that can send just one.
        CORRAL_TRY(const auto answer, session.peek(url, {{"Range", "bytes=0-0"}}));
        if (answer.status == 200 || answer.status == 206) return url;
        if (answer.status >= 400) return fail(refusal_of(answer));
        if (!is_redirect(answer.status)) {
            return fail(ErrorCode::unsupported, "unexpected status code {}", answer.status);
        }
        url = resolve_location(url, header_of(answer, "Location"));
        CORRAL_CHECK(session.check_redirect(url));
        if (without_port(host_of(url)) != without_port(host_of(blob_url))) return url;
    }
    return fail(ErrorCode::unsupported, "maximum redirects exceeded ({}) for directURL",
                kMaxRedirects);
}

}  // namespace

Result<std::string> find_direct_url(const Session& session, const IsCancelled& is_cancelled,
                                    const store::Digest& digest) {
    const auto end = std::chrono::steady_clock::now() + session.patience();
    const auto is_over = [&] { return std::chrono::steady_clock::now() >= end; };
    Session asking(session, [&] { return is_cancelled() || is_over(); });
    const std::string url = session.url("blobs/" + digest.text());
    for (int n_tries = 1;; ++n_tries) {
        auto found = ask_once(asking, url);
        if (found || is_cancelled()) return found;
        if (found.error().code != ErrorCode::cancelled) {
            const bool is_final =
                !is_worth_another_try(found.error()) || found.error().code == ErrorCode::corrupt;
            if (is_final) return found;
            log_warn("a registry does not say where a blob is",
                     {{"blob", digest.text()}, {"error", found.error().message}});
        }
        if (is_over() || !wait_for_next_look(n_tries, asking.is_cancelled())) {
            if (is_cancelled()) return fail(transfer_cancelled());
            return fail(ErrorCode::unavailable, "context deadline exceeded");
        }
    }
}

}  // namespace corral::registry
