#pragma once

// Purpose: plain facts about an installed model that several routes and the command line show.
//
// Source: native-api.md 5.11, 8.2, 8.4.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace corral::models {

using SystemTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

struct ModelDetails {
    std::string parent_model;
    std::string format;
    std::string family;
    std::optional<std::vector<std::string>> families;  // unset prints as null
    std::string parameter_size;
    std::string quantization_level;
    std::int64_t context_length = 0;    // 0 = unknown, left out; only filled for /api/tags
    std::int64_t embedding_length = 0;  // the same
};

// A turn of the canned conversation stored with a model.
struct StoredMessage {
    std::string role;
    std::string content;

    bool operator==(const StoredMessage&) const = default;
};

// One entry of /api/tags.
struct ListEntry {
    std::string name;  // short form
    std::string remote_model;
    std::string remote_host;
    SystemTime modified;
    std::int64_t size_bytes = 0;
    std::string digest;  // of the manifest, 64 hex digits
    ModelDetails details;
    std::vector<std::string> capabilities;  // list-time detection
};

}  // namespace corral::models
