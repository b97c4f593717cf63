#pragma once

// Purpose: what makes up a loadable model, as the request handlers describe it to the scheduler.

#include <cstdint>
#include <string>

#include "wire/request.h"

namespace corral::sched {

// `key` says which requests share a runner: the path of the model blob.
struct ModelSpec {
    std::string key;
    std::string name;               // short form of the name it was asked by, for `ps`
    std::string digest;             // of the manifest, bare hex
    wire::Load load;                // paths and merged load options; 0/unset where automatic
    bool context_automatic = true;  // neither model nor request nor environment chose num_ctx
    std::int64_t file_size_bytes = 0;
    std::int64_t n_ctx_train = 0;  // 0 = unknown
    // Bytes of KV cache one token of context needs at f16; 0 = unknown. For the memory estimate.
    std::int64_t kv_bytes_per_token = 0;
};

}  // namespace corral::sched
