#include "registry/download.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "registry/direct_url.h"
#include "registry/retry.h"

namespace corral::registry {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMinPartBytes = 100'000'000;
constexpr std::int64_t kMaxPartBytes = 1'000'000'000;
constexpr std::int64_t kWantedParts = 16;
constexpr std::int64_t kSaveEveryBytes = 4'000'000;  // fetched twice at most, after kill -9
constexpr std::size_t kMaxStreams = 16;
constexpr std::chrono::milliseconds kStreamPeriod{500};  // until there is one more
constexpr std::chrono::milliseconds kCancelPeriod{100};
constexpr std::int64_t kDigestBytes = 1 << 20;  // read at a time
constexpr std::size_t kPartFileLimitBytes = 4096;
constexpr std::size_t kMaxParts = 100'000;

// Whether a request was answered, but not with what it asked for.
bool is_refusal(const Error& error) {
    return error.code == ErrorCode::invalid || error.code == ErrorCode::not_found;
}

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

std::int64_t Download::Work::completed_bytes() const {
    std::int64_t sum = 0;
    for (const Part& part : parts) sum += part.completed_bytes;
    return sum;
}

std::int64_t Download::Work::contiguous_bytes() const {
    for (const Part& part : parts) {
        if (part.completed_bytes < part.size_bytes) return part.offset + part.completed_bytes;
    }
    return parts.empty() ? 0 : parts.back().offset + parts.back().size_bytes;
}

// One part after the other, over a connection of its own.
class Download::Stream {
public:
    explicit Stream(Download& download)
        : download_(download),
          session_(download.session_, [this] { return must_stop() || is_silent(); }),
          url_(download.direct_url_) {}

    void run() {
        Result<void> outcome;
        while (outcome && take_part()) outcome = fetch();
        auto work = download_.work_.lock();
        if (!outcome && !work->failure) work->failure = outcome.error();
        if (!outcome) download_.stops_ = true;
        --work->n_streams;
        download_.changed_.notify_all();
    }

private:
    bool must_stop() const { return download_.stops_ || download_.session_.is_cancelled()(); }
    bool is_silent() const {
        return std::chrono::steady_clock::now() - last_news_ > session_.patience();
    }
    bool take_part();
    Result<void> fetch();
    Result<void> fetch_once();
    std::optional<Error> look_at(const http::ClientResponse& head);
    std::optional<Error> take(std::string_view piece, const http::ClientResponse& head);
    Result<void> keep(std::string_view bytes);
    Result<bool> take_following_part();
    void count(std::int64_t n_bytes);

