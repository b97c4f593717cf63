#include "engine/embedding_task.h"

#include <algorithm>
#include <cmath>

#include "engine/embedding_text.h"
#include "engine/rerank_text.h"

namespace corral::engine {
namespace {

constexpr std::int64_t kMaxValues = std::int64_t{64} << 20;  // 256 MiB of one answer

std::unexpected<Error> refuse_embedding(int http_status, std::string why) {
    const auto code = http_status == 501 ? ErrorCode::unsupported : ErrorCode::invalid;
    return fail(Error{code, std::move(why), {}, http_status});
}

std::unexpected<Error> not_finite() {
    return refuse_embedding(400, "embedding contains NaN or Inf values");
}

[[nodiscard]] Result<void> check_embeddings(const Model& model) {
    if (model.embedding == nullptr) {
        return refuse_embedding(
            501, "This server does not support embeddings. Start it with `--embeddings`");
    }
    if (!model.embedding->gives_vectors()) {
        return refuse_embedding(400,
                                "Pooling type 'none' is not OAI compatible. Please use a different "
                                "pooling type");
    }
    return {};
}

// Tokens of one text that a decode can take.
std::int64_t text_capacity(const Model& model) {
    return std::min<std::int64_t>(model.info.n_ctx, model.embedding->max_tokens());
}

Result<void> check_number(std::size_t n_texts, std::int64_t n_values) {
    const std::int64_t most = kMaxValues / std::max<std::int64_t>(1, n_values);
    if (static_cast<std::int64_t>(n_texts) <= most) return {};
    return refuse_embedding(
        400, fmt::format("{} inputs are too many for one request: at most {} can be embedded",
                         n_texts, most));
}

// Scores are left as the model gives them.
Result<EmbeddingTask> prepare_ranking(const Model& model, std::uint64_t id,
                                      const wire::Embed& request) {
    if (!model.embedding->ranks()) {
        return refuse_embedding(400, "This model does not rerank: it has no ranking head");
    }
    EmbeddingTask task{.id = id, .dimensions = 1, .normalize = false};
    CORRAL_CHECK(check_number(request.texts.size(), task.dimensions));
    const PairReader reader(*model.vocabulary,
                            llama_model_chat_template(model.weights.get(), "rerank"),
                            *request.query, request.truncate, text_capacity(model));
    for (const std::string& document : request.texts) {
        CORRAL_TRY(TextReader::Text read, reader.read(document));
        task.n_dropped += read.n_dropped;
        task.texts.push_back(std::move(read.tokens));
    }
    task.values.resize(task.texts.size());
    return task;
}

}  // namespace

Result<void> normalize(std::span<float> vector) {
    float sum = 0;
    for (const float value : vector) sum += value * value;
    // Also when single values are fine and their squares are not.
    if (!std::isfinite(sum)) return not_finite();
    const auto scale = static_cast<float>(1.0 / std::max(std::sqrt(double{sum}), 1e-12));
    for (float& value : vector) value *= scale;
    return {};
}

Result<void> EmbeddingTask::put(std::size_t text, std::span<const float> vector) {
    if (!std::ranges::all_of(vector, [](float value) { return std::isfinite(value); })) {
        return not_finite();
    }
    const auto n = static_cast<std::size_t>(dimensions);
    const std::span<float> place = std::span(values).subspan(text * n, n);
    ++n_done;
    if (!normalize) {
        std::ranges::copy(vector.first(n), place.begin());
        return {};
    }
    // The length is that of the whole vector first, so that a cut one is the beginning of it.
    std::vector<float> whole(vector.begin(), vector.end());
    CORRAL_CHECK(engine::normalize(whole));
    std::ranges::copy(std::span(whole).first(n), place.begin());
    return n < whole.size() ? engine::normalize(place) : Result<void>();
}

wire::Embedded EmbeddingTask::result() {
    wire::Embedded embedded;
    embedded.values = std::move(values);
    embedded.width = dimensions;
    embedded.n_dropped = n_dropped;
    for (const Tokens& tokens : texts) embedded.n_tokens += std::ssize(tokens);
    return embedded;
}

Result<EmbeddingTask> prepare_embedding(const Model& model, std::uint64_t id,
                                        const wire::Embed& request) {
    CORRAL_CHECK(check_embeddings(model));
    if (request.query) return prepare_ranking(model, id, request);
    const std::int64_t width = model.embedding->width();
    const bool is_cut = request.dimensions > 0 && request.dimensions < width;
    EmbeddingTask task;
    task.id = id;
    task.dimensions = is_cut ? request.dimensions : width;
    task.normalize = !(request.raw_if_model_says_so && model.embedding_facts.is_raw);
    const std::size_t n_texts = request.texts.size() + request.token_texts.size();
    CORRAL_CHECK(check_number(n_texts, task.dimensions));
    const TextReader reader(*model.vocabulary, model.embedding_facts, request,
                            text_capacity(model));
    task.texts.reserve(n_texts);
    const auto add_all = [&](const auto& texts) -> Result<void> {
        for (const auto& text : texts) {
            CORRAL_TRY(TextReader::Text read, reader.read(text));
            task.n_dropped += read.n_dropped;
            task.texts.push_back(std::move(read.tokens));
        }
        return {};
    };
    CORRAL_CHECK(add_all(request.texts));
    CORRAL_CHECK(add_all(request.token_texts));
    task.values.resize(task.texts.size() * static_cast<std::size_t>(task.dimensions));
    return task;
}

}  // namespace corral::engine
