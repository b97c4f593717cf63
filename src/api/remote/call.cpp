#include "api/remote/call.h"

#include "api/json/writer.h"
#include "api/ollama/errors.h"
#include "api/remote/ollama_call.h"
#include "api/remote/openai_call.h"
#include "models/remote.h"

namespace corral::api::remote {

namespace {

bool speaks_openai(const models::ModelRecord& record) {
    return record.config.remote_api == models::kOpenAiApi;
}

Result<void> check(const ollama::AnswerRequest& request) {
    if (!request.render_only) return {};
    return ollama::refuse(400, ErrorCode::unsupported,
                          "the prompt of a remote model cannot be shown");
}

// What only makes sense where the tokens are known.
std::unexpected<Error> refuse_tokens(std::string_view what) {
    return ollama::refuse(400, ErrorCode::unsupported,
                          fmt::format("a remote model cannot take {}", what));
}

}  // namespace

Result<Call> make_call(const ollama::ChatRequest& request, const models::ModelRecord& record) {
    CORRAL_CHECK(check(request));
    return speaks_openai(record) ? openai_chat(request, record) : ollama_chat(request, record);
}

Result<Call> make_call(const ollama::GenerateRequest& request, const models::ModelRecord& record) {
    CORRAL_CHECK(check(request));
    if (request.echo) return refuse_tokens("echo");
    if (!request.prompt_tokens.empty()) return refuse_tokens("a prompt of tokens");
    return speaks_openai(record) ? openai_generate(request, record)
                                 : ollama_generate(request, record);
}

Result<Call> make_call(const ollama::EmbedRequest& request, const models::ModelRecord& record) {
    if (!request.token_texts.empty()) return refuse_tokens("input of tokens");
    return speaks_openai(record) ? openai_embed(request, record) : ollama_embed(request, record);
}

Result<Call> make_call(const rerank::Request& request, const models::ModelRecord& record) {
    Call call{.path = speaks_openai(record) ? "/rerank" : "/api/rerank", .body = {}};
    json::ObjectWriter writer(call.body);
    writer.text("model", record.config.remote_model)
        .text("query", request.query)
        .strings("documents", request.documents);
    if (!request.truncate) writer.boolean("truncate", false);
    if (request.normalize) writer.boolean("normalize", true);
    writer.end();
    return call;
}

}  // namespace corral::api::remote
