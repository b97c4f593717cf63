#include "cli/server_start.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"

namespace corral::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto kReadyTimeout = milliseconds(10'000);
// How long another starting server may take to answer after ours found the address taken.
constexpr auto kOtherServerTimeout = milliseconds(2'000);
constexpr auto kFirstPause = milliseconds(5);
constexpr auto kLongestPause = milliseconds(100);
constexpr int kTailLines = 8;
constexpr std::uintmax_t kLargestLogBytes = 8 << 20;

std::uintmax_t size_of(const std::filesystem::path& file) {
    std::error_code error;
    auto size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

// Creates the folder and moves a large log out of the way; the one before is dropped.
Result<void> prepare_log(const std::filesystem::path& log) {
    std::error_code error;
    std::filesystem::create_directories(log.parent_path(), error);
    if (error) {
        return fail(ErrorCode::io, "create {}: {}", log.parent_path().string(), error.message());
    }
    if (size_of(log) > kLargestLogBytes) {
        std::filesystem::rename(log, log.parent_path() / "server-1.log", error);
    }
    return {};
}

std::string read_from(const std::filesystem::path& file, std::uintmax_t offset) {
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Waits until the process ends or the pause is over; true when it has ended.
bool ends_within(const UniqueFd& process, milliseconds pause) {
    pollfd watched{.fd = process.get(), .events = POLLIN, .revents = 0};
    return ::poll(&watched, 1, static_cast<int>(pause.count())) > 0;
}

// Asks until a server answers. `process` is the one we started: when it ends, one that another
// command started may still be on its way to answering.
bool wait_until_ready(const ApiClient& api, UniqueFd process) {
    auto deadline = Clock::now() + kReadyTimeout;
    auto pause = kFirstPause;
    while (!api.heartbeat()) {
        if (Clock::now() >= deadline) return false;
        if (ends_within(process, pause) && process) {
            process.reset();
            deadline = std::min(deadline, Clock::now() + kOtherServerTimeout);
        }
        pause = std::min(pause * 3 / 2, kLongestPause);
    }
    return true;
}

Result<void> start_server(const Program& program) {
    auto log = program.settings.home / ".ollama" / "logs" / "server.log";
    CORRAL_CHECK(prepare_log(log));
    auto log_size_before = size_of(log);
    CORRAL_TRY(auto pid, spawn_background(program_path(), {"serve"}, log));
    CORRAL_TRY(auto process, open_pidfd(pid));
    if (wait_until_ready(program.api, std::move(process))) return {};
    return fail(ErrorCode::unavailable,
                "the server could not be started; its log {} ends with:\n{}", log.string(),
                tail_of(read_from(log, log_size_before), kTailLines));
}

}  // namespace

bool nothing_listens(const Error& error) {
    return error.message.find(" refused") != std::string::npos ||
           error.message.find("could not connect") != std::string::npos;
}

std::string tail_of(std::string_view text, int n_lines) {
    auto lines = split(trim_right(text), '\n');
    auto n_skipped = std::max<std::ptrdiff_t>(0, std::ssize(lines) - n_lines);
    std::string tail;
    for (auto i = static_cast<std::size_t>(n_skipped); i < lines.size(); ++i) {
        tail.append(tail.empty() ? "  " : "\n  ").append(lines[i]);
    }
    return tail;
}

Result<void> ensure_server(const Program& program) {
    auto answer = program.api.heartbeat();
    if (answer) return {};
    if (!nothing_listens(answer.error())) return fail(answer.error());
    if (!program.api.address().is_loopback()) {
        return fail(ErrorCode::unavailable,
                    "could not connect to {0} server, run '{0} serve' to start it", program.name);
    }
    return start_server(program);
}

}  // namespace corral::cli
