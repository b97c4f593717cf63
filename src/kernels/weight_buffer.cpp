// Where weights for AMX are kept, on x86-64 with AMX.
//
// Compiled into ggml's CPU backend (cmake/llama_hook.cmake), where it takes the place of
// ggml_backend_amx_buffer_type: the buffers are ggml's own, but F16 weights are put into AMX's
// order when a model is loaded (half_weights.h). Quantized ones ggml packs itself.
//
// Why: reading them across the rows took a third of the time of a small batch, as they were put
// into order anew for every product.
//
// Threads: any.

#if defined(__AMX_INT8__) && defined(__AVX512VNNI__)

#include "amx/amx.h"
#include "ggml-backend-impl.h"

// The name under which cmake/llama_hook.cmake has ggml's own function compiled.
ggml_backend_buffer_type_t ggml_backend_amx_buffer_type_reference();

#if defined(__AVX512BF16__)

#include <atomic>

#include "half_weights.h"

namespace {

using namespace corral::kernels;

// ggml's own functions, which are the same for all buffers.
std::atomic<decltype(ggml_backend_buffer_type_i::alloc_buffer)> original_alloc_buffer;
std::atomic<decltype(ggml_backend_buffer_i::set_tensor)> original_set_tensor;

void set_tensor(ggml_backend_buffer_t buffer, ggml_tensor* tensor, const void* data, size_t offset,
                size_t size) {
    if (!is_packed_half(tensor))
        return original_set_tensor.load()(buffer, tensor, data, offset, size);
    GGML_ASSERT(offset == 0 && size == ggml_nbytes(tensor));  // as ggml has it for quantized ones
    pack_halves(static_cast<const ggml_fp16_t*>(data), tensor->ne[0], tensor->ne[1],
                static_cast<ggml_fp16_t*>(tensor->data));
}

ggml_backend_buffer_t alloc_buffer(ggml_backend_buffer_type_t type, size_t size) {
    ggml_backend_buffer_t buffer = original_alloc_buffer.load()(type, size);
    if (buffer == nullptr) return nullptr;
    original_set_tensor = buffer->iface.set_tensor;
    buffer->iface.set_tensor = set_tensor;
    return buffer;
}

ggml_backend_buffer_type_t packing_buffer_type() {
    ggml_backend_buffer_type_t type = ggml_backend_amx_buffer_type_reference();
    if (type == nullptr) return nullptr;
    original_alloc_buffer = type->iface.alloc_buffer;
    type->iface.alloc_buffer = alloc_buffer;
    return type;
}

}  // namespace

ggml_backend_buffer_type_t ggml_backend_amx_buffer_type() {
    static const ggml_backend_buffer_type_t type = packing_buffer_type();
    return type;
}

#else

ggml_backend_buffer_type_t ggml_backend_amx_buffer_type() {
    return ggml_backend_amx_buffer_type_reference();
}

#endif

#endif
