#pragma once

// Purpose: the options of a model and of a request, after merging (scheduler-runtime.md section 2).
//
// Two halves: LoadOptions belong to the runner process and may force a reload; SamplingOptions
// travel with each request. The dialects (api/) fill them from JSON; upstream's defaults are the
// member initialisers here.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace corral::wire {

struct LoadOptions {
    std::int64_t num_ctx = 0;    // tokens per sequence; 0 = choose by memory
    std::int64_t num_batch = 0;  // tokens per decode; 0 = choose
    std::int64_t num_gpu = -1;   // layers on the GPU; -1 = choose, 0 = CPU only
    std::optional<std::int64_t> main_gpu;
    std::optional<bool> use_mmap;
    std::int64_t num_thread = 0;  // 0 = number of physical cores
    std::int64_t draft_num_predict = 0;

    bool operator==(const LoadOptions&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(num_ctx, num_batch, num_gpu, main_gpu, use_mmap, num_thread, draft_num_predict);
    }
};

// What is added to a token's logit before anything else.
struct LogitBias {
    std::int32_t token = 0;
    float bias = 0;

    bool operator==(const LogitBias&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(token, bias);
    }
};

struct SamplingOptions {
    std::int64_t num_keep =
        4;                   // tokens kept at the front on a context shift; < 0 = the whole prompt
    std::int64_t seed = -1;  // < 0 = random
    std::int64_t num_predict = -1;  // tokens at most; < 0 = 10 x num_ctx (native-api.md 7.3)
    std::int64_t num_think = -1;    // of which thoughts at most; < 0 = any
    std::int64_t top_k = 40;        // <= 0 = off
    float top_p = 0.9F;
    float min_p = 0.0F;
    float typical_p = 1.0F;
    std::int64_t repeat_last_n = 64;  // -1 = num_ctx, 0 = off
    float temperature = 0.8F;         // <= 0 = greedy
    float repeat_penalty = 1.0F;
    float presence_penalty = 0.0F;
    float frequency_penalty = 0.0F;
    std::vector<std::string> stop;
    std::vector<LogitBias> logit_bias;  // tokens that the vocabulary lacks are ignored

    bool operator==(const SamplingOptions&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(num_keep, seed, num_predict, num_think, top_k, top_p, min_p, typical_p, repeat_last_n,
          temperature, repeat_penalty, presence_penalty, frequency_penalty, stop, logit_bias);
    }
};

struct Options {
    LoadOptions load;
    SamplingOptions sampling;
};

}  // namespace corral::wire
