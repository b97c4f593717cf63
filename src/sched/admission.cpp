#include "sched/admission.h"

#include <algorithm>

namespace corral::sched {

namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

// What an image encoder needs between its operations.
constexpr std::int64_t kProjectorComputeBytes = 256 * kMiB;

std::int64_t bytes_on(const Footprint& footprint, const std::string& device) {
    const auto found = footprint.device_bytes.find(device);
    return found == footprint.device_bytes.end() ? 0 : found->second;
}

double gibibytes(std::int64_t bytes) {
    return static_cast<double>(std::max<std::int64_t>(bytes, 0)) / static_cast<double>(1024 * kMiB);
}

}  // namespace

Footprint& Footprint::operator+=(const Footprint& other) {
    system_bytes += other.system_bytes;
    for (const auto& [device, bytes] : other.device_bytes) device_bytes[device] += bytes;
    return *this;
}

void Budget::give_back(const Footprint& footprint) {
    system_bytes += footprint.system_bytes;
    for (wire::Device& device : devices) device.free_bytes += bytes_on(footprint, device.name);
}

Budget budget_for(const Machine& machine, const Footprint& tracked, const Footprint& loading) {
    Budget budget;
    budget.limited = machine.total_bytes > 0;
    budget.system_bytes = std::min(machine.available_bytes - loading.system_bytes,
                                   machine.total_bytes - tracked.system_bytes);
    for (wire::Device device : machine.devices) {
        device.free_bytes = std::min(device.free_bytes - bytes_on(loading, device.name),
                                     device.total_bytes - bytes_on(tracked, device.name));
        device.free_bytes = std::max<std::int64_t>(device.free_bytes, 0);
        budget.devices.push_back(std::move(device));
    }
    return budget;
}

gguf::MemoryEstimate estimate_memory(const ModelSpec& spec, std::int64_t n_ctx,
                                     std::int64_t n_parallel, std::int64_t n_batch) {
    const gguf::MemoryWishes wishes{
        .n_ctx = n_ctx,
        .n_parallel = n_parallel,
        .n_batch = n_batch > 0 ? n_batch : spec.load.options.num_batch,
        .kv_element_bytes = gguf::cache_element_bytes(spec.load.kv_cache_type).value_or(2),
        .flash_attention = spec.load.flash_attention.value_or(true)};
    gguf::MemoryEstimate estimate = gguf::estimate_memory(spec.shape, wishes);
    estimate.weights_bytes += spec.projector_bytes + spec.adapter_bytes;
    if (spec.projector_bytes > 0) estimate.compute_bytes += kProjectorComputeBytes;
    return estimate;
}

Error not_enough_memory(std::int64_t needed_bytes, std::int64_t free_bytes) {
    return {.code = ErrorCode::no_memory,
            .message = fmt::format(
                "model requires more system memory ({:.1f} GiB) than is available ({:.1f} GiB)",
                gibibytes(needed_bytes), gibibytes(free_bytes)),
            .hint = "use a smaller num_ctx or a smaller model, or stop a model that is loaded",
            .http_status = 500};
}

}  // namespace corral::sched
