#include "api/rerank/rerank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/checks.h"
#include "api/ollama/fields.h"
#include "api/ollama/load_plan.h"
#include "api/ollama/options.h"
#include "base/text.h"

namespace corral::api::rerank {

namespace {

constexpr std::int64_t kRankPooling = 4;  // <architecture>.pooling_type

void read_document(json::Reader& reader, const json::Value& value, std::string& text) {
    if (value.is_string()) {
        text = value.text();
    } else {
        reader.object(value, "rerank.Document", {{"text", reader.text(text)}});
    }
}

Result<void> check(const Request& request, const std::optional<std::int64_t>& top_n) {
    if (request.query.empty())
        return json::refuse_field("query", "query is required", json::kMissing);
    if (request.documents.empty())
        return json::refuse_field("documents", "documents are required", json::kMissing);
    if (top_n && *top_n < 1)
        return json::refuse_field("top_n", "top_n must be at least 1", "integer_below_min_value");
    return {};
}

double score_of(const Request& request, float value) {
    return request.normalize ? 1.0 / (1.0 + std::exp(-double{value})) : double{value};
}

void append_result(std::string& out, const Request& request, std::size_t index, float value) {
    json::ObjectWriter writer(out);
    writer.integer("index", static_cast<std::int64_t>(index));
    json::append_double(writer.key("relevance_score"), score_of(request, value));
    if (request.return_documents) {
        json::ObjectWriter(writer.key("document")).text("text", request.documents[index]).end();
    }
    writer.end();
}

}  // namespace

Result<Request> decode(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    Request request;
    std::optional<std::int64_t> top_n;
    std::optional<bool> truncate;
    json::Reader reader("RerankRequest");
    const auto read_top_n = [&](const json::Value& number) {
        if (number.is_null()) return top_n.reset();
        reader.integer(top_n.emplace())(number);
    };
    const auto read_documents = reader.list<std::string>(
        request.documents, "[]string",
        [&](const json::Value& item, std::string& text) { read_document(reader, item, text); });
    reader.object(value, "rerank.Request",
                  {{"model", reader.text(request.model)},
                   {"query", reader.text(request.query)},
                   {"documents", read_documents},
                   {"top_n", read_top_n},
                   {"return_documents", reader.boolean(request.return_documents)},
                   {"normalize", reader.boolean(request.normalize)},
                   {"truncate", reader.boolean(truncate)},
                   {"keep_alive", ollama::read_keep_alive(reader, request.keep_alive)},
                   {"options", ollama::read_free_object(reader, request.options_json)}});
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(check(request, top_n));
    request.top_n = top_n.value_or(0);
    request.truncate = truncate.value_or(true);
    return request;
}

Result<Plan> plan(const Request& request, const models::ModelRecord& record,
                  const Settings& settings) {
    const bool ranks = record.weights && record.weights->pooling_type == kRankPooling;
    if (!ranks) {
        return fail(ErrorCode::unsupported, "{} does not support rerank", go_quote(request.model));
    }
    CORRAL_TRY(const auto merged, ollama::merge_options(record.params_json, request.options_json));
    Plan plan;
    plan.spec = ollama::plan_load(record, merged, settings);
    plan.embed.texts = request.documents;
    plan.embed.query = request.query;
    plan.embed.truncate = request.truncate;
    return plan;
}

std::string answer(const Request& request, const wire::Embedded& scores, std::string_view id) {
    std::vector<std::size_t> order(request.documents.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::greater(),
                             [&](std::size_t index) { return scores.values[index]; });
    if (request.top_n > 0 && request.top_n < std::ssize(order)) {
        order.resize(static_cast<std::size_t>(request.top_n));
    }
    std::string body;
    json::ObjectWriter writer(body);
    writer.text("id", id).text("object", "list").text("model", request.model);
    std::string& list = writer.key("results");
    list += '[';
    for (const std::size_t index : order) {
        if (list.back() != '[') list += ',';
        append_result(list, request, index, scores.values[index]);
    }
    list += ']';
    json::ObjectWriter(writer.key("usage"))
        .integer("prompt_tokens", scores.n_tokens)
        .integer("total_tokens", scores.n_tokens)
        .end();
    writer.integer_unless_zero("prompt_tokens_dropped", scores.n_dropped).end();
    return body;
}

}  // namespace corral::api::rerank
