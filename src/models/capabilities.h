#pragma once

// Purpose: what a model can do, found out from its config, its GGUF, its templates and its
// projectors.
//
// Two routines on purpose: upstream's list is cheaper than its show and may disagree with it.
// Source: native-api.md 10, modelfile-create-templates.md 8.

#include <string>
#include <string_view>
#include <vector>

#include "gguf/gguf.h"
#include "models/config.h"
#include "models/resolve.h"

namespace corral::models {

// For show, run and the checks of requests. Reads the projectors' headers.
std::vector<std::string> detect_capabilities(const ModelRecord& record);

struct ListFacts {
    const ModelConfig& config;
    const gguf::File* weights = nullptr;  // a summary, or null
    const std::string* go_template = nullptr;
    bool has_projector = false;
};
std::vector<std::string> list_capabilities(const ListFacts& facts);

}  // namespace corral::models
