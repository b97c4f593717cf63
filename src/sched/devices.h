#pragma once

// Purpose: which of the GPUs that were found are used, and what they are taken for.
//
// Pure. Source: scheduler-runtime.md 14.1, 14.6, 16.3 to 16.6.

#include <cstdint>
#include <string>
#include <vector>

#include "base/settings.h"
#include "wire/device.h"

namespace corral::sched {

// Drops what the settings exclude, devices without memory, integrated GPUs that are not known to be
// good, and the second of two names for one device; takes OLLAMA_GPU_OVERHEAD off their memory.
// `dropped` gets a sentence for each that a user could want to know about.
std::vector<wire::Device> usable_devices(std::vector<wire::Device> found, const Settings& settings,
                                         std::vector<std::string>* dropped = nullptr);

// Contexts that are chosen where nobody chose one, largest first: by the memory of all GPUs
// together, the last without any.
inline constexpr std::int64_t kContextTiers[] = {262144, 32768, 4096};
std::int64_t automatic_context(const std::vector<wire::Device>& devices);

}  // namespace corral::sched
