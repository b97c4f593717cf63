#include "registry/upload.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "registry/challenge.h"
#include "registry/retry.h"

namespace corral::registry {

namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;

// MD5 is what storage of this kind names parts by; nothing is trusted for it.
class Md5 {
public:
    Md5() { EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr); }
    void update(const void* data, std::size_t size) {
        EVP_DigestUpdate(context_.get(), data, size);
    }
    std::string raw() {
        std::string digest(EVP_MAX_MD_SIZE, '\0');
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
        digest.resize(size);
        return digest;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free};
};

std::string hex_of(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

Result<std::string> md5_of(int fd, const Part& part, const std::filesystem::path& path) {
    Md5 md5;
    std::vector<char> buffer(kReadBytes);
    for (std::int64_t done = 0; done < part.size_bytes;) {
        const auto wanted = std::min<std::int64_t>(std::ssize(buffer), part.size_bytes - done);
        const auto n =
            ::pread(fd, buffer.data(), static_cast<std::size_t>(wanted), part.offset + done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(file_error(n < 0 ? errno : EIO, "read", path));
        md5.update(buffer.data(), static_cast<std::size_t>(n));
        done += n;
    }
    return md5.raw();
}

}  // namespace

Upload::Upload(Session& session, const std::filesystem::path& blob, const store::Layer& layer)
    : session_(session), path_(blob), layer_(layer) {}

Result<void> Upload::run(const http::ClientResponse& begun, const OnBytes& on_bytes,
                         const IsCancelled& is_cancelled) {
    file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) return fail(file_error(errno, "open", path_));
    CORRAL_CHECK(take_next_url(begun));
    const auto parts = make_parts(layer_.size_bytes);
    for (const Part& part : parts) {
        CORRAL_TRY(const std::string digest, md5_of(file_.get(), part, path_));
        part_digests_ += digest;
        CORRAL_CHECK(send_part(part, on_bytes, is_cancelled));
    }
    return commit(parts.size(), is_cancelled);
}

Result<void> Upload::take_next_url(const http::ClientResponse& response) {
    std::string_view location = header_of(response, "Docker-Upload-Location");
    if (location.empty()) location = header_of(response, "Location");
    std::string next = resolve_location(url_.empty() ? session_.url("") : url_, location);
    if (next.empty()) return fail(ErrorCode::corrupt, "http: no Location header in response");
    url_ = std::move(next);
    return {};
}

Result<void> Upload::send_part(const Part& part, const OnBytes& on_bytes,
                               const IsCancelled& is_cancelled) {
    Body body;
    body.fd = file_.get();
    body.offset = part.offset;
    body.size_bytes = part.size_bytes;
    body.on_sent = [&](std::int64_t sent) {
        on_bytes(part.offset + sent);
        return !is_cancelled();
    };
    for (int n_tries = 1;; ++n_tries) {
        const auto sent = try_part(part, body);
        if (sent) return {};
        if (is_cancelled()) return fail(transfer_cancelled());
        if (!is_worth_another_try(sent.error())) return sent;
        if (n_tries == kMaxTries) return fail(retries_exceeded(sent.error()));
        CORRAL_CHECK(wait_for_next_try(n_tries, is_cancelled));
    }
}

Result<void> Upload::try_part(const Part& part, const Body& body) {
    const std::pair<std::string, std::string> type{"Content-Type", "application/octet-stream"};
    const auto last = part.offset + part.size_bytes - 1;
    CORRAL_TRY(const auto patched,
               session_.exchange("PATCH", url_,
                                 {type,
                                  {"Content-Range", fmt::format("{}-{}", part.offset, last)},
                                  {"X-Redirect-Uploads", "1"}},
                                 body));
    if (patched.status >= 400) {
        return fail(ErrorCode::unavailable, "http status {}: {}", patched.status, patched.body);
    }
    const std::string here = url_;
    if (patched.status == 307) {
        const std::string direct = resolve_location(here, header_of(patched, "Location"));
        CORRAL_CHECK(session_.check_redirect(direct));
        CORRAL_TRY(const auto put, session_.exchange("PUT", direct, {type}, body));
        if (put.status >= 300) {
            return fail(ErrorCode::unavailable, "http status {}: {}", put.status, put.body);
        }
    }
    return take_next_url(patched);
}

Result<void> Upload::commit(std::size_t n_parts, const IsCancelled& is_cancelled) {
    Md5 md5;
    md5.update(part_digests_.data(), part_digests_.size());
    const std::string url =
        fmt::format("{}{}digest={}&etag={}-{}", url_, url_.contains('?') ? '&' : '?',
                    layer_.digest.text(), hex_of(md5.raw()), n_parts);
    for (int n_tries = 1;; ++n_tries) {
        auto put =
            session_.exchange("PUT", url, {{"Content-Type", "application/octet-stream"}}, Body{});
        if (put && put->status < 300) return {};
        const Error error = put ? refusal_of(*put) : put.error();
        if (n_tries == kMaxTries) return fail(retries_exceeded(error));
        CORRAL_CHECK(wait_for_next_try(n_tries, is_cancelled));
    }
}

}  // namespace corral::registry
