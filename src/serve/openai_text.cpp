// POST /v1/completions (openai-anthropic-api.md 5).

#include "api/common/sse.h"
#include "base/random_text.h"
#include "base/time.h"
#include "serve/openai_service.h"
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
    return {"cmpl-" + random_text(24), model};
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
    co_await reply_plain(response, openai::completion_body(text_head(request.first().model),
                                                           answers, usage, seconds_now()));
}

http::Task<void> OpenAiService::stream_text(const openai::CompletionRequest& request,
                                            Choices choices, http::Response& response) {
    SseStream stream(response);
    const auto head = text_head(request.first().model);
    openai::Usage usage;
    std::string frames;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const auto append = [&](const openai::CompletionChoice& piece) {
            openai::append_completion_frame(frames, head, static_cast<std::int64_t>(i), piece,
                                            request.include_usage, seconds_now());
        };
        bool is_done = choices[i].events == nullptr;
        if (is_done) append({{}, {}, choices[i].bare});
        while (!is_done) {
            auto piece = co_await next_piece(*choices[i].events, stream);
            if (!piece && !stream.started()) co_return co_await refuse(response, piece.error());
            if (!piece) {
                append_failure(frames, piece.error());
                if (co_await stream.send(frames)) co_await stream.end();
                co_return;
            }
            if (const auto* done = std::get_if<wire::Done>(&*piece)) {
                usage.add_prompt(done->timings);
                append({{}, {}, openai::finish_reason(done->reason, false)});
                is_done = true;
            } else if (auto& delta = std::get<wire::Delta>(*piece);
                       !delta.content.empty() || !delta.logprobs.empty()) {
                append({std::move(delta.content), std::move(delta.logprobs), {}});
                if (!co_await stream.send(frames)) co_return;
            }
        }
    }
    if (request.include_usage) openai::append_completion_usage(frames, head, usage, seconds_now());
    api::sse::append_data(frames, "[DONE]");
    if (co_await stream.send(frames)) co_await stream.end();
}

}  // namespace corral::serve
