#include "registry/download.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "registry/retry.h"

namespace corral::registry {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMinPartBytes = 100'000'000;
constexpr std::int64_t kMaxPartBytes = 1'000'000'000;
constexpr std::int64_t kWantedParts = 16;
constexpr std::int64_t kSaveEveryBytes = 4'000'000;  // fetched twice at most, after kill -9
constexpr std::size_t kPartFileLimitBytes = 4096;
constexpr std::size_t kMaxParts = 100'000;

Result<void> write_at(int fd, std::string_view bytes, std::int64_t offset, const fs::path& path) {
    while (!bytes.empty()) {
        const auto written = ::pwrite(fd, bytes.data(), bytes.size(), offset);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail(file_error(errno, "write", path));
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += written;
    }
    return {};
}

}  // namespace

std::vector<Part> make_parts(std::int64_t total_bytes) {
    const std::int64_t size = std::clamp(total_bytes / kWantedParts, kMinPartBytes, kMaxPartBytes);
    std::vector<Part> parts;
    for (std::int64_t offset = 0; offset < total_bytes; offset += size) {
        parts.push_back({static_cast<std::int64_t>(parts.size()), offset,
                         std::min(size, total_bytes - offset), 0});
    }
    return parts;
}

std::string to_json(const Part& part) {
    return fmt::format("{{\"N\":{},\"Offset\":{},\"Size\":{},\"Completed\":{}}}\n", part.n,
                       part.offset, part.size_bytes, part.completed_bytes);
}

Result<Part> parse_part(std::string_view text) {
    // What follows the first line is the rest of a longer one, whose replacement was interrupted.
    const auto json = nlohmann::json::parse(text.substr(0, text.find('\n')), nullptr, false);
    const auto number = [&](const char* key) -> std::int64_t {
        const auto found = json.is_object() ? json.find(key) : json.end();
        if (!json.is_object() || found == json.end() || !found->is_number_integer()) return -1;
        return found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX
                   ? -1
                   : found->get<std::int64_t>();
    };
    const Part part{number("N"), number("Offset"), number("Size"), number("Completed")};
    if (part.n < 0 || part.offset < 0 || part.size_bytes <= 0 || part.completed_bytes < 0 ||
        part.completed_bytes > part.size_bytes) {
        return fail(ErrorCode::corrupt, "malformed part of a download");
    }
    return part;
}

bool covers(const std::vector<Part>& parts, std::int64_t total_bytes) {
    std::int64_t offset = 0;
    for (std::size_t n = 0; n < parts.size(); ++n) {
        if (parts[n].n != static_cast<std::int64_t>(n) || parts[n].offset != offset) return false;
        if (parts[n].size_bytes > total_bytes - offset) return false;
        offset += parts[n].size_bytes;
    }
    return offset == total_bytes;
}

Download::Download(Session& session, const fs::path& blobs, const store::Layer& layer)
    : session_(session),
      layer_(layer),
      blob_(blobs / layer.digest.file_name()),
      partial_(blob_.string() + "-partial") {}

fs::path Download::part_path(std::int64_t n) const {
    return fmt::format("{}-{}", partial_.string(), n);
}

std::int64_t Download::completed_bytes() const {
    std::int64_t sum = 0;
    for (const Part& part : parts_) sum += part.completed_bytes;
    return sum;
}

// In place, by one write: a temporary file beside it, left by a kill, would be a part to upstream.
Result<void> Download::save(const Part& part) const {
    const fs::path path = part_path(part.n);
    const std::string json = to_json(part);
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!file) return fail(file_error(errno, "open", path));
    CORRAL_CHECK(write_at(file.get(), json, 0, path));
    if (::ftruncate(file.get(), static_cast<off_t>(json.size())) != 0) {
        return fail(file_error(errno, "truncate", path));
    }
    return {};
}

// All files of parts go, also those of another layout, which this download does not know.
void Download::forget_parts() {
    const std::string prefix = partial_.filename().string() + "-";
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(partial_.parent_path(), ignored)) {
        if (entry.path().filename().string().starts_with(prefix)) {
            fs::remove(entry.path(), ignored);
        }
    }
    parts_.clear();
}

// What an earlier attempt left is only as good as its data file.
Result<void> Download::load_or_make_parts() {
    file_.reset(::open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file_) return fail(file_error(errno, "open", partial_));
    const auto size = ::lseek(file_.get(), 0, SEEK_END);
    while (parts_.size() < kMaxParts) {
        const auto text =
            read_file(part_path(static_cast<std::int64_t>(parts_.size())), kPartFileLimitBytes);
        const auto part = text ? parse_part(*text) : fail(text.error());
        if (!part) break;
        parts_.push_back(*part);
    }
    if (size != layer_.size_bytes || !covers(parts_, layer_.size_bytes)) {
        forget_parts();
        CORRAL_CHECK(check_size());
        parts_ = make_parts(layer_.size_bytes);
        for (const Part& part : parts_) CORRAL_CHECK(save(part));
    }
    if (::ftruncate(file_.get(), layer_.size_bytes) != 0) {
        return fail(file_error(errno, "truncate", partial_));
    }
    return {};
}

