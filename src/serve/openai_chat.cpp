// POST /v1/chat/completions (openai-anthropic-api.md 4).

#include "api/common/sse.h"
#include "api/ollama/answer.h"
#include "api/openai/chat_answer.h"
#include "api/openai/content.h"
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

openai::ChatHead chat_head(const openai::ChatRequest& request, const Settings& settings) {
    const auto created = std::chrono::floor<std::chrono::seconds>(now());
    return {
        "chatcmpl-" + random_text(24), request.native.model,  created.time_since_epoch().count(),
        settings.reasoning_content,    request.has_functions, request.custom_tools};
}

}  // namespace

http::Task<void> OpenAiService::chat(http::Request& request, http::Response& response) {
    const auto decode = [this](std::string_view body) {
        return openai::decode_chat(body, precedence(context_.settings));
    };
    auto asked = co_await read(request, decode);
    if (!asked) co_return co_await refuse(response, asked.error());
    const auto fetched = co_await answerer_.fetch_images(asked->native, openai::kNoImageUrls);
    if (!fetched) co_return co_await refuse(response, fetched.error());
    apply_prompt_limit(asked->native, context_.settings);
    const auto requests = asked->choices();
    auto choices = co_await begin_all(std::span(requests), response);
    if (!choices) co_return co_await refuse(response, choices.error());
    if (asked->native.streams() && !asked->native.render_only) {
        co_await stream_chat(*asked, std::move(*choices), response);
    } else {
        co_await send_chat(*asked, std::move(*choices), response);
    }
}

http::Task<void> OpenAiService::send_chat(const openai::ChatRequest& request, Choices choices,
                                          http::Response& response) {
    const auto head = chat_head(request, context_.settings);
    std::vector<openai::ChatChoice> answers;
    openai::Usage usage;
    for (auto& choice : choices) {
        if (!choice.events) {
            answers.push_back({{}, choice.bare});
            continue;
        }
        auto collected = co_await collect(*choice.events);
        if (!collected) co_return co_await refuse(response, collected.error());
        const auto& [answer, done] = *collected;
        if (request.native.render_only) {
            co_return co_await reply_plain(
                response, openai::rendered_chat_body(head, done.rendered_prompt, choice.n_images));
        }
        usage.add(done.timings);
        const auto finish = openai::chat_finish(head, done.reason, !answer.tool_calls.empty());
        answers.push_back({std::move(collected->answer), finish});
    }
    co_await reply_plain(response, openai::chat_body(head, answers, usage));
}

http::Task<void> OpenAiService::stream_chat(const openai::ChatRequest& request, Choices choices,
                                            http::Response& response) {
    SseStream stream(response);
    const auto head = chat_head(request, context_.settings);
    openai::Usage usage;
    std::string frames;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        openai::ChatStream writer(head, static_cast<std::int64_t>(i));
        const auto done = co_await stream_choice(choices[i], writer, frames, stream, response);
        if (!done) co_return;
        usage.add(done->timings);
    }
    if (request.include_usage) openai::append_usage_chunk(frames, head, usage);
    api::sse::append_data(frames, "[DONE]");
    if (co_await stream.send(frames)) co_await stream.end();
}

}  // namespace corral::serve
