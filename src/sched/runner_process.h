#pragma once

// Purpose: one `corral runner` process: started, talked to, watched, ended.
//
// Threads: the io_context's thread. Ownership: shared between the Supervisor and its own pending
// operations; the process never outlives the object's owner: `kill_now` ends and reaps it without
// waiting for events.

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "sched/error_tail.h"
#include "sched/scheduler.h"
#include "wire/channel.h"

namespace corral::sched {

// How long a runner may take to leave.
struct StopLimits {
    std::chrono::milliseconds drain{5000};      // after Drain, before SIGTERM
    std::chrono::milliseconds terminate{2000};  // after SIGTERM, before SIGKILL
};

struct RunnerExit {
    std::string cause;       // "exit status 1", "signal SIGKILL"
    std::string last_error;  // what it complained about last, or empty
    bool asked_for = false;  // we told it to stop
};

class RunnerProcess : public std::enable_shared_from_this<RunnerProcess> {
public:
    struct Callbacks {
        std::function<void(wire::FromRunner message)> on_message;
        // It printed something; the argument is its last error so far.
        std::function<void(const std::string& last_error)> on_output;
        // Reaped, and all it sent has been delivered. The last call.
        std::function<void(RunnerExit exit)> on_exit;
    };

    // Starts `program` with the arguments "runner --fd 3", where descriptor 3 is its end of the
    // socketpair.
    [[nodiscard]] static Result<std::shared_ptr<RunnerProcess>> start(boost::asio::io_context& io,
                                                                      const std::string& program,
                                                                      StopLimits limits,
                                                                      Callbacks callbacks);
    ~RunnerProcess();

    [[nodiscard]] Result<void> send(const wire::ToRunner& message);
    // Begins to end it; on_exit tells when that is done. Calling again can only make it faster.
    void stop(StopMode mode);
    // Ends and reaps it before returning, with no callback.
    void kill_now();
    pid_t pid() const { return pid_; }
    // Its complaints so far were about something it has overcome.
    void forget_errors() { errors_.clear(); }

private:
    RunnerProcess(boost::asio::io_context& io, pid_t pid, UniqueFd socket, UniqueFd pidfd,
                  UniqueFd output, StopLimits limits, Callbacks callbacks);
    void watch();
    static boost::asio::awaitable<void> read_messages(std::shared_ptr<RunnerProcess> self);
    static boost::asio::awaitable<void> read_output(std::shared_ptr<RunnerProcess> self);
    static boost::asio::awaitable<void> wait_for_exit(std::shared_ptr<RunnerProcess> self);
    static boost::asio::awaitable<void> insist(std::shared_ptr<RunnerProcess> self);
    void part_ended();
    void signal(int number);
    void kill_and_reap();

    boost::asio::io_context& io_;
    pid_t pid_;
    std::unique_ptr<wire::Channel> channel_;
    boost::asio::posix::stream_descriptor pidfd_;
    boost::asio::posix::stream_descriptor output_;
    boost::asio::steady_timer stop_timer_;
    boost::asio::steady_timer linger_timer_;
    StopLimits limits_;
    Callbacks callbacks_;
    ErrorTail errors_;
    int n_parts_running_ = 0;
    int wait_status_ = 0;
    bool reaped_ = false;
    bool stopping_ = false;
};

}  // namespace corral::sched
