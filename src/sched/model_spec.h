#pragma once

// Purpose: what makes up a loadable model, as the request handlers describe it to the scheduler.

#include <cstdint>
#include <string>

#include "gguf/model_shape.h"
#include "wire/request.h"

namespace corral::sched {

// `key` says which requests share a runner: the path of the model blob.
struct ModelSpec {
    std::string key;
    std::string name;               // short form of the name it was asked by, for `ps`
    std::string digest;             // of the manifest, bare hex
    wire::Load load;                // paths and merged load options; 0/unset where automatic
    bool context_automatic = true;  // neither model nor request nor environment chose num_ctx
    gguf::ModelShape shape;         // of the main file
    std::int64_t projector_bytes = 0;
    std::int64_t adapter_bytes = 0;
};

}  // namespace corral::sched
