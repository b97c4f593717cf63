#include "api/openai/embeddings.h"

#include <algorithm>
#include <bit>
#include <span>

#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/fields.h"
#include "api/openai/chat_request.h"
#include "base/base64.h"
#include "base/text.h"

namespace corral::api::openai {

namespace {

static_assert(std::endian::native == std::endian::little);

std::unexpected<Error> bad_input(std::string message) {
    return fail(Error{ErrorCode::invalid, std::move(message), {}, 400});
}

// What a list can hold besides texts: tokens of one text, or lists of them.
bool is_tokens(const json::Value& item) {
    return item.kind == json::Value::Kind::number || item.kind == json::Value::Kind::array;
}

std::unexpected<Error> refuse_input_tokens() {
    return bad_input(
        "invalid input type: tokens of another model's vocabulary mean nothing here, "
        "please send texts (LangChain: check_embedding_ctx_length=False); for tokens of this model "
        "start the server with CORRAL_EMBED_TOKENS=1");
}

Result<std::vector<std::int64_t>> one_token_text(std::span<const json::Value> items) {
    std::vector<std::int64_t> tokens;
    for (const auto& item : items) {
        const auto token = item.kind == json::Value::Kind::number ? item.integer() : std::nullopt;
        if (!token) return bad_input("invalid input type");
        tokens.push_back(*token);
    }
    return tokens;
}

Result<void> read_token_texts(const json::Value& list, ollama::EmbedRequest& request) {
    if (list.items.front().kind == json::Value::Kind::number) {
        CORRAL_TRY(auto tokens, one_token_text(list.items));
        request.token_texts.push_back(std::move(tokens));
        return {};
    }
    for (const auto& item : list.items) {
        if (item.kind != json::Value::Kind::array) return bad_input("invalid input type");
        CORRAL_TRY(auto tokens, one_token_text(item.items));
        request.token_texts.push_back(std::move(tokens));
    }
    return {};
}

// A text, a list of texts, the tokens of a text, or a list of those.
Result<void> read_input(const json::Value& value, TokenInput takes, ollama::EmbedRequest& request) {
    if (value.is_string()) {
        request.texts = {value.text()};
        return {};
    }
    if (value.is_null()) return bad_input("invalid input");
    if (value.kind != json::Value::Kind::array) return bad_input("invalid input type");
    if (value.items.empty()) return bad_input("invalid input");
    if (is_tokens(value.items.front())) {
        if (takes == TokenInput::refused) return refuse_input_tokens();
        return read_token_texts(value, request);
    }
    for (const auto& item : value.items) {
        if (!item.is_string()) return bad_input("invalid input type");
        request.texts.push_back(item.text());
    }
    return {};
}

void append_vector(std::string& out, std::span<const float> vector, bool base64) {
    if (base64) {
        const auto bytes = std::as_bytes(vector);
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        out.append("\"").append(base64_encode(text)).append("\"");
        return;
    }
    out += '[';
    for (std::size_t i = 0; i < vector.size(); ++i) {
        if (i > 0) out += ',';
        json::append_float(out, vector[i]);
    }
    out += ']';
}

}  // namespace

Result<EmbeddingsRequest> decode_embeddings(std::string_view body, TokenInput takes) {
    CORRAL_TRY(const auto value, parse_body(body));
    EmbeddingsRequest request;
    json::Value input;
    std::string encoding;
    std::optional<bool> truncate;
    json::Reader reader("EmbedRequest");
    reader.object(value, "openai.EmbedRequest",
                  {{"model", reader.text(request.native.model)},
                   {"input", [&](const json::Value& sent) { input = sent; }},
                   {"encoding_format", reader.text(encoding)},
                   {"dimensions", reader.integer(request.native.dimensions)},
                   {"truncate", reader.boolean(truncate)},
                   {"keep_alive", ollama::read_keep_alive(reader, request.native.keep_alive)},
                   {"options", ollama::read_free_object(reader, request.native.options_json)}});
    CORRAL_CHECK(reader.finish());
    const auto format = lower(encoding);
    if (!format.empty() && format != "float" && format != "base64") {
        return json::refuse_field(
            "encoding_format",
            fmt::format("Invalid value for 'encoding_format' = {}. Supported values: ['float', "
                        "'base64'].",
                        encoding));
    }
    request.base64 = format == "base64";
    request.native.truncate = truncate.value_or(true);
    CORRAL_CHECK(json::in_field("input", read_input(input, takes, request.native)));
    return request;
}

std::string embeddings_body(const EmbeddingsRequest& request, const wire::Embedded& embedded) {
    const auto width = static_cast<std::size_t>(std::max<std::int64_t>(1, embedded.width));
    const std::span values(embedded.values);
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("object", "list").key("data") += '[';
    for (std::size_t row = 0; row + width <= values.size(); row += width) {
        if (row > 0) out += ',';
        json::ObjectWriter item(out);
        item.text("object", "embedding");
        append_vector(item.key("embedding"), values.subspan(row, width), request.base64);
        item.integer("index", static_cast<std::int64_t>(row / width)).end();
    }
    out += ']';
    writer.text("model", request.native.model);
    json::ObjectWriter(writer.key("usage"))
        .integer("prompt_tokens", embedded.n_tokens)
        .integer("total_tokens", embedded.n_tokens)
        .end();
    writer.end();
    return out += '\n';
}

}  // namespace corral::api::openai
