#pragma once

// Purpose: every environment variable Corral reads, in one place, with its type, default and
// one-line help.
//
// Source: native-api.md 11, scheduler-runtime.md 3, cli.md 4. Values are stripped of surrounding
// blanks and quotes. Booleans accept Go's ParseBool spellings; any other non-empty text is true.
// Numbers that do not parse fall back to the default with a warning. OLLAMA_* is what upstream has,
// CORRAL_* what it lacks. Read once at start; a value.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral {

// Where the server listens and the client connects (cli.md 3.1).
struct HostAddress {
    std::string scheme = "http";
    std::string host = "127.0.0.1";  // without brackets
    std::uint16_t port = 11434;
    std::string path;  // base path, "" or "/ollama"

    std::string url() const;   // "http://127.0.0.1:11434" + path; IPv6 hosts in brackets
    bool is_loopback() const;  // localhost, a loopback address, or unspecified (0.0.0.0, ::)
};

using Duration = std::chrono::nanoseconds;
inline constexpr Duration kForever = Duration::max();

struct Settings {
    HostAddress host;              // OLLAMA_HOST
    std::filesystem::path home;    // HOME
    std::filesystem::path models;  // OLLAMA_MODELS
    std::vector<std::filesystem::path>
        extra_models;                  // CORRAL_MODEL_DIRS, read only, searched after `models`
    std::vector<std::string> origins;  // OLLAMA_ORIGINS, untrimmed entries
    Duration keep_alive = std::chrono::minutes(5);  // OLLAMA_KEEP_ALIVE; negative becomes kForever
    Duration load_timeout = std::chrono::minutes(5);  // OLLAMA_LOAD_TIMEOUT; <= 0 becomes kForever
    std::uint64_t max_queue = 512;                    // OLLAMA_MAX_QUEUE
    std::uint64_t num_parallel = 0;             // OLLAMA_NUM_PARALLEL; 0 = as many as memory allows
    std::uint64_t max_loaded_models = 0;        // OLLAMA_MAX_LOADED_MODELS; 0 = automatic
    std::uint64_t context_length = 0;           // OLLAMA_CONTEXT_LENGTH; 0 = by memory
    std::string kv_cache_type;                  // OLLAMA_KV_CACHE_TYPE, lower case
    std::optional<bool> flash_attention;        // OLLAMA_FLASH_ATTENTION
    bool no_prune = false;                      // OLLAMA_NOPRUNE
    bool no_history = false;                    // OLLAMA_NOHISTORY
    std::string editor;                         // OLLAMA_EDITOR, then VISUAL, EDITOR, "vi"
    int debug = 0;                              // OLLAMA_DEBUG: 0 info, 1 debug, 2 trace
    std::uint64_t max_body_bytes = 1ULL << 30;  // CORRAL_MAX_BODY: largest JSON request body
    std::filesystem::path
        builtin_models;  // CORRAL_BUILTIN_MODELS: where cria lies; default beside the program

    using Lookup = std::function<const char*(const char* name)>;
    // Warnings about values that do not parse are appended to `warnings` (one line each).
    static Settings from(const Lookup& getenv, std::vector<std::string>* warnings = nullptr);
    static Settings from_environment();
};

// The table behind Settings, for help pages and a documentation test.
struct SettingInfo {
    std::string_view name;
    std::string_view default_text;
    std::string_view help;
};
std::span<const SettingInfo> all_settings();

}  // namespace corral
