#pragma once

// Purpose: how much memory a model will need, and whether the machine has it.
//
// Units: bytes. The estimate is weights + KV cache of all sequences + a share for compute buffers.
// It is a heuristic that protects the machine from swapping, not a promise. Source:
// scheduler-runtime.md 7.2, 20.4, 20.5.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "sched/model_spec.h"

namespace corral::sched {

// What the machine has; total_bytes 0 = unknown, then everything is admitted.
struct Memory {
    std::int64_t total_bytes = 0;
    std::int64_t available_bytes = 0;
};

// What the models in memory take.
struct MemoryUse {
    std::int64_t tracked_bytes = 0;  // all of them
    std::int64_t loading_bytes = 0;  // of which estimated for models still loading
};

std::int64_t estimate_memory(const ModelSpec& spec, std::int64_t n_parallel);

// What a new model may take. Weights that are mapped count as available memory to the kernel, so
// the total less what we know to be in use is a second bound.
std::int64_t free_memory(const Memory& machine, const MemoryUse& use);

// The most sequences, halving from the wanted number, with which the model fits into `free_bytes`;
// 0 if not even one does. With `fixed` only the wanted number itself is tried.
std::int64_t fitting_parallel(const ModelSpec& spec, std::int64_t free_bytes, bool fixed);

Error not_enough_memory(std::int64_t needed_bytes, std::int64_t free_bytes);

}  // namespace corral::sched
