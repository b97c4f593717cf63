#include "sched/runner_process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>

#include "base/await.h"
#include "base/log.h"
#include "base/process.h"

namespace corral::sched {

namespace asio = boost::asio;

namespace {

constexpr int kSocketInRunner = 3;
// What a dead runner sent is still in the socket. Only a process that inherited the other end could
// keep it open.
constexpr std::chrono::seconds kLongestLinger{2};

struct Pair {
    UniqueFd ours, theirs;
};

Result<Pair> make_socketpair() {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0)
        return fail(ErrorCode::io, "socketpair: {}", ::strerror(errno));
    return Pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<Pair> make_pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0)
        return fail(ErrorCode::io, "pipe: {}", ::strerror(errno));
    return Pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

void reap(pid_t pid, int* status) {
    while (::waitpid(pid, status, 0) < 0 && errno == EINTR) {
    }
}

bool reap_if_ended(pid_t pid, int* status) {
    return ::waitpid(pid, status, WNOHANG) != 0;
}

std::string describe(int status) {
    if (WIFSIGNALED(status)) {
        const char* name = ::sigabbrev_np(WTERMSIG(status));
        return name != nullptr ? fmt::format("signal SIG{}", name)
                               : fmt::format("signal {}", WTERMSIG(status));
    }
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

Result<std::shared_ptr<RunnerProcess>> RunnerProcess::start(asio::io_context& io,
                                                            const std::string& program,
                                                            StopLimits limits,
                                                            Callbacks callbacks) {
    CORRAL_TRY(Pair socket, make_socketpair());
    CORRAL_TRY(Pair output, make_pipe());
    SpawnOptions options;
    options.program = program;
    options.arguments = {"runner", "--fd", std::to_string(kSocketInRunner)};
    options.fds = {{socket.theirs.get(), kSocketInRunner},
                   {output.theirs.get(), STDOUT_FILENO},
                   {output.theirs.get(), STDERR_FILENO}};
    // Ctrl-C on the server's terminal ends the server, which then lets its runners finish.
    options.new_session = true;
    options.die_with_thread = true;
    CORRAL_TRY(pid_t pid, spawn(options));
    auto pidfd = open_pidfd(pid);
    if (!pidfd) {
        ::kill(pid, SIGKILL);
        reap(pid, nullptr);
        return fail(std::move(pidfd).error());
    }
    std::shared_ptr<RunnerProcess> process(
        new RunnerProcess(io, pid, std::move(socket.ours), std::move(*pidfd),
                          std::move(output.ours), limits, std::move(callbacks)));
    process->watch();
    return process;
}

RunnerProcess::RunnerProcess(asio::io_context& io, pid_t pid, UniqueFd socket, UniqueFd pidfd,
                             UniqueFd output, StopLimits limits, Callbacks callbacks)
    : io_(io),
      pid_(pid),
      channel_(std::make_unique<wire::Channel>(io, std::move(socket))),
      pidfd_(io, pidfd.release()),
      output_(io, output.release()),
      stop_timer_(io),
      linger_timer_(io),
      limits_(limits),
      callbacks_(std::move(callbacks)) {}

RunnerProcess::~RunnerProcess() {
    kill_now();
}

void RunnerProcess::watch() {
    n_parts_running_ = 3;
    asio::co_spawn(io_, read_messages(shared_from_this()), asio::detached);
    asio::co_spawn(io_, read_output(shared_from_this()), asio::detached);
    asio::co_spawn(io_, wait_for_exit(shared_from_this()), asio::detached);
}

Result<void> RunnerProcess::send(const wire::ToRunner& message) {
    return channel_->send(message);
}

asio::awaitable<void> RunnerProcess::read_messages(std::shared_ptr<RunnerProcess> self) {
    while (true) {
        auto message = co_await self->channel_->receive();
        if (!message) {
            // A runner that speaks nonsense cannot be trusted with any further request.
            if (message.error().code == ErrorCode::corrupt) {
                log_error("runner sent an invalid frame",
                          {{"pid", self->pid_}, {"error", message.error().message}});
                self->signal(SIGKILL);
            }
            break;
        }
        if (self->callbacks_.on_message) self->callbacks_.on_message(std::move(*message));
    }
    self->part_ended();
}

asio::awaitable<void> RunnerProcess::read_output(std::shared_ptr<RunnerProcess> self) {
    std::array<char, 4096> buffer;
    while (true) {
        auto [error, n_read] = co_await self->output_.async_read_some(asio::buffer(buffer), kAwait);
        if (error) break;
        self->errors_.feed({buffer.data(), n_read}, [&](std::string_view line) {
            log_debug("runner output", {{"pid", self->pid_}, {"text", line}});
        });
        if (self->callbacks_.on_output) self->callbacks_.on_output(self->errors_.text());
    }
    self->part_ended();
}

asio::awaitable<void> RunnerProcess::wait_for_exit(std::shared_ptr<RunnerProcess> self) {
    // A wait may end before the process does: to Asio, a late event of a descriptor that was closed
    // looks like one of its successor's.
    while (!self->reaped_) {
        auto [error] =
            co_await self->pidfd_.async_wait(asio::posix::stream_descriptor::wait_read, kAwait);
        if (self->reaped_) break;
        if (error)
            self->kill_and_reap();
        else
            self->reaped_ = reap_if_ended(self->pid_, &self->wait_status_);
    }
    self->stop_timer_.cancel();
    self->linger_timer_.expires_after(kLongestLinger);
    self->linger_timer_.async_wait(
        [weak = self->weak_from_this()](boost::system::error_code error) {
            auto process = weak.lock();
            if (error || !process) return;
            process->channel_.reset();
            process->output_.close(error);
        });
    self->part_ended();
}

void RunnerProcess::part_ended() {
    if (--n_parts_running_ > 0) return;
    linger_timer_.cancel();
    auto on_exit = std::move(callbacks_.on_exit);
    callbacks_ = {};
    if (on_exit) on_exit({describe(wait_status_), errors_.text(), stopping_});
}

void RunnerProcess::stop(StopMode mode) {
    if (mode == StopMode::kill) {
        stopping_ = true;
        return signal(SIGKILL);
    }
    if (std::exchange(stopping_, true)) return;
    // Draining cannot exceed the frame limit, so there is no error to see here.
    (void)send({0, wire::Drain{}});
    asio::co_spawn(io_, insist(shared_from_this()), asio::detached);
}

asio::awaitable<void> RunnerProcess::insist(std::shared_ptr<RunnerProcess> self) {
    struct Step {
        std::chrono::milliseconds wait;
        int signal_number;
    };
    for (Step step : {Step{self->limits_.drain, SIGTERM}, Step{self->limits_.terminate, SIGKILL}}) {
        if (self->reaped_) co_return;
        self->stop_timer_.expires_after(step.wait);
        co_await self->stop_timer_.async_wait(kAwait);
        if (self->reaped_) co_return;
        log_warn("runner does not end",
                 {{"pid", self->pid_}, {"signal", ::sigabbrev_np(step.signal_number)}});
        self->signal(step.signal_number);
    }
}

void RunnerProcess::signal(int number) {
    if (!reaped_) ::kill(pid_, number);
}

void RunnerProcess::kill_and_reap() {
    signal(SIGKILL);
    reaped_ = true;
    reap(pid_, &wait_status_);
}

void RunnerProcess::kill_now() {
    callbacks_ = {};
    stopping_ = true;
    if (!reaped_) kill_and_reap();
    boost::system::error_code ignored;
    stop_timer_.cancel();
    linger_timer_.cancel();
    channel_.reset();
    pidfd_.close(ignored);
    output_.close(ignored);
}

}  // namespace corral::sched
