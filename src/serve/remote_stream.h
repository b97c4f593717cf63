#pragma once

// Purpose: one exchange with a remote as a stream of events.
//
// What the client does not take is kept, as for a runner, up to the bound of the queue.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/remote/answer_reader.h"
#include "http/async_client.h"
#include "models/config.h"
#include "sched/pool.h"

namespace corral::serve {

class RemoteStream final : public sched::EventStream {
public:
    RemoteStream(boost::asio::io_context& io, models::ModelConfig config,
                 std::unique_ptr<api::remote::AnswerReader> reader);

    void start(http::AsyncClient& client, http::ClientRequest request);

    boost::asio::awaitable<sched::Event> next() override;
    boost::asio::awaitable<std::optional<sched::Event>> next_within(
        std::chrono::steady_clock::duration patience) override;
    void cancel() override;

private:
    std::optional<Error> take_body(std::string_view piece, http::ClientResponse& response);
    void take_end(Result<http::ClientResponse> response);
    // False when the client leaves too much unread.
    bool tell(std::vector<sched::Event> events);
    void end(wire::Failed failure);

    const models::ModelConfig config_;
    const std::unique_ptr<api::remote::AnswerReader> reader_;
    sched::EventQueue queue_;
    bool ended_ = false;                 // the last event is in the queue, or was
    boost::asio::steady_timer arrived_;  // cancelled to wake the reader
    std::unique_ptr<http::PendingExchange> exchange_;
};

}  // namespace corral::serve
