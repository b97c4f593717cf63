#include "sched/discovery.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace corral::sched {

Discovery::Discovery(boost::asio::io_context& io, std::string program)
    : io_(io), program_(std::move(program)), limit_(io) {}

Discovery::~Discovery() {
    if (process_) process_->kill_now();
}

void Discovery::start(std::chrono::milliseconds limit, OnFound on_found) {
    found_.reset();
    timed_out_ = false;
    RunnerProcess::Callbacks callbacks;
    callbacks.on_message = [this](wire::FromRunner message) {
        if (auto* devices = std::get_if<wire::Devices>(&message.body))
            found_ = std::move(devices->list);
    };
    callbacks.on_exit = [this](const RunnerExit& exit) { ended(exit); };
    auto process = RunnerProcess::start(io_, program_, StopLimits{}, std::move(callbacks));
    if (process) {
        // The message is short, so it always fits a frame.
        (void)(*process)->send({0, wire::Discover{}});
    } else {
        Error error = std::move(process).error();
        boost::asio::post(io_,
                          [on_found = std::move(on_found), error = std::move(error)]() mutable {
                              on_found(fail(std::move(error)));
                          });
        return;
    }
    process_ = std::move(*process);
    on_found_ = std::move(on_found);
    limit_.expires_after(limit);
    limit_.async_wait([this, weak = std::weak_ptr(process_)](boost::system::error_code error) {
        const auto alive = weak.lock();
        if (error || !alive) return;
        timed_out_ = true;
        alive->stop(StopMode::kill);
    });
}

void Discovery::ended(const RunnerExit& exit) {
    limit_.cancel();
    process_.reset();
    auto on_found = std::exchange(on_found_, nullptr);
    if (found_) return on_found(std::move(*found_));
    if (timed_out_) return on_found(fail(ErrorCode::unavailable, "it took too long"));
    on_found(fail(ErrorCode::unavailable, "the process that looked for them ended: {}{}{}",
                  exit.cause, exit.last_error.empty() ? "" : ": ", exit.last_error));
}

}  // namespace corral::sched
