#pragma once

// Purpose: the GPUs that llama.cpp can compute with on this machine, by whatever backends this
// build has.
//
// Looking for them starts their drivers, which may take a second, hold memory, or crash: only
// runners do it, never the server.

#include <string>
#include <vector>

#include "base/result.h"
#include "wire/device.h"

struct ggml_backend_device;  // what ggml_backend_dev_t points to

namespace corral::engine {

// Loads ggml's backends. Cheap when it has been done.
void start_backends();

// In the order in which the backends name them; with what is free of their memory now.
std::vector<wire::Device> list_devices();

// Errors: not_found.
[[nodiscard]] Result<std::vector<ggml_backend_device*>> find_devices(
    const std::vector<std::string>& names);

}  // namespace corral::engine
