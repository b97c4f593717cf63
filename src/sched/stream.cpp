#include "sched/stream.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace corral::sched {

namespace asio = boost::asio;

namespace {

wire::Failed client_left() {
    return {ErrorCode::cancelled, "request canceled", 499};
}

wire::Failed client_too_slow() {
    return {ErrorCode::cancelled, "request canceled: the client reads the answer too slowly", 499};
}

bool is_last(const Event& event) {
    return !std::holds_alternative<wire::Delta>(event);
}

}  // namespace

// One generation. Open until its last event has arrived or it has been cancelled; then the runner
// need not be told any more that nobody listens.
class Stream final : public EventStream {
public:
    Stream(asio::io_context& io, std::shared_ptr<RunnerStreams> owner, std::uint64_t id)
        : owner_(std::move(owner)), id_(id), arrived_(io, asio::steady_timer::time_point::max()) {}
    ~Stream() override { leave(true); }

    asio::awaitable<Event> next() override {
        while (queue_.empty()) co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return *queue_.pop();
    }

    asio::awaitable<std::optional<Event>> next_within(
        std::chrono::steady_clock::duration patience) override {
        arrived_.expires_after(patience);
        bool is_late = false;
        while (queue_.empty() && !is_late) {
            const auto [error] = co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
            is_late = !error;
        }
        arrived_.expires_at(asio::steady_timer::time_point::max());
        co_return queue_.pop();
    }

    void cancel() override {
        if (open_) end(client_left(), true);
    }

    void deliver(Event event) {
        const bool last = is_last(event);
        if (!queue_.push(std::move(event))) return end(client_too_slow(), true);
        if (last) leave(false);
        arrived_.cancel();
    }

    // Replaces what is still unread.
    void end(wire::Failed failure, bool tell_runner) {
        leave(tell_runner);
        queue_.clear();
        (void)queue_.push(std::move(failure));  // an empty queue has room
        arrived_.cancel();
    }

private:
    void leave(bool tell_runner) {
        if (std::exchange(open_, false)) owner_->forget(id_, tell_runner);
    }

    std::shared_ptr<RunnerStreams> owner_;
    std::uint64_t id_;
    bool open_ = true;
    EventQueue queue_;
    asio::steady_timer arrived_;  // cancelled to wake the reader
};

RunnerStreams::RunnerStreams(asio::io_context& io, Send send) : io_(io), send_(std::move(send)) {}

std::unique_ptr<EventStream> RunnerStreams::open(wire::ToRunner::Body request) {
    const std::uint64_t id = next_id_++;
    auto stream = std::make_unique<Stream>(io_, shared_from_this(), id);
    open_.emplace(id, stream.get());
    if (closed_) {
        stream->end(*closed_, false);
    } else if (auto sent = send_({id, std::move(request)}); !sent) {
        stream->end({sent.error().code, sent.error().message, sent.error().http_status}, false);
    }
    return stream;
}

void RunnerStreams::deliver(std::uint64_t id, Event event) {
    if (auto found = open_.find(id); found != open_.end()) found->second->deliver(std::move(event));
}

void RunnerStreams::close(wire::Failed failure) {
    if (closed_) return;
    closed_ = std::move(failure);
    for (auto& [id, stream] : std::exchange(open_, {})) stream->end(*closed_, false);
}

void RunnerStreams::forget(std::uint64_t id, bool tell_runner) {
    open_.erase(id);
    // A cancel message is short, so it always fits a frame.
    if (tell_runner && !closed_) (void)send_({id, wire::Cancel{}});
}

}  // namespace corral::sched
