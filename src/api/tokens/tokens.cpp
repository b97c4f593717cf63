#include "api/tokens/tokens.h"

#include <utility>
#include <vector>

#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/fields.h"
#include "api/ollama/load_plan.h"
#include "api/ollama/options.h"
#include "api/ollama/plan.h"
#include "api/openai/chat_request.h"
#include "base/json_string.h"
#include "base/text.h"
#include "base/utf8.h"

namespace corral::api::tokens {

namespace {

// Bytes that are no text alone are a list of numbers, as llama.cpp's server has it.
void append_piece(std::string& out, std::string_view piece) {
    if (is_valid_utf8(piece)) return append_json_string(out, piece);
    out += '[';
    for (const char& byte : piece) {
        if (&byte != piece.data()) out += ',';
        json::append_integer(out, static_cast<unsigned char>(byte));
    }
    out += ']';
}

void append_token(std::string& out, std::int32_t token, const std::string* piece) {
    if (piece == nullptr) return json::append_integer(out, token);
    json::ObjectWriter writer(out);
    writer.integer("id", token);
    append_piece(writer.key("piece"), *piece);
    writer.end();
}

std::string token_list(const Request& request, const wire::Done& done) {
    std::string out = "[";
    for (std::size_t i = 0; i < done.context.size(); ++i) {
        if (i > 0) out += ',';
        append_token(out, done.context[i], request.with_pieces ? &done.pieces[i] : nullptr);
    }
    return out += ']';
}

Result<void> check_model(const Request& request) {
    if (trim(request.model).empty())
        return json::refuse_field("model", "model is required", json::kMissing);
    return {};
}

}  // namespace

Result<Request> decode_tokenize(std::string_view body) {
    CORRAL_TRY(const auto value, openai::parse_body(body));
    Request request;
    std::string content, text, prompt;
    std::optional<bool> add_special;
    json::Reader reader("TokenizeRequest");
    reader.object(value, "tokens.Request",
                  {{"model", reader.text(request.model)},
                   {"content", reader.text(content)},
                   {"text", reader.text(text)},
                   {"prompt", reader.text(prompt)},
                   {"add_special", reader.boolean(add_special)},
                   {"add_special_tokens", reader.boolean(add_special)},
                   {"with_pieces", reader.boolean(request.with_pieces)},
                   {"return_token_strs", reader.boolean(request.with_strings)},
                   {"keep_alive", ollama::read_keep_alive(reader, request.keep_alive)}});
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(check_model(request));
    if (const auto* messages = value.find("messages"); messages && !messages->is_null()) {
        CORRAL_TRY(auto chat, openai::decode_chat(body));
        chat.native.only_count();
        request.chat = std::move(chat.native);
        return request;
    }
    request.text.bare = !add_special.value_or(!prompt.empty());
    request.text.text = !prompt.empty() ? prompt : !content.empty() ? content : text;
    return request;
}

Result<Request> decode_detokenize(std::string_view body) {
    CORRAL_TRY(const auto value, openai::parse_body(body));
    Request request;
    std::optional<std::vector<std::int64_t>> ids;
    json::Reader reader("DetokenizeRequest");
    reader.object(value, "tokens.Request",
                  {{"model", reader.text(request.model)},
                   {"tokens", reader.integers(ids)},
                   {"keep_alive", ollama::read_keep_alive(reader, request.keep_alive)}});
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(check_model(request));
    if (!ids) return json::refuse_field("tokens", "tokens is required", json::kMissing);
    CORRAL_TRY(request.text.context, ollama::narrow_tokens(*ids, "tokens"));
    request.text.bare = true;
    return request;
}

Result<Plan> plan(const Request& request, const models::ModelRecord& record,
                  const Settings& settings) {
    if (record.config.is_remote() || !record.can("completion")) {
        return fail(ErrorCode::unsupported, "{} does not support tokenize",
                    go_quote(request.model));
    }
    Plan plan;
    if (request.chat) {
        CORRAL_TRY(auto planned, ollama::plan_answer(*request.chat, record, settings));
        plan.spec = std::move(planned.spec);
        plan.render = std::move(*planned.generation);
    } else {
        CORRAL_TRY(const auto merged, ollama::merge_options(record.params_json, {}));
        plan.spec = ollama::plan_load(record, merged, settings);
        plan.render.prompt = request.text;
        plan.render.truncate = false;
        plan.render.render_only = true;
    }
    plan.render.want_context = true;
    plan.render.want_pieces = request.with_pieces || request.with_strings;
    return plan;
}

std::string tokens_body(const Request& request, const wire::Done& done, std::int64_t n_ctx) {
    std::string out;
    json::ObjectWriter writer(out);
    writer.json("tokens", token_list(request, done))
        .integer("count", static_cast<std::int64_t>(done.context.size()))
        .integer("max_model_len", n_ctx);
    if (request.with_strings) {
        std::vector<std::string> strings;
        for (const auto& piece : done.pieces) strings.push_back(sanitize_utf8(piece));
        writer.strings("token_strs", strings);
    }
    writer.end();
    return out;
}

std::string text_body(const wire::Done& done) {
    const auto text = sanitize_utf8(done.rendered_prompt);
    std::string out;
    json::ObjectWriter(out).text("content", text).text("prompt", text).text("text", text).end();
    return out;
}

}  // namespace corral::api::tokens