Result<void> Download::check_size() {
    const auto nothing = [](std::string_view, const http::ClientResponse&) {
        return std::optional<Error>();
    };
    CORRAL_TRY(const auto head,
               session_.request("HEAD", "blobs/" + layer_.digest.text(), {}, nothing));
    const std::string_view text = header_of(head, "Content-Length");
    std::int64_t size = -1;
    std::from_chars(text.data(), text.data() + text.size(), size);
    if (size == layer_.size_bytes) return {};
    return fail(ErrorCode::corrupt, "{} has {} bytes at the registry and {} by its manifest",
                layer_.digest.text(), text.empty() ? "no" : text, layer_.size_bytes);
}

Result<void> Download::run(const OnBytes& on_bytes, const IsCancelled& is_cancelled) {
    CORRAL_CHECK(load_or_make_parts());
    on_bytes(completed_bytes());
    for (Part& part : parts_) CORRAL_CHECK(fetch(part, on_bytes, is_cancelled));
    return {};
}

// Bytes gained are kept whatever ended a try; six tries in a row are enough.
Result<void> Download::fetch(Part& part, const OnBytes& on_bytes, const IsCancelled& is_cancelled) {
    for (int n_tries = 1; part.completed_bytes < part.size_bytes; ++n_tries) {
        if (is_cancelled()) return fail(transfer_cancelled());
        auto fetched = fetch_once(part, on_bytes, is_cancelled);
        CORRAL_CHECK(save(part));
        if (fetched) continue;
        if (!is_worth_another_try(fetched.error())) return fetched;
        if (n_tries == kMaxTries) {
            return fail(retries_exceeded(fetched.error()));
        }
        CORRAL_CHECK(wait_for_next_try(n_tries, is_cancelled));
    }
    return {};
}

Result<void> Download::fetch_once(Part& part, const OnBytes& on_bytes,
                                  const IsCancelled& is_cancelled) {
    const std::int64_t first = part.offset + part.completed_bytes;
    const std::int64_t last = part.offset + part.size_bytes - 1;
    // A registry that knows no ranges sends everything: what is known already is skipped.
    std::int64_t to_skip = first;
    bool is_first_piece = true;
    std::int64_t n_saved = part.completed_bytes;
    const auto take = [&](std::string_view piece,
                          const http::ClientResponse& head) -> std::optional<Error> {
        if (is_cancelled()) return transfer_cancelled();
        if (is_first_piece && head.status == 206) {
            const auto expected = fmt::format("bytes {}-", first);
            if (!header_of(head, "Content-Range").starts_with(expected)) {
                return Error{
                    ErrorCode::corrupt, "the registry sent other bytes than asked for", {}, 0};
            }
            to_skip = 0;
        }
        is_first_piece = false;
        const auto skipped = std::min<std::int64_t>(to_skip, std::ssize(piece));
        to_skip -= skipped;
        piece.remove_prefix(static_cast<std::size_t>(skipped));
        piece = piece.substr(0, static_cast<std::size_t>(part.size_bytes - part.completed_bytes));
        if (auto written =
                write_at(file_.get(), piece, part.offset + part.completed_bytes, partial_);
            !written) {
            return std::move(written).error();
        }
        part.completed_bytes += std::ssize(piece);
        if (part.completed_bytes - n_saved >= kSaveEveryBytes) {
            if (auto saved = save(part); !saved) return std::move(saved).error();
            n_saved = part.completed_bytes;
        }
        on_bytes(completed_bytes());
        // The rest of an answer without ranges is of no use.
        const bool enough = head.status == 200 && part.completed_bytes == part.size_bytes &&
                            last + 1 < layer_.size_bytes;
        return enough ? std::optional<Error>(transfer_cancelled()) : std::nullopt;
    };
    auto response = session_.request("GET", "blobs/" + layer_.digest.text(),
                                     {{"Range", fmt::format("bytes={}-{}", first, last)}}, take);
    if (part.completed_bytes == part.size_bytes) return {};
    if (!response) return fail(std::move(response).error());
    return fail(ErrorCode::unavailable, "unexpected EOF");
}

Result<std::string> Download::digest_of_partial(const IsCancelled& is_cancelled) const {
    Sha256 hash;
    std::vector<char> buffer(std::size_t{1} << 20);
    std::int64_t offset = 0;
    while (true) {
        if (is_cancelled()) return fail(transfer_cancelled());
        const auto n = ::pread(file_.get(), buffer.data(), buffer.size(), offset);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(file_error(errno, "read", partial_));
        if (n == 0) return hash.hex();
        hash.update({buffer.data(), static_cast<std::size_t>(n)});
        offset += n;
    }
}

Result<void> Download::verify_and_commit(const IsCancelled& is_cancelled) {
    CORRAL_TRY(const std::string hex, digest_of_partial(is_cancelled));
    if (hex != layer_.digest.hex()) {
        std::error_code ignored;
        fs::remove(partial_, ignored);
        forget_parts();
        return fail(ErrorCode::corrupt,
                    "digest mismatch, file must be downloaded again: want {}, got sha256:{}",
                    layer_.digest.text(), hex);
    }
    if (::fsync(file_.get()) != 0) return fail(file_error(errno, "sync", partial_));
    if (::rename(partial_.c_str(), blob_.c_str()) != 0) {
        return fail(file_error(errno, "rename", partial_));
    }
    forget_parts();
    return sync_directory(blob_.parent_path());
}

}  // namespace corral::registry
