#pragma once

// Purpose: the config blob of a model: what kind of file it is, its family, size and quantization.
//
// On disk: one compact JSON object and a newline, keys in upstream's order, so that digests equal
// upstream's. Reading ignores unknown keys and letter case of keys; a missing field is empty.
// Errors: corrupt (not JSON, or a field of the wrong kind).
// Source: storage-registry.md 5, native-api.md 13.2.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::models {

// The separate draft model that comes in the same manifest.
struct DraftConfig {
    std::string model_format;
    std::string architecture;
    std::string tensor_prefix;
    std::string config;

    bool operator==(const DraftConfig&) const = default;
};

struct ModelConfig {
    std::string model_format;  // "gguf", "safetensors"; empty means gguf
    std::string model_family;  // general.architecture of the main model
    std::optional<std::vector<std::string>> model_families;  // unset prints as null
    std::string model_type;                                  // parameter count as text: "8.0B"
    std::string file_type;  // quantization name: "Q4_K_M", "unknown"
    std::string renderer;
    std::string parser;
    std::string minimum_version;  // "requires", without a leading v
    std::string remote_host;      // both set: a stub of a model that runs elsewhere
    std::string remote_model;
    std::string remote_api;  // ours: the API remote_host speaks; empty for upstream's stubs
    std::string remote_key;  // ours: the environment variable that holds the key (remote.h)
    std::vector<std::string> capabilities;
    std::int64_t context_length = 0;
    std::int64_t embedding_length = 0;
    std::string base_name;
    std::optional<DraftConfig> draft;
    std::string architecture = "amd64";
    std::string os = "linux";

    bool operator==(const ModelConfig&) const = default;
    bool is_remote() const { return !remote_host.empty() && !remote_model.empty(); }
    bool is_gguf() const { return model_format.empty() || model_format == "gguf"; }

    [[nodiscard]] static Result<ModelConfig> parse(std::string_view json);
    std::string to_json() const;  // with the trailing newline
};

// "8B", "134.52M", "23K", "512" (native-api.md 5.11).
std::string parameter_count_text(std::uint64_t n_parameters);

}  // namespace corral::models
