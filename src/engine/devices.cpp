#include "engine/devices.h"

#include "ggml-backend.h"
#include "llama.h"

namespace corral::engine {
namespace {

std::string text(const char* maybe_null) {
    return maybe_null == nullptr ? std::string() : std::string(maybe_null);
}

wire::Device describe(ggml_backend_dev_t device) {
    ggml_backend_dev_props props{};
    ggml_backend_dev_get_props(device, &props);
    return {.name = text(props.name),
            .library = text(ggml_backend_reg_name(ggml_backend_dev_backend_reg(device))),
            .description = text(props.description),
            .bus_id = text(props.device_id),
            .total_bytes = static_cast<std::int64_t>(props.memory_total),
            .free_bytes = static_cast<std::int64_t>(props.memory_free),
            .integrated = props.type == GGML_BACKEND_DEVICE_TYPE_IGPU};
}

bool is_gpu(ggml_backend_dev_t device) {
    const enum ggml_backend_dev_type type = ggml_backend_dev_type(device);
    return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

}  // namespace

void start_backends() {
    static const bool started = [] {
        ggml_backend_load_all();
        llama_backend_init();
        return true;
    }();
    static_cast<void>(started);
}

std::vector<wire::Device> list_devices() {
    start_backends();
    std::vector<wire::Device> list;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t device = ggml_backend_dev_get(i);
        if (is_gpu(device)) list.push_back(describe(device));
    }
    return list;
}

Result<std::vector<ggml_backend_device*>> find_devices(const std::vector<std::string>& names) {
    std::vector<ggml_backend_device*> devices;
    for (const std::string& name : names) {
        ggml_backend_dev_t device = ggml_backend_dev_by_name(name.c_str());
        if (device == nullptr)
            return fail(ErrorCode::not_found, "the device {} is not there any more", name);
        devices.push_back(device);
    }
    return devices;
}

}  // namespace corral::engine
