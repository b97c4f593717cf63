// Documents scored for a query, compared with llama.cpp computing each pair on its own.

#include <gtest/gtest.h>

#include <condition_variable>
#include <optional>
#include <utility>

#include "base/guarded.h"
#include "engine/engine.h"
#include "engine/rerank_text.h"
#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

wire::Load embedding_request(const TinyModel& tiny, std::int64_t n_ctx = 512) {
    wire::Load request = tiny.request(n_ctx);
    request.embedding = true;
    request.completion = false;
    request.options.num_batch = n_ctx;
    return request;
}

// The outcome of one request to an engine of its own.
std::variant<wire::Embedded, wire::Failed> ask(const wire::Load& load, wire::Embed request) {
    Guarded<std::optional<std::variant<wire::Embedded, wire::Failed>>> outcome;
    std::condition_variable changed;
    auto engine = Engine::load(load,
                               [&](wire::FromRunner event) {
                                   auto held = outcome.lock();
                                   if (auto* embedded = std::get_if<wire::Embedded>(&event.body))
                                       *held = *embedded;
                                   if (auto* failed = std::get_if<wire::Failed>(&event.body))
                                       *held = *failed;
                                   changed.notify_all();
                               },
                               {});
    EXPECT_TRUE(engine) << engine.error().message;
    (*engine)->submit(1, std::move(request));
    auto held = outcome.lock();
    held.wait(changed, [&] { return held->has_value(); });
    return **held;
}

// The score that llama.cpp alone gives for the tokens [CLS] query [SEP] document.
float plain_score(const TinyModel& tiny, const std::string& query, const std::string& document) {
    llama_model_params model_params = llama_model_default_params();
    model_params.n_gpu_layers = 0;
    const llama_model_ptr model(llama_model_load_from_file(tiny.path().c_str(), model_params));
    llama_context_params params = llama_context_default_params();
    params.embeddings = true;
    params.n_ctx = params.n_batch = params.n_ubatch = 512;
    params.n_threads = params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    const llama_context_ptr context(llama_init_from_model(model.get(), params));
    const llama_vocab* vocab = llama_model_get_vocab(model.get());
    std::vector<llama_token> tokens{llama_vocab_bos(vocab)};
    bool has_separator = false;
    for (const std::string& text : {query, document}) {
        std::vector<llama_token> piece(text.size() + 8);
        const auto n =
            llama_tokenize(vocab, text.data(), static_cast<std::int32_t>(text.size()), piece.data(),
                           static_cast<std::int32_t>(piece.size()), false, false);
        tokens.insert(tokens.end(), piece.begin(), piece.begin() + n);
        if (!std::exchange(has_separator, true)) tokens.push_back(llama_vocab_sep(vocab));
    }
    const llama_batch batch =
        llama_batch_get_one(tokens.data(), static_cast<std::int32_t>(tokens.size()));
    EXPECT_EQ(llama_encode(context.get(), batch), 0);
    const float* scores = llama_get_embeddings_seq(context.get(), 0);
    return scores == nullptr ? 0 : scores[0];
}

TEST(Rerank, ScoresAreThoseOfPlainLlama) {
    const TinyModel tiny("reranker");
    std::vector<std::string> documents;
    for (int i = 0; i < 40; ++i)
        documents.push_back(std::string(i % 7 + 1, 'x') + " ba be " + std::to_string(i));
    const auto outcome = ask(embedding_request(tiny), {.texts = documents, .query = "be do"});
    const auto* scores = std::get_if<wire::Embedded>(&outcome);
    ASSERT_NE(scores, nullptr) << std::get<wire::Failed>(outcome).message;
    ASSERT_EQ(scores->width, 1);
    ASSERT_EQ(scores->values.size(), documents.size());
    for (const std::size_t i : {std::size_t{0}, std::size_t{7}, std::size_t{39}}) {
        const float plain = plain_score(tiny, "be do", documents[i]);
        EXPECT_NEAR(scores->values[i], plain, 1e-4 * std::max(1.0F, std::abs(plain)))
            << documents[i];
    }
    EXPECT_NE(scores->values[0], scores->values[1]);
}

TEST(Rerank, CutsDocumentsOnly) {
    const TinyModel tiny("reranker");
    const auto load = embedding_request(tiny, 32);
    std::string text;
    for (int i = 0; i < 100; ++i) text += "ba ";
    auto outcome = ask(load, {.texts = {text}, .query = "be"});
    const auto* scores = std::get_if<wire::Embedded>(&outcome);
    ASSERT_NE(scores, nullptr) << std::get<wire::Failed>(outcome).message;
    EXPECT_EQ(scores->n_tokens, 32);
    EXPECT_EQ(scores->n_dropped, 100 + 3 - 32);
    outcome = ask(load, {.texts = {text}, .query = "be", .truncate = false});
    EXPECT_EQ(std::get<wire::Failed>(outcome).message,
              "a document is longer than the context length");
    outcome = ask(load, {.texts = {"x"}, .query = text});
    EXPECT_EQ(std::get<wire::Failed>(outcome).message,
              "the query is longer than the context length");
}

TEST(Rerank, TakesARankingHead) {
    const TinyModel tiny("bert");
    const auto outcome = ask(embedding_request(tiny), {.texts = {"x"}, .query = "y"});
    EXPECT_EQ(std::get<wire::Failed>(outcome).message,
              "This model does not rerank: it has no ranking head");
}

TEST(PairReader, FillsTheModelsOwnText) {
    const TinyModel tiny("full");
    const auto model = tiny.load();
    const auto& vocabulary = *model.vocabulary;
    const PairReader reader(vocabulary, "Q: {query} D: {document}!", "who", true, 40);
    const auto read = reader.read("me");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->tokens, vocabulary.tokenize("Q: who D: me!"));
    const auto cut = reader.read(std::string(200, 'x'));
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_LE(std::ssize(cut->tokens), 40);
    EXPECT_GT(cut->n_dropped, 0);
    EXPECT_TRUE(vocabulary.text(cut->tokens).ends_with("!"));
}

}  // namespace
}  // namespace corral::engine
