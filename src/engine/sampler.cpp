#include "engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "engine/fast_sampler.h"
#include "engine/grammar_sampler.h"

namespace corral::engine {
namespace {

std::unexpected<Error> bad_option(const char* name, const char* rule) {
    return fail(
        Error{ErrorCode::invalid, fmt::format("option \"{}\" must be {}", name, rule), {}, 400});
}

[[nodiscard]] Result<void> check_options(const wire::SamplingOptions& options) {
    if (!std::isnormal(options.repeat_penalty) || options.repeat_penalty < 0 ||
        !std::isfinite(1.0F / options.repeat_penalty)) {
        return bad_option("repeat_penalty", "a number greater than 0");
    }
    if (!std::isfinite(options.presence_penalty)) return bad_option("presence_penalty", "finite");
    if (!std::isfinite(options.frequency_penalty)) return bad_option("frequency_penalty", "finite");
    if (!std::isfinite(options.temperature)) return bad_option("temperature", "finite");
    if (std::isnan(options.top_p)) return bad_option("top_p", "a number");
    if (std::isnan(options.min_p)) return bad_option("min_p", "a number");
    if (std::isnan(options.typical_p)) return bad_option("typical_p", "a number");
    return {};
}

}  // namespace

std::uint32_t effective_seed(std::int64_t seed) {
    if (seed < 0) return std::random_device()();
    // llama.cpp takes the largest value for "random".
    return std::min(static_cast<std::uint32_t>(seed), LLAMA_DEFAULT_SEED - 1);
}

std::int32_t penalty_window(const SamplerSetup& setup) {
    const std::int64_t n =
        setup.options.repeat_last_n < 0 ? setup.n_ctx : setup.options.repeat_last_n;
    return static_cast<std::int32_t>(std::min(n, setup.n_ctx));
}

Result<std::unique_ptr<Sampler>> make_sampler(const Vocabulary& vocabulary,
                                              const SamplerSetup& setup) {
    CORRAL_CHECK(check_options(setup.options));
    if (setup.constraint) return GrammarSampler::create(vocabulary, setup);
    return std::make_unique<FastSampler>(vocabulary.get(), setup);
}

}  // namespace corral::engine
