#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "engine/fast_sampler.h"
#include "engine/tiny_model.h"
#include "sampling.h"

namespace corral::engine {
namespace {

class SamplerTest : public FullModelTest {
protected:
    static std::vector<float> random_row(std::uint32_t seed) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal(0, 3);
        std::vector<float> row(static_cast<std::size_t>(model->vocabulary->size()));
        for (float& logit : row) logit = normal(random);
        return row;
    }

    // The chain llama.cpp's programs use, on the whole row.
    static llama_sampler_ptr llama_chain(const wire::SamplingOptions& options) {
        llama_sampler_ptr chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
        const auto add = [&](llama_sampler* one) { llama_sampler_chain_add(chain.get(), one); };
        add(llama_sampler_init_penalties(
            model->vocabulary->size(), static_cast<std::int32_t>(options.repeat_last_n),
            options.repeat_penalty, options.frequency_penalty, options.presence_penalty));
        add(llama_sampler_init_top_k(static_cast<std::int32_t>(options.top_k)));
        add(llama_sampler_init_typical(options.typical_p, 0));
        add(llama_sampler_init_top_p(options.top_p, 0));
        add(llama_sampler_init_min_p(options.min_p, 0));
        add(llama_sampler_init_temp_ext(options.temperature, 0, 1));
        add(llama_sampler_init_dist(static_cast<std::uint32_t>(options.seed)));
        return chain;
    }

    // Both samplers, on the same rows, choose the same tokens.
    static void check(wire::SamplingOptions options) {
        options.seed = 42;
        FastSampler ours(model->vocabulary->get(), {options, 512, {}});
        const llama_sampler_ptr theirs = llama_chain(options);
        for (std::uint32_t step = 0; step < 200; ++step) {
            std::vector<float> row = random_row(step % 7);  // repeating, so that penalties matter
            const std::vector<float> before = row;
            const Result<llama_token> token = ours.sample_row(row);
            ASSERT_TRUE(token);
            ASSERT_EQ(row, before) << "the row is left as it was";
            std::vector<llama_token_data> candidates;
            for (std::size_t i = 0; i < row.size(); ++i) {
                candidates.push_back({static_cast<llama_token>(i), row[i], 0});
            }
            llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
            llama_sampler_apply(theirs.get(), &array);
            ASSERT_EQ(*token, array.data[array.selected].id) << "step " << step;
            llama_sampler_accept(theirs.get(), *token);
        }
    }
};

TEST_F(SamplerTest, ChoosesAsLlamaDoes) {
    check({});
    check({.temperature = 0});
    check({.top_k = 0});
    check({.top_k = 1});
    check({.top_k = 100000});
    check({.top_p = 1, .min_p = 0.1F});
    check({.typical_p = 0.7F});
    check({.top_k = 5, .top_p = 0.5F, .temperature = 2});
    check({.repeat_penalty = 1.5F});
    check({.temperature = 0, .repeat_penalty = 1.3F});
    check({.repeat_last_n = 3, .presence_penalty = 2, .frequency_penalty = 0.7F});
    check({.repeat_last_n = 0, .repeat_penalty = 2});
}

TEST_F(SamplerTest, PromptTokensCountForPenalties) {
    std::vector<float> row(static_cast<std::size_t>(model->vocabulary->size()), 0.0F);
    row[100] = 5;
    row[101] = 4;
    FastSampler sampler(model->vocabulary->get(),
                        {{.temperature = 0, .repeat_penalty = 2}, 512, {}});
    const llama_token prompt[] = {100};
    sampler.accept_prompt(prompt);
    EXPECT_EQ(sampler.sample_row(row), 101);
}

TEST_F(SamplerTest, SaysWhenTheModelComputesNoNumbers) {
    std::vector<float> row(static_cast<std::size_t>(model->vocabulary->size()),
                           std::numeric_limits<float>::quiet_NaN());
    for (float temperature : {0.0F, 1.0F}) {
        FastSampler sampler(model->vocabulary->get(), {{.temperature = temperature}, 512, {}});
        EXPECT_FALSE(sampler.sample_row(row));
    }
    row[7] = 1;
    FastSampler sampler(model->vocabulary->get(), {{}, 512, {}});
    EXPECT_EQ(sampler.sample_row(row), 7);
}

TEST_F(SamplerTest, RefusesImpossibleOptions) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const wire::SamplingOptions bad[] = {{.repeat_penalty = 0},     {.repeat_penalty = -1},
                                         {.repeat_penalty = nan},   {.temperature = nan},
                                         {.presence_penalty = nan}, {.top_p = nan}};
    for (const wire::SamplingOptions& options : bad) {
        const auto sampler = make_sampler(*model->vocabulary, {options, 512, {}});
        ASSERT_FALSE(sampler);
        EXPECT_EQ(sampler.error().http_status, 400);
    }
}

TEST(SeedTest, IsItselfOrRandom) {
    EXPECT_EQ(effective_seed(42), 42U);
    EXPECT_EQ(effective_seed(0), 0U);
    EXPECT_NE(effective_seed(0xFFFFFFFF), LLAMA_DEFAULT_SEED);
    EXPECT_EQ(penalty_window({{.repeat_last_n = -1}, 300, {}}), 300);
    EXPECT_EQ(penalty_window({{.repeat_last_n = 1 << 30}, 300, {}}), 300);
}

TEST_F(SamplerTest, AddsBiases) {
    wire::SamplingOptions options;
    options.temperature = 0;
    options.logit_bias = {{5, 100}, {6, -100}, {1 << 30, 100}, {-1, 100}};
    FastSampler sampler(model->vocabulary->get(), {options, 512, {}});
    std::vector<float> row = random_row(1);
    row[6] = 50;
    const std::vector<float> before = row;
    EXPECT_EQ(sampler.sample_row(row).value(), 5);
    EXPECT_EQ(row, before);
}

}  // namespace
}  // namespace corral::engine
