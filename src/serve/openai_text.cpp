// POST /v1/completions (openai-anthropic-api.md 5).

#include "api/common/sse.h"
#include "base/random_text.h"
#include "base/time.h"
#include "serve/openai_service.h"
#include "serve/openai_stream.h"
#include "serve/reply.h"
#include "serve/sse_stream.h"
#include "serve/v1_manners.h"

namespace corral::serve {

namespace openai = api::openai;

namespace {

std::int64_t seconds_now() {
    return std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
}

openai::CompletionHead text_head(const std::string& model) {
    return {"cmpl-" + random_text(24), model, seconds_now};
}

}  // namespace

http::Task<void> OpenAiService::completions(http::Request& request, http::Response& response) {
    const auto decode = [this](std::string_view body) {
        return openai::decode_completion(body, precedence(context_.settings));
    };
    auto asked = co_await read(request, decode);
    if (!asked) co_return co_await refuse(response, asked.error());
    for (auto& choice : asked->choices) apply_prompt_limit(choice, context_.settings);
    auto choices =
        co_await begin_all(std::span<const api::ollama::GenerateRequest>(asked->choices), response);
    if (!choices) co_return co_await refuse(response, choices.error());
    if (asked->first().streams() && !asked->first().render_only) {
        co_await stream_text(*asked, std::move(*choices), response);
    } else {
        co_await send_text(*asked, std::move(*choices), response);
    }
}

http::Task<void> OpenAiService::send_text(const openai::CompletionRequest& request, Choices choices,
                                          http::Response& response) {
    std::vector<openai::CompletionChoice> answers;
    openai::Usage usage;
    for (auto& choice : choices) {
        if (!choice.events) {
            answers.push_back({{}, {}, choice.bare});
            continue;
        }
        auto collected = co_await collect(*choice.events);
        if (!collected) co_return co_await refuse(response, collected.error());
        auto& [answer, done] = *collected;
        usage.add_prompt(done.timings);
        answers.push_back({std::move(answer.content), std::move(answer.logprobs),
                           openai::finish_reason(done.reason, false)});
    }
    co_await reply_plain(response,
                         openai::completion_body(text_head(request.first().model), answers, usage));
}

http::Task<void> OpenAiService::stream_text(const openai::CompletionRequest& request,
                                            Choices choices, http::Response& response) {
    SseStream stream(response);
    const auto head = text_head(request.first().model);
    openai::Usage usage;
    std::string frames;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        openai::CompletionStream writer(head, static_cast<std::int64_t>(i), request.include_usage);
        const auto done = co_await stream_choice(choices[i], writer, frames, stream, response);
        if (!done) co_return;
        usage.add_prompt(done->timings);
    }
    if (request.include_usage) openai::append_completion_usage(frames, head, usage);
    api::sse::append_data(frames, "[DONE]");
    if (co_await stream.send(frames)) co_await stream.end();
}

}  // namespace corral::serve
