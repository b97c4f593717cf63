#include "registry/upload.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <vector>

#include "base/text.h"
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

// Where a layer came from, when that can be mounted: `?from=<ns>/<model>&mount=<digest>`.
std::string mount_query(const store::Layer& layer) {
    const auto source = store::ModelName::parse(layer.from);
    if (layer.from.empty() || !source) return {};
    return fmt::format("?from={}&mount={}",
                       form_encode(fmt::format("{}/{}", source->name_space(), source->model())),
                       form_encode(layer.digest.text()));
}

Error refused_part(const http::ClientResponse& response) {
    return {
        ErrorCode::unavailable,
        fmt::format("http status {}: {}",
                    trim(fmt::format("{} {}", response.status, response.reason)), response.body),
        {},
        0};
}

bool is_lost(int status) {
    return status == 404 || status == 416;
}

const std::pair<std::string, std::string> kOctets = {"Content-Type", "application/octet-stream"};

}  // namespace

std::optional<std::int64_t> bytes_in_range(std::string_view range) {
    const auto dash = range.find('-');
    if (!range.starts_with("0-")) return std::nullopt;
    const std::string_view text = range.substr(dash + 1);
    std::int64_t last = -1;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), last);
    if (error != std::errc() || end != text.end() || last < 0 || last == INT64_MAX) {
        return std::nullopt;
    }
    return last == 0 ? 0 : last + 1;
}

Upload::Upload(Session& session, const std::filesystem::path& blob, const store::Layer& layer)
    : session_(session), path_(blob), layer_(layer) {}

Result<void> Upload::run(const OnBytes& on_bytes) {
    file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) return fail(file_error(errno, "open", path_));
    const auto parts = make_parts(layer_.size_bytes);
    CORRAL_CHECK(begin());
    while (!is_mounted_ && sent_bytes_ < layer_.size_bytes) {
        const Part& part = parts[static_cast<std::size_t>(sent_bytes_ / parts.front().size_bytes)];
        const auto sent = send_rest_of(part, on_bytes);
        if (!sent) CORRAL_CHECK(recover_from(sent.error()));
        if (sent_bytes_ <= furthest_bytes_) continue;
        furthest_bytes_ = sent_bytes_;
        n_failures_ = 0;
    }
    return is_mounted_ ? Result<void>() : commit(parts);
}

Result<void> Upload::begin() {
    const std::string url = session_.url("blobs/uploads/" + mount_query(layer_));
    CORRAL_TRY(const auto begun, session_.submit("POST", url, {}, {}));
    sent_bytes_ = 0;
    is_mounted_ = begun.status == 201;
    return is_mounted_ ? Result<void>() : take_next_url(begun);
}

Result<void> Upload::take_next_url(const http::ClientResponse& response) {
    std::string_view location = header_of(response, "Docker-Upload-Location");
    if (location.empty()) location = header_of(response, "Location");
    std::string next = resolve_location(url_.empty() ? session_.url("") : url_, location);
    if (next.empty()) return fail(ErrorCode::corrupt, "http: no Location header in response");
    url_ = std::move(next);
    return {};
}

Result<void> Upload::send_rest_of(const Part& part, const OnBytes& on_bytes) {
    const std::int64_t first = sent_bytes_;
    const std::int64_t end = part.offset + part.size_bytes;
    Body body;
    body.fd = file_.get();
    body.offset = first;
    body.size_bytes = end - first;
    body.on_sent = [&](std::int64_t sent) {
        on_bytes(first + sent);
        return !session_.is_cancelled()();
    };
    refusal_status_ = 0;
    CORRAL_TRY(const auto patched,
               session_.exchange("PATCH", url_,
                                 {kOctets,
                                  {"Content-Range", fmt::format("{}-{}", first, end - 1)},
                                  {"X-Redirect-Uploads", "1"}},
                                 body));
    if (patched.status >= 400) {
        refusal_status_ = patched.status;
        return fail(refused_part(patched));
    }
    if (patched.status == 307) {
        CORRAL_CHECK(put_directly(resolve_location(url_, header_of(patched, "Location")), body));
    }
    CORRAL_CHECK(take_next_url(patched));
    sent_bytes_ = end;
    return {};
}

Result<void> Upload::put_directly(const std::string& url, const Body& body) {
    CORRAL_CHECK(session_.check_redirect(url));
    CORRAL_TRY(const auto put, session_.exchange("PUT", url, {kOctets}, body));
    return put.status < 300 ? Result<void>() : fail(refused_part(put));
}

Result<void> Upload::recover_from(const Error& error) {
    if (session_.is_cancelled()()) return fail(transfer_cancelled());
    if (!is_worth_another_try(error)) return fail(error);
    if (++n_failures_ == kMaxTries) return fail(retries_exceeded(error));
    CORRAL_CHECK(wait_for_next_try(n_failures_, session_.patience(), session_.is_cancelled()));
    return ask_how_far();
}

// A registry that does not answer, or knows no such question, gets the same bytes again.
Result<void> Upload::ask_how_far() {
    const auto answer = session_.exchange("GET", url_, {}, Body{});
    if (!answer) return {};
    const auto known =
        answer->status < 300 ? bytes_in_range(header_of(*answer, "Range")) : std::nullopt;
    const bool is_sound = known && *known <= layer_.size_bytes;
    if (is_lost(answer->status) || (!is_sound && is_lost(refusal_status_))) return begin();
    if (!is_sound) return {};
    sent_bytes_ = *known;
    return header_of(*answer, "Location").empty() ? Result<void>() : take_next_url(*answer);
}

Result<void> Upload::commit(const std::vector<Part>& parts) {
    Md5 md5;
    for (const Part& part : parts) {
        CORRAL_TRY(const std::string digest, md5_of(file_.get(), part, path_));
        md5.update(digest.data(), digest.size());
    }
    const std::string url =
        fmt::format("{}{}digest={}&etag={}-{}", url_, url_.contains('?') ? '&' : '?',
                    form_encode(layer_.digest.text()), hex_of(md5.raw()), parts.size());
    for (int n_tries = 1;; ++n_tries) {
        const auto put = session_.submit("PUT", url, {kOctets}, {});
        if (put) return {};
        const Error& error = put.error();
        if (!is_worth_another_try(error)) return fail(error);
        if (n_tries == kMaxTries) return fail(retries_exceeded(error));
        CORRAL_CHECK(wait_for_next_try(n_tries, session_.patience(), session_.is_cancelled()));
    }
}

}  // namespace corral::registry
