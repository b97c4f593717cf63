// What a model with an adapter answers is what llama.cpp computes with it, and not what the model
// answers by itself.

#include "engine/adapters.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "base/guarded.h"
#include "engine/engine.h"
#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

constexpr std::size_t kAnswerTokens = 24;
const Tokens kPrompt = {20, 30, 40, 50, 60, 70};

// Greedy tokens through the whole engine.
Tokens answer_of_engine(const wire::Load& load) {
    Guarded<std::optional<wire::Done>> done;
    std::condition_variable changed;
    const auto sink = [&](const wire::FromRunner& event) {
        if (const auto* body = std::get_if<wire::Done>(&event.body)) {
            *done.lock() = *body;
            changed.notify_all();
        }
    };
    auto engine = Engine::load(load, sink, {});
    EXPECT_TRUE(engine) << engine.error().message;
    wire::Generate request;
    request.prompt = wire::TextPrompt{.context = kPrompt, .text = "", .images = {}};
    request.sampling.temperature = 0;
    request.sampling.num_predict = kAnswerTokens;
    request.want_context = true;
    (*engine)->submit(1, std::move(request));
    auto held = done.lock();
    held.wait(changed, [&] { return held->has_value(); });
    return {(*held)->context.begin() + kPrompt.size(), (*held)->context.end()};
}

// Greedy tokens of a plain loop with llama.cpp's adapter calls.
Tokens answer_of_llama(const Model& model, const std::string& adapter_path) {
    const llama_adapter_lora_ptr adapter(
        llama_adapter_lora_init(model.weights.get(), adapter_path.c_str()));
    llama_context_params params = llama_context_default_params();
    params.n_threads = 1;
    params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = GGML_TYPE_F32;
    params.type_v = GGML_TYPE_F32;
    const llama_context_ptr context(llama_init_from_model(model.weights.get(), params));
    llama_adapter_lora* active = adapter.get();
    float scale = 1;
    EXPECT_EQ(llama_set_adapters_lora(context.get(), &active, 1, &scale), 0);
    Tokens pending = kPrompt;
    pending.insert(pending.begin(), model.vocabulary->start_token());
    Tokens answer;
    while (true) {
        const auto n = static_cast<std::int32_t>(pending.size());
        EXPECT_EQ(llama_decode(context.get(), llama_batch_get_one(pending.data(), n)), 0);
        const float* logits = llama_get_logits_ith(context.get(), -1);
        const auto token = static_cast<llama_token>(
            std::max_element(logits, logits + model.vocabulary->size()) - logits);
        if (model.vocabulary->ends_generation(token)) return answer;
        answer.push_back(token);
        if (answer.size() == kAnswerTokens) return answer;
        pending = {token};
    }
}

TEST(Adapters, ChangeAnswersAsLlamaDoes) {
    const TinyModel base("full");
    const TinyModel adapter("adapter");
    wire::Load load = base.request();
    const Tokens plain = answer_of_engine(load);
    load.adapter_paths = {adapter.path()};
    const Tokens adapted = answer_of_engine(load);
    EXPECT_EQ(adapted, answer_of_llama(base.load(), adapter.path()));
    EXPECT_NE(adapted, plain);
}

TEST(Adapters, SayWhyTheyCannotBeUsed) {
    const TinyModel full("full");
    const TinyModel recurrent("recurrent");
    const TinyModel adapter("adapter");
    const auto reason = [](wire::Load load, const std::string& path) {
        load.adapter_paths = {path};
        const Result<Model> model = load_model(load, {});
        return model ? std::string("loaded") : model.error().message;
    };
    EXPECT_NE(reason(recurrent.request(), adapter.path()).find("arch mismatch"), std::string::npos);
    EXPECT_NE(reason(full.request(), full.path()).find("is not an adapter"), std::string::npos);
    EXPECT_NE(reason(full.request(), "/nowhere.gguf"), "loaded");
}

}  // namespace
}  // namespace corral::engine
