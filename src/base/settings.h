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

// Where not said otherwise 0 and empty mean "automatic" or "none".
struct Settings {
    HostAddress host;              // OLLAMA_HOST
    std::filesystem::path home;    // HOME
    std::filesystem::path models;  // OLLAMA_MODELS
    std::vector<std::filesystem::path>
        extra_models;                   // CORRAL_MODEL_DIRS, read only, searched after `models`
    std::vector<std::string> origins;   // OLLAMA_ORIGINS, untrimmed entries
    std::vector<std::string> api_keys;  // CORRAL_API_KEYS; none: everybody may ask
    std::string api_key;                // CORRAL_API_KEY, which the command line sends

    // How /v1 differs from what OpenAI's and Anthropic's clients are used to from Ollama.
    bool reasoning_content = false;        // CORRAL_REASONING_CONTENT
    bool response_incomplete = false;      // CORRAL_RESPONSE_INCOMPLETE
    bool refuse_long_prompts = false;      // CORRAL_REFUSE_LONG_PROMPTS
    bool model_parameters_win = false;     // CORRAL_MODEL_PARAMETERS_WIN
    bool embed_tokens = false;             // CORRAL_EMBED_TOKENS
    std::vector<std::string> image_hosts;  // CORRAL_IMAGE_HOSTS, where images may be fetched from

    // Loading and sharing (scheduler-runtime.md 3).
    Duration keep_alive = std::chrono::minutes(5);    // OLLAMA_KEEP_ALIVE; negative: kForever
    Duration load_timeout = std::chrono::minutes(5);  // OLLAMA_LOAD_TIMEOUT; <= 0: kForever
    std::uint64_t max_queue = 512;                    // OLLAMA_MAX_QUEUE
    std::uint64_t num_parallel = 0;       // OLLAMA_NUM_PARALLEL; 0 = as many as memory allows
    std::uint64_t max_loaded_models = 0;  // OLLAMA_MAX_LOADED_MODELS
    std::uint64_t context_length = 0;     // OLLAMA_CONTEXT_LENGTH; 0 = by GPU memory
    std::string kv_cache_type;            // OLLAMA_KV_CACHE_TYPE, lower case
    std::optional<bool> flash_attention;  // OLLAMA_FLASH_ATTENTION

    // Devices.
    std::uint64_t gpu_overhead_bytes = 0;  // OLLAMA_GPU_OVERHEAD, kept free on every GPU
    bool sched_spread = false;             // OLLAMA_SCHED_SPREAD: use all GPUs for every model
    std::string llm_library;               // OLLAMA_LLM_LIBRARY: the only backend to use
    bool vulkan = true;                    // OLLAMA_VULKAN
    std::optional<bool> integrated_gpus;   // OLLAMA_IGPU_ENABLE; unset = those known to be good
    bool fit_layers = true;                // LLAMA_ARG_FIT: choose the layers on GPUs by memory
    std::uint64_t fit_margin_mib = 1024;   // LLAMA_ARG_FIT_TARGET, left free on every GPU
    // Variables of GPU drivers that hide devices, as "NAME=value"; only for the log.
    std::vector<std::string> visible_devices;

    // Logs, templates and model files.
    int debug = 0;                    // OLLAMA_DEBUG: 0 info, 1 debug, 2 trace
    bool debug_log_requests = false;  // OLLAMA_DEBUG_LOG_REQUESTS
    std::optional<bool> go_template;  // OLLAMA_GO_TEMPLATE; unset = where the file's is no better
    bool translate_models = true;     // OLLAMA_LLAMA_CPP_COMPAT: files of Ollama's former engine

    // The store and registries.
    bool no_prune = false;                // OLLAMA_NOPRUNE
    std::vector<std::string> registries;  // CORRAL_REGISTRIES: the only ones; empty = any
    Duration registry_patience = std::chrono::seconds(30);  // CORRAL_REGISTRY_PATIENCE
    std::uint64_t max_transfer_streams = 4;                 // OLLAMA_MAX_TRANSFER_STREAMS
    bool no_cloud = false;                                  // OLLAMA_NO_CLOUD
    std::vector<std::string> remotes;      // OLLAMA_REMOTES: hosts remote models may point to
    std::string cloud_base_url;            // OLLAMA_CLOUD_BASE_URL
    bool auth = false;                     // OLLAMA_AUTH: sign client requests
    std::vector<std::string> experiments;  // OLLAMA_EXPERIMENT

    // The command line.
    bool no_history = false;  // OLLAMA_NOHISTORY
    std::string editor;       // OLLAMA_EDITOR, then VISUAL, EDITOR, "vi"

    std::uint64_t max_body_bytes = 1ULL << 30;  // CORRAL_MAX_BODY: largest JSON request body
    std::filesystem::path
        builtin_models;  // CORRAL_BUILTIN_MODELS: where cria lies; default beside the program

    using Lookup = std::function<const char*(const char* name)>;
    // Warnings about values that do not parse are appended to `warnings` (one line each).
    static Settings from(const Lookup& getenv, std::vector<std::string>* warnings = nullptr);
    static Settings from_environment();
    // A variable that a model names for its remote's key (models/remote.h); empty when not set.
    static std::string remote_key(const std::string& variable);
};

// The table behind Settings, for help pages and a documentation test.
struct SettingInfo {
    std::string_view name;
    std::string_view default_text;  // empty: not set
    std::string_view help;
    bool for_server = true;  // `corral serve --help` lists it
};
std::span<const SettingInfo> all_settings();

}  // namespace corral
