#include "cli/create/blobs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "base/files.h"
#include "base/hash.h"

namespace corral::cli {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

Result<UniqueFd> open_to_read(const std::filesystem::path& file) {
    UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return fail(file_error(errno, "open", file));
    return fd;
}

ssize_t read_piece(int fd, char* buffer, std::size_t size) {
    ssize_t n = 0;
    do {
        n = ::read(fd, buffer, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

Result<LocalBlob> hash_file(const std::filesystem::path& file) {
    CORRAL_TRY(auto fd, open_to_read(file));
    auto stamp = store::FileStamp::of(fd.get());
    // A change right after one that has not settled would not show; such a file is sent.
    if (stamp && !stamp->is_settled()) stamp.reset();
    Sha256 hash;
    std::int64_t size = 0;
    std::vector<char> buffer(kPieceBytes);
    while (true) {
        auto n = read_piece(fd.get(), buffer.data(), buffer.size());
        if (n < 0) return fail(file_error(errno, "read", file));
        if (n == 0) break;
        hash.update({buffer.data(), static_cast<std::size_t>(n)});
        size += n;
    }
    return LocalBlob{file, "sha256:" + hash.hex(), size, stamp.value_or(store::FileStamp())};
}

// Whether the server has the file as a blob now, without a copy. A server that uses another folder
// does not see it; then it is taken back.
Result<bool> share_blob(const ApiClient& api, const LocalBlob& blob,
                        const std::filesystem::path& local_models) {
    const auto digest = store::Digest::parse(blob.digest);
    if (local_models.empty() || !digest) return false;
    if (!store::take_as_blob(blob.file, blob.stamp, local_models, *digest)) return false;
    auto seen = api.has_blob(blob.digest);
    if (!seen || !*seen) {
        std::error_code ignored;
        std::filesystem::remove(local_models / "blobs" / digest->file_name(), ignored);
    }
    return seen;
}

}  // namespace

Result<std::vector<LocalBlob>> hash_files(const std::vector<std::filesystem::path>& files) {
    std::vector<Result<LocalBlob>> results(files.size(), LocalBlob{});
    std::atomic<std::size_t> next = 0;
    {
        auto n_cores = std::max(std::thread::hardware_concurrency(), 2U) - 1;
        auto n_threads = std::min<std::size_t>(n_cores, files.size());
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < n_threads; ++i) {
            threads.emplace_back([&] {
                for (auto at = next++; at < files.size(); at = next++) {
                    results[at] = hash_file(files[at]);
                }
            });
        }
    }
    std::vector<LocalBlob> blobs;
    for (auto& result : results) {
        if (!result) return fail(result.error());
        blobs.push_back(std::move(*result));
    }
    return blobs;
}

std::string copying_text(const std::string& digest, std::int64_t sent, std::int64_t total) {
    auto percent = total > 0 ? sent * 100 / total : 100;
    return fmt::format("copying file {} {}%", digest, percent);
}

Result<void> ensure_blob(const ApiClient& api, const LocalBlob& blob,
                         const std::filesystem::path& local_models, Progress& progress) {
    auto line = progress.add_spinner("");
    CORRAL_TRY(bool present, api.has_blob(blob.digest));
    if (!present) {
        CORRAL_TRY(present, share_blob(api, blob, local_models));
    }
    if (!present) {
        CORRAL_TRY(auto fd, open_to_read(blob.file));
        std::int64_t sent = 0;
        auto source = [&](char* buffer, std::size_t size) -> std::size_t {
            progress.set_message(line, copying_text(blob.digest, sent, blob.size_bytes));
            auto n = read_piece(fd.get(), buffer, size);
            if (n > 0) sent += n;
            // A read error ends the body early; the server then reports what is missing.
            return n > 0 ? static_cast<std::size_t>(n) : 0;
        };
        CORRAL_CHECK(api.upload_blob(blob.digest, blob.size_bytes, source));
    }
    progress.set_message(line, copying_text(blob.digest, blob.size_bytes, blob.size_bytes));
    return {};
}

}  // namespace corral::cli
