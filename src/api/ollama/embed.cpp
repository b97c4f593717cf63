#include "api/ollama/embed.h"

#include <algorithm>
#include <span>

#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/checks.h"
#include "api/ollama/errors.h"
#include "api/ollama/fields.h"
#include "api/ollama/load_plan.h"
#include "api/ollama/options.h"

namespace corral::api::ollama {

namespace {

// A text, or a list of texts; an empty text alone is no text.
std::optional<std::vector<std::string>> decode_input(const json::Value& value) {
    if (value.is_null()) return std::vector<std::string>{};
    if (value.is_string()) {
        std::vector<std::string> one{value.text()};
        if (one.front().empty()) one.clear();
        return one;
    }
    if (value.kind != json::Value::Kind::array) return std::nullopt;
    if (!std::ranges::all_of(value.items, &json::Value::is_string)) return std::nullopt;
    std::vector<std::string> texts;
    texts.reserve(value.items.size());
    for (const auto& item : value.items) texts.push_back(item.text());
    return texts;
}

json::Reader::Read read_input(EmbedRequest& request) {
    return [&request](const json::Value& value) {
        auto texts = decode_input(value);
        request.bad_input.reset();
        if (!texts) request.bad_input = Error{ErrorCode::invalid, "invalid input type", {}, 400};
        request.texts = std::move(texts).value_or(std::vector<std::string>{});
    };
}

// Tokens a text may have (8.7): what the request or the model's context allows.
std::int64_t token_limit(std::int64_t num_ctx, const models::ModelRecord& record) {
    const auto trained = record.weights ? record.weights->n_ctx_train : 0;
    auto limit = wire::Embed::kUnlimited;
    if (num_ctx > 0) limit = std::min(limit, num_ctx);
    if (trained > 0) limit = std::min(limit, trained);
    return limit;
}

void append_vectors(std::string& out, const wire::Embedded& embedded) {
    constexpr std::size_t kBytesPerValue = 13;  // "-0.012345678,"
    const auto width = static_cast<std::size_t>(std::max<std::int64_t>(1, embedded.width));
    const std::span values(embedded.values);
    out.reserve(out.size() + kBytesPerValue * values.size());
    for (std::size_t row = 0; row < values.size(); row += width) {
        out += row == 0 ? "[" : ",[";
        for (std::size_t i = row; i < row + width; ++i) {
            if (i > row) out += ',';
            json::append_float(out, values[i]);
        }
        out += ']';
    }
}

void append_widened(std::string& out, const std::vector<float>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        json::append_double(out, values[i]);
    }
}

}  // namespace

Result<EmbedRequest> decode_embed(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    EmbedRequest request;
    std::optional<bool> truncate;
    json::Reader reader("EmbedRequest");
    reader.object(value, "api.EmbedRequest",
                  {{"model", reader.text(request.model)},
                   {"input", read_input(request)},
                   {"keep_alive", read_keep_alive(reader, request.keep_alive)},
                   {"truncate", reader.boolean(truncate)},
                   {"dimensions", reader.integer(request.dimensions)},
                   {"options", read_free_object(reader, request.options_json)}});
    CORRAL_CHECK(reader.finish());
    request.truncate = truncate.value_or(true);
    return request;
}

Result<EmbedRequest> decode_embeddings(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    EmbedRequest request;
    request.route = EmbedRoute::embeddings;
    std::string prompt;
    json::Reader reader("EmbeddingRequest");
    reader.object(value, "api.EmbeddingRequest",
                  {{"model", reader.text(request.model)},
                   {"prompt", reader.text(prompt)},
                   {"keep_alive", read_keep_alive(reader, request.keep_alive)},
                   {"options", read_free_object(reader, request.options_json)}});
    CORRAL_CHECK(reader.finish());
    if (!prompt.empty()) request.texts.push_back(std::move(prompt));
    return request;
}

Result<EmbedPlan> plan_embed(const EmbedRequest& request, const models::ModelRecord& record,
                             const Settings& settings) {
    CORRAL_CHECK(check_retired(record));
    CORRAL_TRY(const auto merged, merge_options(record.params_json, request.options_json));
    EmbedPlan plan;
    plan.spec = plan_load(record, merged, settings);
    plan.embed.texts = request.texts;
    for (const auto& text : request.token_texts) {
        CORRAL_TRY(auto tokens, narrow_tokens(text, "input"));
        plan.embed.token_texts.push_back(std::move(tokens));
    }
    plan.embed.dimensions = request.dimensions;
    plan.embed.truncate = request.truncate;
    if (request.route == EmbedRoute::embeddings) {
        plan.embed.truncate = false;
        plan.embed.raw_if_model_says_so = true;
        return plan;
    }
    // The context as asked for: the loaded one is never so small. One that nobody asked for is
    // chosen at the load, and the runner keeps texts within it.
    const auto& asked = merged.options.load;
    const auto num_ctx = merged.has_num_ctx ? asked.num_ctx : plan.spec.load.options.num_ctx;
    plan.embed.max_tokens = token_limit(num_ctx, record);
    const auto longest = plan.spec.context_automatic ? plan.embed.max_tokens : num_ctx;
    plan.embed.batch_tokens =
        merged.has_num_batch ? asked.num_batch : std::min(kMaxEmbeddingBatch, longest);
    return plan;
}

void append_embed_answer(std::string& out, const EmbedRequest& request,
                         const wire::Embedded* embedded, AnswerTimes times) {
    json::ObjectWriter writer(out);
    if (request.route == EmbedRoute::embeddings) {
        writer.key("embedding") += '[';
        if (embedded != nullptr) append_widened(out, embedded->values);
        out += ']';
        return writer.end();
    }
    writer.text("model", request.model);
    writer.key("embeddings") += '[';
    if (embedded != nullptr) append_vectors(out, *embedded);
    out += ']';
    if (embedded != nullptr) {
        writer.integer_unless_zero("total_duration", times.total.count())
            .integer_unless_zero("load_duration", times.load.count())
            .integer_unless_zero("prompt_eval_count", embedded->n_tokens)
            .integer_unless_zero("prompt_tokens_dropped", embedded->n_dropped);
    }
    writer.end();
}

int embed_failure_status(EmbedRoute route, const wire::Failed& failed) {
    if (route == EmbedRoute::embeddings) return 500;
    return failed.http_status != 0 ? failed.http_status : 400;
}

}  // namespace corral::api::ollama
