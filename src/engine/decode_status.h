#pragma once

// Purpose: what llama_decode answers.

#include <cstdint>

#include "base/result.h"

namespace corral::engine {

inline constexpr std::int32_t kNoRoom = 1;  // it found no cells

// The error of a request whose tokens could not be computed.
inline Error decode_error(std::int32_t status) {
    if (status == kNoRoom) {
        return {ErrorCode::no_memory, "the model's context memory is full", {}, 0};
    }
    return {ErrorCode::internal,
            fmt::format("the model failed to compute (llama_decode: {})", status),
            {},
            0};
}

}  // namespace corral::engine
