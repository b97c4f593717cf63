#pragma once

// Purpose: starts, watches and stops the runner processes that the Scheduler decides on.
//
// Threads: the io_context's thread; the observer is called from its loop, never from inside one of
// these functions. Ownership: every process is reaped, and none outlives the Supervisor; should the
// server itself be killed, a runner sees its socket close and ends.

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "sched/runner_process.h"
#include "sched/scheduler.h"

namespace corral::sched {

class Supervisor {
public:
    class Observer {
    public:
        virtual ~Observer() = default;
        virtual void on_message(RunnerId id, wire::FromRunner message) = 0;
        // A sign of life of a runner, and its last error so far.
        virtual void on_output(RunnerId id, const std::string& last_error) = 0;
        // The process is gone; nothing more comes from it.
        virtual void on_exit(RunnerId id, const RunnerExit& exit) = 0;
    };

    // `program` is the path of the corral binary. `observer` must outlive the Supervisor.
    Supervisor(boost::asio::io_context& io, std::string program, StopLimits limits,
               Observer& observer);
    // Kills and reaps what still runs.
    ~Supervisor();

    // Starts a runner and sends it its first message.
    [[nodiscard]] Result<void> start(RunnerId id, const wire::Load& load);
    // Fails only when the message is too long for a frame. What is sent to a runner that is gone is
    // dropped.
    [[nodiscard]] Result<void> send(RunnerId id, const wire::ToRunner& message);
    void stop(RunnerId id, StopMode mode);
    // The model is loaded: complaints so far do not count any more.
    void forget_errors(RunnerId id);
    // 0 when there is none.
    pid_t pid(RunnerId id) const;

private:
    RunnerProcess* find(RunnerId id) const;
    void exited(RunnerId id, const RunnerExit& exit);

    boost::asio::io_context& io_;
    std::string program_;
    StopLimits limits_;
    Observer& observer_;
    std::map<RunnerId, std::shared_ptr<RunnerProcess>> processes_;
};

}  // namespace corral::sched
