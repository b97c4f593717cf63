#pragma once

// Purpose: where a model goes: on which GPUs, and how much of it stays in system memory.
//
// One GPU is better than several, all layers on GPUs better than some. How many layers go where in
// the end is measured by llama.cpp in the runner (engine/model.cpp); what is decided here is which
// devices it may use, and whether that can go well.
//
// Pure. Units: bytes. Source: scheduler-runtime.md 7.3 to 7.5, 13.2.

#include <optional>
#include <string>
#include <vector>

#include "sched/admission.h"

namespace corral::sched {

struct PlacementRules {
    bool spread = false;          // use all GPUs of a kind for every model
    bool fixed_parallel = false;  // never fewer sequences than asked for, to save memory
};

enum class Fullness {
    whole,    // as many layers on GPUs as were asked for, or all; or no GPU in play
    partial,  // some layers may stay in system memory
};

struct Placement {
    std::int64_t n_ctx = 0;
    std::int64_t n_parallel = 0;
    std::int64_t n_batch = 0;          // 0 = the runner's default
    std::vector<std::string> devices;  // none: system memory only
    Footprint footprint;
};

// The best that fits; nothing when the budget is too small. The number of sequences is halved until
// it fits, and an automatic context (`n_ctx_automatic`: what it would be) falls to the next tier
// before layers leave the GPU.
std::optional<Placement> place_model(const ModelSpec& spec, std::int64_t n_ctx_automatic,
                                     const Budget& budget, const PlacementRules& rules,
                                     Fullness fullness);

// Whether GPUs come into question at all.
bool wants_devices(const ModelSpec& spec, const Budget& budget);

}  // namespace corral::sched
