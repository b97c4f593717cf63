#pragma once

// Purpose: how many prompt tokens a step may read. Learns from the steps that were made.
//
// While others generate, a step's prompt part is bounded in time, so that a long prompt does not
// freeze running streams: kShare times what a step without prompt tokens costs, but within
// kMinPromptMs and kMaxPromptMs, and at least kMinTokens. Share and limit are those of one waiting
// prompt; several, up to kCrowd, have as many. When more prompts wait than streams run, the share
// also grows in proportion. So a crowd is let in by large steps, which read faster, nobody waits
// long for a first token, and requests that arrive together end together, where a long tail of
// steps with few sequences would cost more than it gives. When nobody generates the step is bounded
// by kAloneMs, after which a newcomer is served, but reads at least kAloneTokens, below which
// reading the weights costs more than using them.
//
// Steps that only generate are rare while prompts keep coming: streams that have joined since the
// last one count as a prompt token each, or prompts would look dearer the more streams there are.
//
// CPU kernels multiply kRowBlock rows at a time and what is left over row by row, so a step that is
// cut to a budget is cut to whole blocks.
//
// Pure: the caller tells the time. Times are milliseconds.

#include <cstdint>

namespace corral::engine {

class Pace {
public:
    static constexpr double kShare = 1.5;
    static constexpr double kMinPromptMs = 50;
    static constexpr double kMaxPromptMs = 250;
    static constexpr std::int64_t kCrowd = 4;
    static constexpr double kAloneMs = 1000;
    static constexpr std::int64_t kAloneTokens = 64;
    static constexpr std::int64_t kMinTokens = 4;
    static constexpr std::int64_t kRowBlock = 4;

    explicit Pace(std::int64_t n_batch) : n_batch_(n_batch) {}

    // Prompt tokens for the next step, which also generates for `n_generating` sequences, while
    // `n_prompts` are being read. At least 1.
    std::int64_t prompt_tokens(std::int64_t n_generating, std::int64_t n_prompts) const;
    // A step that read and generated so much took so long.
    void record(std::int64_t n_generating, std::int64_t n_prompt, double milliseconds);

private:
    std::int64_t wanted_tokens(std::int64_t n_generating, std::int64_t n_prompts) const;

    std::int64_t n_more(std::int64_t n_generating) const;  // than when generate_ms_ was learned
    double generating_ms(std::int64_t n_generating) const;

    std::int64_t n_batch_;
    std::int64_t n_generate_ = 0;  // streams of the step that generate_ms_ was learned from last
    double generate_ms_ = 0;       // a step that only generates; 0 = not known yet
    double prompt_token_ms_ = 0;   // what one prompt token adds; 0 = not known yet
};

}  // namespace corral::engine
