#include "serve/remote_stream.h"

#include <utility>

#include "api/remote/failure.h"
#include "base/await.h"

namespace corral::serve {

namespace remote = api::remote;

namespace {

constexpr std::size_t kMaxErrorBytes = 1 << 20;

bool is_success(int status) {
    return status >= 200 && status < 300;
}

wire::Failed left() {
    return {ErrorCode::cancelled, "request canceled", 499};
}

wire::Failed too_slow() {
    return {ErrorCode::cancelled, "request canceled: the client reads the answer too slowly", 499};
}

}  // namespace

RemoteStream::RemoteStream(boost::asio::io_context& io, models::ModelConfig config,
                           std::unique_ptr<remote::AnswerReader> reader)
    : config_(std::move(config)),
      reader_(std::move(reader)),
      arrived_(io, boost::asio::steady_timer::time_point::max()) {}

void RemoteStream::start(http::AsyncClient& client, http::ClientRequest request) {
    exchange_ = client.start(
        std::move(request),
        [this](std::string_view piece, http::ClientResponse& response) {
            return take_body(piece, response);
        },
        [this](Result<http::ClientResponse> response) { take_end(std::move(response)); });
}

boost::asio::awaitable<sched::Event> RemoteStream::next() {
    while (queue_.empty()) co_await arrived_.async_wait(kAwait);
    co_return *queue_.pop();
}

boost::asio::awaitable<std::optional<sched::Event>> RemoteStream::next_within(
    std::chrono::steady_clock::duration patience) {
    arrived_.expires_after(patience);
    bool is_late = false;
    while (queue_.empty() && !is_late) {
        const auto [error] = co_await arrived_.async_wait(kAwait);
        is_late = !error;
    }
    arrived_.expires_at(boost::asio::steady_timer::time_point::max());
    co_return queue_.pop();
}

void RemoteStream::cancel() {
    exchange_.reset();
    if (!ended_) end(left());
}

std::optional<Error> RemoteStream::take_body(std::string_view piece,
                                             http::ClientResponse& response) {
    if (!is_success(response.status)) {
        const auto n_free = kMaxErrorBytes - std::min(kMaxErrorBytes, response.body.size());
        response.body += piece.substr(0, n_free);
        return std::nullopt;
    }
    std::vector<sched::Event> events;
    reader_->read(piece, events);
    if (tell(std::move(events))) return std::nullopt;
    return Error{ErrorCode::cancelled, "request canceled", {}, 0};
}

void RemoteStream::take_end(Result<http::ClientResponse> response) {
    if (ended_) return;
    if (!response) return end(remote::lost(config_, response.error()));
    if (!is_success(response->status)) {
        return end(remote::refused(config_, response->status, response->body));
    }
    std::vector<sched::Event> events;
    reader_->finish(events);
    (void)tell(std::move(events));
}

bool RemoteStream::tell(std::vector<sched::Event> events) {
    for (auto& event : events) {
        if (ended_) return true;
        if (auto* failed = std::get_if<wire::Failed>(&event)) {
            *failed = remote::broke_off(config_, std::move(*failed));
        }
        ended_ = !std::holds_alternative<wire::Delta>(event);
        if (!queue_.push(std::move(event))) {
            end(too_slow());
            return false;
        }
    }
    if (!events.empty()) arrived_.cancel();
    return true;
}

// Comes behind what has arrived, so that the client gets all there is; a client that is too slow,
// or gone, gets only this.
void RemoteStream::end(wire::Failed failure) {
    ended_ = true;
    if (failure.code == ErrorCode::cancelled) queue_.clear();
    (void)queue_.push(std::move(failure));
    arrived_.cancel();
}

}  // namespace corral::serve
