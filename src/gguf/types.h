#pragma once

// Purpose: the closed lists of the GGUF format: value types, tensor types, file types.
//
// Source: the GGUF specification, versions 2 and 3, with ggml's type numbers as of llama.cpp
// v0.5.0; modelfile-create-templates.md 4.

#include <cstdint>
#include <string_view>

namespace corral::gguf {

enum class ValueType : std::uint32_t {
    u8 = 0,
    i8 = 1,
    u16 = 2,
    i16 = 3,
    u32 = 4,
    i32 = 5,
    f32 = 6,
    boolean = 7,
    string = 8,
    array = 9,
    u64 = 10,
    i64 = 11,
    f64 = 12,
};

// Bytes of one value on disk; 0 for strings, arrays and numbers that are no type.
std::uint32_t value_size(ValueType type);

// How elements of a tensor lie on disk: blocks of `block_elements`, each `block_bytes` long.
struct TensorType {
    std::string_view name;  // "Q4_K"
    std::uint32_t block_elements = 0;
    std::uint32_t block_bytes = 0;
};

// Null for numbers that no type has (or has any more).
const TensorType* tensor_type(std::uint32_t number);

// The name of general.file_type: "Q4_K_M"; "unknown" for numbers without one.
std::string_view file_type_name(std::uint64_t number);

}  // namespace corral::gguf
