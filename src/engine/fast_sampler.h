#pragma once

// Purpose: the sampler of unconstrained text, which also makes the choices for constrained text. A
// vocabulary may have 256 thousand tokens and eight
// streams may sample in every step, so the full row is read once: a greedy choice needs its
// maximum, and after top-k (40 by default) llama.cpp's remaining filters see only that many
// candidates.

#include <unordered_map>

#include "engine/sampler.h"
#include "llama-cpp.h"
#include "parse/token_trie.h"

namespace corral::engine {

class FastSampler : public Sampler {
public:
    FastSampler(const llama_vocab* vocab, const SamplerSetup& setup);

    void accept_prompt(std::span<const llama_token> tokens) override;
    [[nodiscard]] Result<llama_token> sample(llama_context* context, std::int32_t row) override;
    void accept(llama_token token) override;

    // `sample` on a given row; for tests.
    [[nodiscard]] Result<llama_token> sample_row(std::span<float> logits);

    // The parts of `sample` before `accept`: the row, and a choice from it (among all tokens when
    // `allowed` is null).
    [[nodiscard]] Result<std::span<float>> row(llama_context* context, std::int32_t index) const;
    [[nodiscard]] Result<llama_token> choose(std::span<float> logits,
                                             const parse::TokenMask* allowed);

private:
    void penalize(std::span<float> logits);
    void restore(std::span<float> logits);
    template <class Visit>
    static void for_each(std::span<const float> logits, const parse::TokenMask* allowed,
                         Visit visit);
    static llama_token greedy(std::span<const float> logits, const parse::TokenMask* allowed);
    void gather_top_k(std::span<const float> logits, const parse::TokenMask* allowed);
    void gather_all(std::span<const float> logits, const parse::TokenMask* allowed);

    std::int32_t n_vocab_;
    std::vector<llama_token> suppressed_;
    wire::SamplingOptions options_;
    bool penalties_;
    std::size_t window_;
    llama_sampler_ptr filters_;
    std::vector<llama_token> recent_;  // a ring of the last window_ tokens
    std::size_t oldest_ = 0;
    std::unordered_map<llama_token, int> counts_;
    std::vector<llama_token_data> candidates_;
    std::vector<std::pair<llama_token, float>> saved_;  // logits before we changed them
};

}  // namespace corral::engine
