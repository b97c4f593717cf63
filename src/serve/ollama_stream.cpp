#include "serve/ollama_stream.h"

#include <utility>
#include <variant>

#include "api/ollama/errors.h"
#include "api/ollama/message.h"
#include "api/remote/failure.h"
#include "base/time.h"
#include "serve/reply.h"

namespace corral::serve {

namespace ollama = api::ollama;

namespace {

Error error_of(wire::Failed failed) {
    return {failed.code, std::move(failed.message), {}, failed.http_status};
}

// Puts the tool calls of a piece into the encoder's form.
Result<void> check_tool_calls(wire::Delta& delta) {
    for (auto& call : delta.tool_calls) {
        CORRAL_TRY(call, ollama::checked_tool_call(std::move(call)));
    }
    return {};
}

// An NDJSON answer that starts with its first line.
class LineStream {
public:
    explicit LineStream(http::Response& response) : response_(response) {}

    // False when the client is gone.
    http::Task<bool> send(std::string& line) {
        if (!response_.started()) {
            const auto started = co_await response_.start(200, kNdjsonType);
            if (!started) co_return false;
        }
        line += '\n';
        const auto written = co_await response_.write(line);
        co_return written.has_value();
    }
    http::Task<void> end() { co_await response_.finish(); }
    // An error of another server has no newline.
    http::Task<void> fail_relay(const wire::Failed& failed) {
        auto body = api::remote::relay_error_body(failed);
        if (!response_.started()) {
            co_await response_.send(failed.http_status, kNdjsonType, std::move(body));
        } else if (co_await response_.write(body)) {
            co_await end();
        }
    }
    http::Task<void> fail(Error error) {
        auto line = ollama::error_body(error.message);
        if (!response_.started()) {
            (void)co_await response_.send(ollama::http_status(error), kPlainJsonType,
                                          std::move(line));
            co_return;
        }
        if (co_await send(line)) co_await end();
    }

private:
    http::Response& response_;
};

}  // namespace

ollama::AnswerTimes AnswerRun::times() const {
    return {std::chrono::steady_clock::now() - started, load_time};
}

http::Task<void> fail_stream(http::Response& response, Error error) {
    co_await LineStream(response).fail(std::move(error));
}

http::Task<void> tell_place(const ollama::AnswerWriter& writer, std::size_t n_before,
                            http::Response& response) {
    if (n_before == 0 || response.cancelled()) co_return;
    wire::Delta place;
    place.queue_position = static_cast<std::int64_t>(n_before);
    std::string line;
    writer.piece(line, place, now());
    (void)co_await LineStream(response).send(line);
}

http::Task<void> stream_answer(AnswerRun& run, http::Response& response) {
    LineStream lines(response);
    wire::Delta held_back;  // tool calls, for the final object
    std::string line;
    while (true) {
        auto event = co_await run.events->next();
        line.clear();
        if (auto* failed = std::get_if<wire::Failed>(&event)) {
            if (run.is_relayed) co_return co_await lines.fail_relay(*failed);
            co_return co_await lines.fail(error_of(std::move(*failed)));
        }
        if (const auto* done = std::get_if<wire::Done>(&event)) {
            run.writer.end(line, held_back, *done, run.times(), now());
            if (co_await lines.send(line)) co_await lines.end();
            co_return;
        }
        auto& delta = std::get<wire::Delta>(event);
        const auto checked = check_tool_calls(delta);
        if (!checked) co_return co_await lines.fail(checked.error());
        if (ollama::is_worth_a_line(delta)) {
            const auto calls = std::exchange(delta.tool_calls, {});
            run.writer.piece(line, delta, now());
            if (!co_await lines.send(line)) co_return;
            delta = wire::Delta{.tool_calls = calls};
        }
        ollama::append_delta(held_back, std::move(delta));
    }
}

http::Task<void> send_answer(AnswerRun& run, http::Response& response) {
    wire::Delta answer;
    while (true) {
        auto event = co_await run.events->next();
        if (auto* failed = std::get_if<wire::Failed>(&event)) {
            if (run.is_relayed) {
                co_return co_await reply_json(response, failed->http_status,
                                              api::remote::relay_error_body(*failed));
            }
            co_return co_await reply_error(response, error_of(std::move(*failed)));
        }
        if (const auto* done = std::get_if<wire::Done>(&event)) {
            std::string body;
            run.writer.end(body, answer, *done, run.times(), now());
            if (run.is_relayed) body += '\n';
            co_return co_await reply_json(response, 200, std::move(body));
        }
        auto& delta = std::get<wire::Delta>(event);
        const auto checked = check_tool_calls(delta);
        if (!checked) co_return co_await reply_error(response, checked.error());
        ollama::append_delta(answer, std::move(delta));
    }
}

http::Task<void> send_rendered(AnswerRun& run, std::size_t n_images, http::Response& response) {
    auto event = co_await run.events->next();
    while (std::holds_alternative<wire::Delta>(event)) event = co_await run.events->next();
    if (auto* failed = std::get_if<wire::Failed>(&event)) {
        co_return co_await reply_error(response, error_of(std::move(*failed)));
    }
    std::string body;
    run.writer.rendered(body, std::get<wire::Done>(event).rendered_prompt, n_images, now());
    co_await reply_json(response, 200, std::move(body));
}

}  // namespace corral::serve
