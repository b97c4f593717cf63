#pragma once

// Purpose: for tests: where models put weights that AMX multiplies, and owners of what ggml makes.
//
// Errors: null where this build or processor has no AMX. Threads: any.

#include <memory>
#include <string_view>

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml.h"

namespace corral {

struct GgmlOwner {
    void operator()(ggml_context* context) const { ggml_free(context); }
    void operator()(ggml_backend* backend) const { ggml_backend_free(backend); }
    void operator()(ggml_backend_buffer* buffer) const { ggml_backend_buffer_free(buffer); }
    void operator()(ggml_gallocr* allocator) const { ggml_gallocr_free(allocator); }
};
template <class T>
using GgmlPtr = std::unique_ptr<T, GgmlOwner>;

inline GgmlPtr<ggml_context> new_ggml_context() {
    return GgmlPtr<ggml_context>(ggml_init({std::size_t{1} << 20, nullptr, true}));
}

inline ggml_backend_buffer_type_t amx_buffers() {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    const auto extra =
        reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
            ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts"));
    ggml_backend_buffer_type_t* found = extra == nullptr ? nullptr : extra(cpu);
    for (; found != nullptr && *found != nullptr; ++found)
        if (std::string_view(ggml_backend_buft_name(*found)) == "AMX") return *found;
    return nullptr;
}

// Those, or plain memory.
inline ggml_backend_buffer_type_t weight_buffers() {
    ggml_backend_buffer_type_t amx = amx_buffers();
    return amx != nullptr ? amx : ggml_backend_cpu_buffer_type();
}

}  // namespace corral
