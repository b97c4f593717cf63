#include "api/ollama/requests.h"

#include "api/json/reader.h"
#include "api/ollama/fields.h"
#include "api/ollama/message.h"
#include "api/ollama/tools.h"

namespace corral::api::ollama {

namespace {

constexpr std::int64_t kMaxTopLogprobs = 20;

Result<void> check_logprobs(const AnswerRequest& request) {
    if (request.top_logprobs < 0 || request.top_logprobs > kMaxTopLogprobs) {
        return fail(ErrorCode::invalid, "top_logprobs must be between 0 and {}", kMaxTopLogprobs);
    }
    return {};
}

// The fields that generate and chat share.
std::vector<json::Reader::Field> common_fields(json::Reader& reader, AnswerRequest& request) {
    return {{"model", reader.text(request.model)},
            {"stream", reader.boolean(request.stream)},
            {"format", read_raw(request.format_json)},
            {"keep_alive", read_keep_alive(reader, request.keep_alive)},
            {"options", read_free_object(reader, request.options_json)},
            {"think", read_think(reader, request.think)},
            {"truncate", reader.boolean(request.truncate)},
            {"shift", reader.boolean(request.shift)},
            {"logprobs", reader.boolean(request.logprobs)},
            {"top_logprobs", reader.integer(request.top_logprobs)},
            {"_debug_render_only", reader.boolean(request.render_only)}};
}

}  // namespace

Result<GenerateRequest> decode_generate(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    GenerateRequest request;
    json::Reader reader("GenerateRequest");
    auto fields = common_fields(reader, request);
    fields.insert(fields.end(), {{"prompt", reader.text(request.prompt)},
                                 {"suffix", reader.text(request.suffix)},
                                 {"system", reader.text(request.system)},
                                 {"template", reader.text(request.template_text)},
                                 {"context", reader.integers(request.context)},
                                 {"raw", reader.boolean(request.raw)},
                                 {"images", read_images(reader, request.images)}});
    reader.object(value, "api.GenerateRequest", fields);
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(check_logprobs(request));
    return request;
}

Result<ChatRequest> decode_chat(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    ChatRequest request;
    json::Reader reader("ChatRequest");
    auto fields = common_fields(reader, request);
    fields.insert(fields.end(), {{"messages", read_messages(reader, request.messages)},
                                 {"tools", read_tools(reader, request.tools_json)}});
    reader.object(value, "api.ChatRequest", fields);
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(check_logprobs(request));
    return request;
}

std::size_t ChatRequest::n_images() const {
    std::size_t n = 0;
    for (const auto& message : messages) n += message.images.size();
    return n;
}

}  // namespace corral::api::ollama
