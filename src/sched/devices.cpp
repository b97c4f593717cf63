#include "sched/devices.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace corral::sched {

namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

// "cuda_v12" asks for CUDA, "rocm" for ROCm, "cpu" for none.
bool is_asked_for(const wire::Device& device, const std::string& library) {
    const std::string name = lower(device.library);
    return library.empty() || library.starts_with(name) || name.starts_with(library);
}

bool is_vulkan(const wire::Device& device) {
    return lower(device.library) == "vulkan";
}

// Integrated GPUs that are faster than the processor beside them.
bool is_good_integrated(const wire::Device& device) {
    constexpr std::array<std::string_view, 3> kGood = {"cuda", "metal", "mtl"};
    return std::ranges::find(kGood, lower(device.library)) != kGood.end();
}

bool is_same(const wire::Device& a, const wire::Device& b) {
    return !a.bus_id.empty() && a.bus_id == b.bus_id;
}

// Vulkan serves a device only where nothing better does.
bool has_better_name(const wire::Device& device, const std::vector<wire::Device>& all) {
    return is_vulkan(device) && std::ranges::any_of(all, [&](const wire::Device& other) {
               return !is_vulkan(other) && is_same(device, other);
           });
}

}  // namespace

std::vector<wire::Device> usable_devices(std::vector<wire::Device> found, const Settings& settings,
                                         std::vector<std::string>* dropped) {
    std::erase_if(found, [&](const wire::Device& device) {
        return device.total_bytes <= 0 || !is_asked_for(device, settings.llm_library) ||
               (is_vulkan(device) && !settings.vulkan);
    });
    std::erase_if(found, [&](const wire::Device& device) {
        if (!device.integrated || settings.integrated_gpus.value_or(is_good_integrated(device)))
            return false;
        if (dropped != nullptr && !settings.integrated_gpus)
            dropped->push_back("dropping integrated GPU; to enable, set OLLAMA_IGPU_ENABLE=1");
        return true;
    });
    const std::vector<wire::Device> all = found;
    std::erase_if(found, [&](const wire::Device& device) { return has_better_name(device, all); });
    const auto overhead = static_cast<std::int64_t>(
        std::min<std::uint64_t>(settings.gpu_overhead_bytes, std::uint64_t{1} << 60));
    for (wire::Device& device : found) {
        device.total_bytes = std::max<std::int64_t>(device.total_bytes - overhead, 0);
        device.free_bytes = std::max<std::int64_t>(device.free_bytes - overhead, 0);
    }
    return found;
}

std::int64_t automatic_context(const std::vector<wire::Device>& devices) {
    std::int64_t total = 0;
    for (const wire::Device& device : devices) total += device.total_bytes;
    if (total >= 47 * kGiB) return kContextTiers[0];
    if (total >= 23 * kGiB) return kContextTiers[1];
    return kContextTiers[2];
}

}  // namespace corral::sched
