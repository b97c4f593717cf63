#include "serve/ollama_progress.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "api/ollama/errors.h"
#include "api/ollama/model_lists.h"
#include "serve/ollama_stream.h"
#include "serve/reply.h"

namespace corral::serve {

namespace asio = boost::asio;
namespace ollama = api::ollama;

namespace {

// Everything but `cancelled` belongs to the I/O thread.
struct Channel {
    explicit Channel(asio::io_context& io) : io_context(io), changed(io) {
        changed.expires_at(asio::steady_timer::time_point::max());
    }

    asio::io_context& io_context;
    asio::steady_timer changed;  // never expires; cancelled to wake the handler
    std::deque<std::string> lines;
    std::optional<Result<void>> outcome;
    std::atomic<bool> cancelled = false;
};

// From the worker's thread. Posted handlers run in order, so the outcome comes after all lines.
void tell(const std::shared_ptr<Channel>& channel, const models::Progress& progress) {
    asio::post(channel->io_context, [channel, line = ollama::progress_line(progress)]() mutable {
        channel->lines.push_back(std::move(line));
        channel->changed.cancel();
    });
}

asio::awaitable<void> run_work(Workers& workers, std::shared_ptr<Channel> channel,
                               ProgressWork work) {
    auto outcome = co_await workers.run([&] {
        return work([&](const models::Progress& progress) { tell(channel, progress); },
                    [&] { return channel->cancelled.load(); });
    });
    channel->outcome = std::move(outcome);
    channel->changed.cancel();
}

// The last resort of this thread of work: whatever escapes it still ends the answer.
void end_with_exception(Channel& channel, const std::exception_ptr& thrown) {
    std::string cause = "unknown exception";
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
        cause = exception.what();
    } catch (...) {
    }
    channel.outcome = fail(ErrorCode::internal, "the work ended unexpectedly: {}", cause);
    channel.changed.cancel();
}

// Waits until there is a line or the outcome.
http::Task<void> wait_for_news(Channel& channel) {
    boost::system::error_code ignored;
    while (channel.lines.empty() && !channel.outcome) {
        co_await channel.changed.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

http::Task<void> send_lines(Channel& channel, http::Response& response) {
    while (true) {
        co_await wait_for_news(channel);
        if (channel.lines.empty()) co_return;
        const std::string line = std::move(channel.lines.front()) + '\n';
        channel.lines.pop_front();
        if (!response.started()) co_await response.start(200, kNdjsonType);
        const auto written = co_await response.write(line);
        if (!written) channel.cancelled = true;
    }
}

http::Task<void> end_lines(http::Response& response, const Result<void>& outcome) {
    if (!outcome && !response.started()) {
        co_return co_await fail_stream(response, outcome.error());
    }
    if (!outcome) co_await response.write(ollama::error_body(outcome.error().message) + '\n');
    co_await response.finish();
}

}  // namespace

http::Task<void> answer_with_progress(asio::io_context& io, Workers& workers,
                                      http::Response& response, bool streams, ProgressWork work) {
    const auto channel = std::make_shared<Channel>(io);
    response.on_cancel([channel] { channel->cancelled = true; });
    asio::co_spawn(io, run_work(workers, channel, std::move(work)),
                   [channel](std::exception_ptr thrown) {
                       if (thrown) end_with_exception(*channel, thrown);
                   });
    if (streams) {
        co_await send_lines(*channel, response);
        co_return co_await end_lines(response, *channel->outcome);
    }
    while (!channel->outcome) {
        channel->lines.clear();
        co_await wait_for_news(*channel);
    }
    if (!*channel->outcome) {
        co_return co_await fail_stream(response, channel->outcome->error());
    }
    co_await response.send(200, kPlainJsonType, R"({"status":"success"})");
}

}  // namespace corral::serve
