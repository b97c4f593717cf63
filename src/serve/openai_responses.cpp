// POST /v1/responses (openai-anthropic-api.md 8).

#include "serve/openai_responses.h"

#include "api/openai/content.h"
#include "api/openai/errors.h"
#include "base/random_text.h"
#include "base/time.h"
#include "serve/openai_service.h"
#include "serve/reply.h"
#include "serve/sse_stream.h"
#include "serve/v1_manners.h"

namespace corral::serve {

namespace openai = api::openai;

namespace {

constexpr std::size_t kIdCharacters = 24;

std::string new_id(std::string_view prefix) {
    return std::string(prefix) + "_" + random_text(kIdCharacters);
}

std::int64_t response_seconds() {
    return std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
}

}  // namespace

// Known by its id for as long as this lives.
class ResponsesService::Registered {
public:
    Registered(ResponsesService& service, Running& running) : service_(service), running_(running) {
        service_.running_[running_.writer.id()] = &running_;
    }
    ~Registered() { service_.running_.erase(running_.writer.id()); }
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

private:
    ResponsesService& service_;
    Running& running_;
};

http::Task<Result<openai::ResponseRequest>> ResponsesService::read(http::Request& request) {
    auto body = co_await read_v1_body(request, context_.settings.max_body_bytes);
    if (!body) co_return std::unexpected(std::move(body).error());
    auto asked = openai::decode_response(*body, new_id, precedence(context_.settings));
    if (asked) apply_prompt_limit(asked->native, context_.settings);
    co_return asked;
}

http::Task<void> ResponsesService::create(http::Request& request, http::Response& response) {
    auto asked = co_await read(request);
    if (!asked) co_return co_await refuse(response, asked.error());
    const bool remembered = co_await remember(*asked, response);
    if (!remembered) co_return;
    auto begun = co_await answerer_.begin(asked->native, response);
    if (!begun) co_return co_await refuse(response, begun.error());
    if (begun->bad_format) co_return co_await refuse(response, *begun->bad_format);
    co_await generate(*asked, std::move(*begun), response);
}

http::Task<void> ResponsesService::count_input(http::Request& request, http::Response& response) {
    auto asked = co_await read(request);
    if (!asked) co_return co_await refuse(response, asked.error());
    const bool remembered = co_await remember(*asked, response);
    if (!remembered) co_return;
    asked->native.only_count();
    const auto n_tokens = co_await answerer_.count_tokens(asked->native, response);
    if (!n_tokens) co_return co_await refuse(response, n_tokens.error());
    co_await reply_plain(response, openai::input_tokens_body(*n_tokens) + "\n");
}

http::Task<bool> ResponsesService::remember(openai::ResponseRequest& asked,
                                            http::Response& response) {
    const auto history = stored_.history(asked.previous_id);
    if (!history.missing_id.empty()) {
        const auto message =
            fmt::format("Previous response with id '{}' not found.", history.missing_id);
        (void)co_await response.send(400, kPlainJsonType,
                                     openai::error_body(400, message, "previous_response_id",
                                                        "previous_response_not_found"));
        co_return false;
    }
    const auto find = [this](std::string_view id) { return stored_.find_item(id); };
    auto known = openai::resolve_references(asked.items, find);
    if (known) known = asked.converse(history.items);
    if (known) known = co_await answerer_.fetch_images(asked.native, openai::kNoImageUrls);
    if (!known) co_await refuse(response, known.error());
    co_return known.has_value();
}

http::Task<void> ResponsesService::generate(const openai::ResponseRequest& asked, Begun begun,
                                            http::Response& response) {
    openai::ResponseHead head{new_id("resp"), asked.native.model, response_seconds(), asked.echo,
                              context_.settings.response_incomplete};
    Running running{openai::ResponseStream(std::move(head), asked.custom_tools, new_id),
                    begun.events};
    const Registered registered(*this, running);
    const bool streams = asked.native.streams();
    if (streams) response.set_header("Cache-Control", "no-cache");
    SseStream stream(response);
    std::string frames;
    bool is_done = begun.events == nullptr;
    if (is_done) running.writer.complete(frames, {}, response_seconds());
    while (!is_done) {
        auto next = streams ? next_piece(*begun.events, stream) : next_piece(*begun.events);
        auto piece = co_await std::move(next);
        if (!piece && running.cancelled) {
            running.writer.cancel(frames);
            is_done = true;
        } else if (!piece && !stream.started()) {
            co_return co_await refuse(response, piece.error());
        } else if (!piece) {
            running.writer.fail(frames, piece.error().message);
            is_done = true;
        } else if (const auto* done = std::get_if<wire::Done>(&*piece)) {
            running.writer.complete(frames, *done, response_seconds());
            is_done = true;
        } else {
            running.writer.piece(frames, std::get<wire::Delta>(*piece));
            if (!streams) {
                frames.clear();
            } else if (!frames.empty() && !co_await stream.send(frames)) {
                co_return;
            }
        }
    }
    keep(asked, running.writer);
    if (!streams) co_return co_await reply_plain(response, running.writer.body() + "\n");
    if (co_await stream.send(frames)) co_await stream.end();
}

void ResponsesService::keep(const openai::ResponseRequest& asked,
                            const openai::ResponseStream& writer) {
    if (!asked.store) return;
    stored_.add({writer.id(), asked.previous_id, writer.body(), asked.items, writer.output()});
}

}  // namespace corral::serve
