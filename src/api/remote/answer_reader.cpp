#include "api/remote/answer_reader.h"

#include <functional>
#include <optional>
#include <utility>

#include "api/remote/fields.h"
#include "api/remote/ollama_reader.h"
#include "api/remote/openai_reader.h"
#include "models/remote.h"

namespace corral::api::remote {

namespace {

Error unreadable() {
    return {
        ErrorCode::corrupt, "the answer has no vectors of one width, one for each text", {}, 502};
}

// Appends one vector; false when it is none, or of another width than those before.
bool append_vector(const json::Value* vector, wire::Embedded& embedded) {
    if (vector == nullptr || vector->kind != json::Value::Kind::array) return false;
    const auto width = static_cast<std::int64_t>(vector->items.size());
    if (width == 0 || (embedded.width != 0 && embedded.width != width)) return false;
    embedded.width = width;
    for (const auto& item : vector->items) {
        if (item.kind != json::Value::Kind::number) return false;
        embedded.values.push_back(static_cast<float>(item.number().value_or(0)));
    }
    return true;
}

// Keeps an answer until it is whole.
class WholeReader final : public AnswerReader {
public:
    using Decode = std::function<Result<wire::Embedded>(std::string_view body)>;
    explicit WholeReader(Decode decode) : decode_(std::move(decode)) {}

    void read(std::string_view bytes, std::vector<sched::Event>& events) override {
        if (is_too_long_) return;
        is_too_long_ = body_.size() + bytes.size() > kMaxVectorsBytes;
        if (is_too_long_) {
            events.push_back(wire::Failed{ErrorCode::unavailable, "the answer is too long", 502});
        } else {
            body_ += bytes;
        }
    }

    void finish(std::vector<sched::Event>& events) override {
        if (is_too_long_) return;
        auto embedded = decode_(body_);
        if (embedded) return events.push_back(std::move(*embedded));
        events.push_back(wire::Failed{embedded.error().code, embedded.error().message, 502});
    }

private:
    Decode decode_;
    std::string body_;
    bool is_too_long_ = false;
};

}  // namespace

std::unique_ptr<AnswerReader> make_vectors_reader(std::string_view remote_api,
                                                  std::size_t n_texts) {
    return std::make_unique<WholeReader>(
        [remote_api = std::string(remote_api), n_texts](std::string_view body) {
            return read_vectors(remote_api, body, n_texts);
        });
}

std::unique_ptr<AnswerReader> make_scores_reader(std::size_t n_documents) {
    return std::make_unique<WholeReader>(
        [n_documents](std::string_view body) { return read_scores(body, n_documents); });
}

std::unique_ptr<AnswerReader> make_answer_reader(std::string_view remote_api) {
    if (remote_api == models::kOpenAiApi) return std::make_unique<OpenAiReader>();
    return std::make_unique<OllamaReader>();
}

Result<wire::Embedded> read_vectors(std::string_view remote_api, std::string_view body,
                                    std::size_t n_texts) {
    CORRAL_TRY(const auto object, json::parse(body));
    const bool is_openai = remote_api == models::kOpenAiApi;
    const auto& list = items_of(object, is_openai ? "data" : "embeddings");
    wire::Embedded embedded;
    for (const auto& item : list) {
        const auto* vector = is_openai ? member(item, "embedding") : &item;
        if (!append_vector(vector, embedded)) return fail(unreadable());
    }
    if (list.size() != n_texts) return fail(unreadable());
    const auto* usage = is_openai ? member(object, "usage") : nullptr;
    embedded.n_tokens = usage != nullptr ? integer_of(*usage, "prompt_tokens")
                                         : integer_of(object, "prompt_eval_count");
    embedded.n_dropped = integer_of(object, "prompt_tokens_dropped");
    return embedded;
}

Result<wire::Embedded> read_scores(std::string_view body, std::size_t n_documents) {
    CORRAL_TRY(const auto object, json::parse(body));
    const Error no_scores{
        ErrorCode::corrupt, "the answer has no scores, one for each document", {}, 502};
    std::vector<std::optional<float>> scores(n_documents);
    for (const auto& result : items_of(object, "results")) {
        const auto* score = member(result, "relevance_score");
        const auto index = static_cast<std::size_t>(integer_of(result, "index"));
        const bool is_score = score != nullptr && score->kind == json::Value::Kind::number;
        if (!is_score || index >= n_documents || scores[index]) return fail(no_scores);
        scores[index] = static_cast<float>(score->number().value_or(0));
    }
    wire::Embedded embedded;
    embedded.width = 1;
    for (const auto& score : scores) {
        if (!score) return fail(no_scores);
        embedded.values.push_back(*score);
    }
    if (const auto* usage = member(object, "usage"))
        embedded.n_tokens = integer_of(*usage, "total_tokens");
    embedded.n_dropped = integer_of(object, "prompt_tokens_dropped");
    return embedded;
}

}  // namespace corral::api::remote
