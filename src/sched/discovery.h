#pragma once

// Purpose: finds the machine's GPUs by asking a runner that does nothing else, so that a driver
// that crashes or hangs takes no server with it.
//
// Threads: the io_context's thread. Ownership: the process does not outlive the object. Source:
// scheduler-runtime.md 16.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sched/runner_process.h"
#include "wire/device.h"

namespace corral::sched {

class Discovery {
public:
    using Found = Result<std::vector<wire::Device>>;
    using OnFound = std::function<void(Found found)>;

    // `program` is the path of the corral binary.
    Discovery(boost::asio::io_context& io, std::string program);
    ~Discovery();

    // Calls `on_found` once, from the loop. Not while another one runs. Errors: what the process
    // died of, or that it took longer than `limit`.
    void start(std::chrono::milliseconds limit, OnFound on_found);

private:
    void ended(const RunnerExit& exit);

    boost::asio::io_context& io_;
    std::string program_;
    boost::asio::steady_timer limit_;
    bool timed_out_ = false;
    std::shared_ptr<RunnerProcess> process_;
    std::optional<std::vector<wire::Device>> found_;
    OnFound on_found_;
};

}  // namespace corral::sched
