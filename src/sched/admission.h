#pragma once

// Purpose: how much memory a model would take, and how much there is for it.
//
// Units: bytes. Estimates come from the model's shape (gguf/memory_plan.h): weights, KV cache of
// the type and length that will be used, recurrent state, compute buffers, projectors, adapters.
// They protect the machine from swapping; they are no promise. Source:
// scheduler-runtime.md 7.2, 15.5, 20.4, 20.5.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "gguf/memory_plan.h"
#include "sched/model_spec.h"
#include "wire/device.h"

namespace corral::sched {

// What the machine has; total_bytes 0 = unknown, then everything is admitted.
struct Machine {
    std::int64_t total_bytes = 0;      // system memory
    std::int64_t available_bytes = 0;  // without swapping
    std::vector<wire::Device> devices;
};

// What a model takes.
struct Footprint {
    std::int64_t system_bytes = 0;
    std::map<std::string, std::int64_t> device_bytes;  // by Device::name

    bool uses_devices() const { return !device_bytes.empty(); }
    Footprint& operator+=(const Footprint& other);
};

// What a new model may take.
struct Budget {
    bool limited = true;
    std::int64_t system_bytes = 0;
    std::vector<wire::Device> devices;  // free_bytes: what may be taken

    void give_back(const Footprint& footprint);
};

// `tracked` is what all models in memory take, `loading` the part of those still loading, which the
// machine does not report as used yet. Weights that are mapped count as available to the kernel, so
// the total less what we know to be in use is a second bound.
Budget budget_for(const Machine& machine, const Footprint& tracked, const Footprint& loading);

// With `n_ctx` tokens for each of `n_parallel` sequences. n_batch 0 = automatic.
gguf::MemoryEstimate estimate_memory(const ModelSpec& spec, std::int64_t n_ctx,
                                     std::int64_t n_parallel, std::int64_t n_batch = 0);

Error not_enough_memory(std::int64_t needed_bytes, std::int64_t free_bytes);

}  // namespace corral::sched
