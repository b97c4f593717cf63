#pragma once

// Purpose: what /api/show and `corral show` tell about one model.
//
// Source: native-api.md 8.4.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/details.h"
#include "models/resolve.h"

namespace corral::models {

struct ShowOptions {
    bool verbose = false;  // full arrays in model_info and projector_info
    std::string system;    // replaces the model's system text when not empty
    std::string
        options_json;  // an object merged over the stored parameters in `modelfile`; may be empty
};

struct TensorEntry {
    std::string name;
    std::string type;
    std::vector<std::uint64_t> shape;  // ggml order
};

// Empty strings and lists are left out of the reply, except model_info.
struct ShowData {
    std::string license;
    std::string modelfile;
    std::string parameters;
    std::string template_text;
    std::string system;
    ModelDetails details;  // without context and embedding length
    std::vector<StoredMessage> messages;
    std::string remote_model;
    std::string remote_host;
    nlohmann::ordered_json model_info;      // an object, keys sorted
    nlohmann::ordered_json projector_info;  // an object, or null when there is no projector
    std::vector<TensorEntry> tensors;
    std::vector<std::string> capabilities;
    SystemTime modified;
    std::string minimum_version;  // "requires"
};

// Reads the GGUF header anew, arrays only when verbose. Errors: not_found when a blob is gone,
// corrupt, io.
[[nodiscard]] Result<ShowData> show(const ModelRecord& record, const ShowOptions& options);

}  // namespace corral::models
