#pragma once

// Purpose: a GPU as a runner sees it.

#include <cstdint>
#include <string>

namespace corral::wire {

struct Device {
    std::string name;         // by which llama.cpp knows it: "CUDA0"
    std::string library;      // its backend: "CUDA", "ROCm", "Vulkan", "Metal"
    std::string description;  // "NVIDIA H200"
    std::string bus_id;       // "0000:c1:00.0"; the same for one device under two libraries
    std::int64_t total_bytes = 0;
    std::int64_t free_bytes = 0;
    bool integrated = false;  // shares the machine's memory

    bool operator==(const Device&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(name, library, description, bus_id, total_bytes, free_bytes, integrated);
    }
};

}  // namespace corral::wire