    Download& download_;
    Session session_;
    std::string url_;             // where the blob's bytes come from; empty when it has to be asked
    Part part_;                   // the one under way; the shared one follows it
    std::int64_t to_skip_ = 0;    // of an answer, until the next byte that is wanted
    std::int64_t n_saved_ = 0;    // of part_.completed_bytes
    bool is_first_piece_ = true;  // of an answer
    std::chrono::steady_clock::time_point last_news_ = std::chrono::steady_clock::now();
};

bool Download::Stream::take_part() {
    auto work = download_.work_.lock();
    while (work->next < work->parts.size()) {
        part_ = work->parts[work->next++];
        if (part_.completed_bytes < part_.size_bytes) return true;
    }
    return false;
}

// Bytes gained are kept whatever ended a try. Silence is no failure: it is tried again at once.
Result<void> Download::Stream::fetch() {
    for (int n_tries = 1; part_.completed_bytes < part_.size_bytes; ++n_tries) {
        if (must_stop()) return fail(transfer_cancelled());
        last_news_ = std::chrono::steady_clock::now();
        const auto fetched = fetch_once();
        CORRAL_CHECK(download_.save(part_));
        if (fetched) continue;
        if (fetched.error().code == ErrorCode::cancelled && !must_stop()) {
            --n_tries;
            continue;
        }
        if (!is_worth_another_try(fetched.error())) return fetched;
        if (n_tries == kMaxTries) return fail(retries_exceeded(fetched.error()));
        const auto stops = [this] { return must_stop(); };
        CORRAL_CHECK(wait_for_next_try(n_tries, session_.patience(), stops));
    }
    return {};
}

Result<void> Download::Stream::fetch_once() {
    if (url_.empty()) {
        const auto stops = [this] { return must_stop(); };
        CORRAL_TRY(url_, find_direct_url(session_, stops, download_.layer_.digest));
        last_news_ = std::chrono::steady_clock::now();
    }
    const std::int64_t first = part_.offset + part_.completed_bytes;
    const std::int64_t last = part_.offset + part_.size_bytes - 1;
    to_skip_ = first;
    n_saved_ = part_.completed_bytes;
    is_first_piece_ = true;
    auto response =
        session_.request_at("GET", url_, {{"Range", fmt::format("bytes={}-{}", first, last)}},
                            [this](std::string_view piece, const http::ClientResponse& head) {
                                return take(piece, head);
                            });
    if (part_.completed_bytes == part_.size_bytes) return {};
    if (!response && is_refusal(response.error())) url_.clear();
    if (!response) return fail(std::move(response).error());
    return fail(ErrorCode::unavailable, "unexpected EOF");
}

// What an answer begins with: the range, or everything from a registry that knows no ranges.
std::optional<Error> Download::Stream::look_at(const http::ClientResponse& head) {
    const auto expected = fmt::format("bytes {}-", part_.offset + part_.completed_bytes);
    if (head.status != 206) {
        download_.has_ranges_ = false;
    } else if (header_of(head, "Content-Range").starts_with(expected)) {
        to_skip_ = 0;
    } else {
        return Error{ErrorCode::corrupt, "the registry sent other bytes than asked for", {}, 0};
    }
    return std::nullopt;
}

// What is known already is skipped, and an answer that goes on is followed into the next parts: to
// ask for them would bring everything again.
std::optional<Error> Download::Stream::take(std::string_view piece,
                                            const http::ClientResponse& head) {
    if (std::exchange(is_first_piece_, false)) {
        if (auto wrong = look_at(head)) return wrong;
    }
    last_news_ = std::chrono::steady_clock::now();
    while (true) {
        const auto n_skipped = std::min<std::int64_t>(to_skip_, std::ssize(piece));
        to_skip_ -= n_skipped;
        piece.remove_prefix(static_cast<std::size_t>(n_skipped));
        const auto wanted =
            piece.substr(0, static_cast<std::size_t>(part_.size_bytes - part_.completed_bytes));
        if (auto kept = keep(wanted); !kept) return std::move(kept).error();
        piece.remove_prefix(wanted.size());
        if (part_.completed_bytes < part_.size_bytes) return std::nullopt;
        const bool was_a_range = head.status == 206;
        if (was_a_range && piece.empty()) return std::nullopt;
        const auto goes_on = was_a_range ? Result<bool>(false) : take_following_part();
        if (!goes_on) return goes_on.error();
        if (!*goes_on) return transfer_cancelled();  // the rest is of no use
    }
}

Result<void> Download::Stream::keep(std::string_view bytes) {
    CORRAL_CHECK(write_at(download_.file_.get(), bytes, part_.offset + part_.completed_bytes,
                          download_.partial_));
    count(std::ssize(bytes));
    if (part_.completed_bytes - n_saved_ < kSaveEveryBytes) return {};
    n_saved_ = part_.completed_bytes;
    return download_.save(part_);
}

// False when that is another stream's, or there is none.
Result<bool> Download::Stream::take_following_part() {
    CORRAL_CHECK(download_.save(part_));
    auto work = download_.work_.lock();
    const auto following = static_cast<std::size_t>(part_.n) + 1;
    if (work->next != following || following == work->parts.size()) return false;
    part_ = work->parts[work->next++];
    to_skip_ += part_.completed_bytes;
    n_saved_ = part_.completed_bytes;
    return true;
}

void Download::Stream::count(std::int64_t n_bytes) {
    part_.completed_bytes += n_bytes;
    auto work = download_.work_.lock();
    work->parts[static_cast<std::size_t>(part_.n)].completed_bytes = part_.completed_bytes;
    download_.arrived_.notify_all();
}

Download::Download(const Session& session, IsCancelled is_cancelled, const fs::path& blobs,
                   const store::Layer& layer)
    : session_(session, std::move(is_cancelled)),
      layer_(layer),
      blob_(blobs / layer.digest.file_name()),
      partial_(blob_.string() + "-partial") {}

Download::~Download() {
    stops_ = true;
    work_.lock()->has_ended = true;
    arrived_.notify_all();
}

fs::path Download::part_path(std::int64_t n) const {
    return fmt::format("{}-{}", partial_.string(), n);
}

std::int64_t Download::completed_bytes() {
    return work_.lock()->completed_bytes();
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
void Download::forget_parts() const {
    const std::string prefix = partial_.filename().string() + "-";
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(partial_.parent_path(), ignored)) {
        if (entry.path().filename().string().starts_with(prefix)) {
            fs::remove(entry.path(), ignored);
        }
    }
}

Result<void> Download::open_partial() {
    for (bool is_ours = false; !is_ours;) {
        file_.reset(
            ::open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
        if (!file_) return fail(file_error(errno, "open", partial_));
        CORRAL_TRY(is_ours, lock_partial());
    }
    struct stat info {};
    if (::fstat(file_.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return fail(ErrorCode::corrupt, "{} is not a regular file", partial_.string());
    }
    is_there_ = has_blob();
    if (is_there_) ::unlink(partial_.c_str());
    return {};
}

// The kernel takes the lock away when a process dies. Meanwhile the other's progress is shown.
Result<bool> Download::lock_partial() {
    while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        if (session_.is_cancelled()()) return fail(transfer_cancelled());
        auto work = work_.lock();
        work->parts = read_parts();
        work.wait_for(changed_, kCancelPeriod, [] { return false; });
    }
    struct stat ours {};
    struct stat named {};
    return ::fstat(file_.get(), &ours) == 0 && ::lstat(partial_.c_str(), &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

bool Download::has_blob() const {
    struct stat info {};
    return ::lstat(blob_.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::vector<Part> Download::read_parts() const {
    std::vector<Part> parts;
    while (parts.size() < kMaxParts) {
        const auto text =
            read_file(part_path(static_cast<std::int64_t>(parts.size())), kPartFileLimitBytes);
        const auto part = text ? parse_part(*text) : fail(text.error());
        if (!part) break;
        parts.push_back(*part);
    }
    return parts;
}

// What an earlier attempt left is only as good as its data file.
Result<std::vector<Part>> Download::load_or_make_parts() {
    const auto size = ::lseek(file_.get(), 0, SEEK_END);
    std::vector<Part> parts = read_parts();
    if (size == layer_.size_bytes && covers(parts, layer_.size_bytes)) return parts;
    forget_parts();
    CORRAL_CHECK(check_size());
    if (::ftruncate(file_.get(), layer_.size_bytes) != 0) {
        return fail(file_error(errno, "truncate", partial_));
    }
    parts = make_parts(layer_.size_bytes);
    for (const Part& part : parts) CORRAL_CHECK(save(part));
    return parts;
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
    if (size == layer_.size_bytes || text.empty()) return {};  // it may say nothing
    return fail(ErrorCode::corrupt, "{} has {} bytes at the registry and {} by its manifest",
                layer_.digest.text(), text, layer_.size_bytes);
}

Result<void> Download::run() {
    CORRAL_CHECK(open_partial());
    if (is_there_) {
        work_.lock()->parts = {{0, 0, layer_.size_bytes, layer_.size_bytes}};
        return {};
    }
    CORRAL_TRY(work_.lock()->parts, load_or_make_parts());
    if (completed_bytes() < layer_.size_bytes) {
        CORRAL_TRY(direct_url_, find_direct_url(session_, session_.is_cancelled(), layer_.digest));
    }
    digester_ = std::jthread([this] { digest_hex_ = digest_behind_streams(); });
    auto fetched = fetch_parts();
    work_.lock()->has_ended = true;
    arrived_.notify_all();
    return fetched;
}

Result<void> Download::fetch_parts() {
    std::vector<std::jthread> threads;
    auto work = work_.lock();
    do {
        const bool wants_more = work->next < work->parts.size() && !work->failure;
        if (wants_more && threads.size() < kMaxStreams && (threads.empty() || has_ranges_)) {
            ++work->n_streams;
            threads.emplace_back([this] { Stream(*this).run(); });
        }
        work.wait_for(changed_, kStreamPeriod, [&] { return work->n_streams == 0; });
    } while (work->n_streams > 0);
    return work->failure ? fail(*work->failure) : Result<void>();
}

// How far the bytes reach without a gap, once that is farther than known or the last has come.
std::int64_t Download::wait_for_bytes_beyond(std::int64_t known_bytes) {
    auto work = work_.lock();
    const auto is_news = [&] { return work->has_ended || work->contiguous_bytes() > known_bytes; };
    while (!work.wait_for(arrived_, kCancelPeriod, is_news) && !stops_) {
    }
    return work->contiguous_bytes();
}

Result<std::string> Download::digest_behind_streams() {
    Sha256 hash;
    std::vector<char> buffer(kDigestBytes);
    for (std::int64_t done = 0; done < layer_.size_bytes;) {
        const std::int64_t end = wait_for_bytes_beyond(done);
        if (stops_ || end <= done || session_.is_cancelled()()) return fail(transfer_cancelled());
        const auto wanted = std::min<std::int64_t>(std::ssize(buffer), end - done);
        const auto n = ::pread(file_.get(), buffer.data(), static_cast<std::size_t>(wanted), done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(file_error(n < 0 ? errno : EIO, "read", partial_));
        hash.update({buffer.data(), static_cast<std::size_t>(n)});
        done += n;
    }
    return hash.hex();
}

Result<void> Download::verify_and_commit() {
    if (is_there_) return {};
    digester_.join();
    CORRAL_TRY(const std::string hex, std::move(digest_hex_));
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
