#include "base/settings.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/duration.h"
#include "base/host_address.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"

namespace corral {
namespace {

// In the order of upstream's help page for `serve`, then what that page leaves out.
constexpr auto kTable = std::to_array<SettingInfo>({
    {"OLLAMA_DEBUG", "0", "More log output: 1 = debug, 2 = trace"},
    {"OLLAMA_HOST", "127.0.0.1:11434", "Address the server listens on and the client connects to"},
    {"OLLAMA_CONTEXT_LENGTH", "0", "Default context length in tokens; 0 = chosen by GPU memory"},
    {"OLLAMA_KEEP_ALIVE", "5m", "How long an idle model stays loaded; negative = for ever"},
    {"OLLAMA_MAX_LOADED_MODELS", "0", "Models in memory at the same time; 0 = 3 for each GPU"},
    {"OLLAMA_MAX_TRANSFER_STREAMS", "4", "Streams in which a model is transferred"},
    {"OLLAMA_MAX_QUEUE", "512", "Requests that may wait before new ones are refused"},
    {"OLLAMA_MODELS", "~/.ollama/models", "Directory of the model store"},
    {"OLLAMA_NUM_PARALLEL", "0", "Requests one model serves at a time; 0 = chosen by memory"},
    {"OLLAMA_NO_CLOUD", "false", "Use no remote models"},
    {"OLLAMA_NOPRUNE", "false", "Keep blobs that no model uses"},
    {"OLLAMA_ORIGINS", "", "Comma-separated origins that browsers may call from, added to our own"},
    {"OLLAMA_SCHED_SPREAD", "false", "Spread every model over all GPUs"},
    {"OLLAMA_FLASH_ATTENTION", "", "Flash attention on or off; not set = automatic"},
    {"OLLAMA_KV_CACHE_TYPE", "f16",
     "Type of the KV cache: f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0 or iq4_nl"},
    {"OLLAMA_LLM_LIBRARY", "", "Use GPUs of this backend only: cuda, rocm, vulkan, …, or cpu"},
    {"OLLAMA_GPU_OVERHEAD", "0", "Bytes to keep free on every GPU"},
    {"OLLAMA_IGPU_ENABLE", "", "Use integrated GPUs; not set = those known to be good"},
    {"LLAMA_ARG_FIT", "on", "off = do not choose the number of layers on GPUs by free memory"},
    {"LLAMA_ARG_FIT_TARGET", "1024", "MiB to leave free on every GPU when choosing it"},
    {"OLLAMA_LOAD_TIMEOUT", "5m", "How long a load may stall; 0 or negative = no limit"},

    {"OLLAMA_VULKAN", "true", "Use GPUs through Vulkan where nothing better serves them"},
    {"OLLAMA_GO_TEMPLATE", "", "Use a model's Go template; not set = unless its file has a better"},
    {"OLLAMA_DEBUG_LOG_REQUESTS", "false", "Write requests and how to repeat them to a directory"},
    {"OLLAMA_REMOTES", "ollama.com", "Comma-separated hosts that remote models may point to"},
    {"OLLAMA_CLOUD_BASE_URL", "", "Nothing is ever sent to a cloud; accepted for compatibility"},
    {"OLLAMA_LLAMA_CPP_COMPAT", "on", "Translate model files of Ollama's former engine"},
    {"OLLAMA_AUTH", "false", "Sign the command line's requests to the server", false},
    {"OLLAMA_EXPERIMENT", "", "Comma-separated experiments of Ollama; Corral has none"},
    {"CUDA_VISIBLE_DEVICES", "", "Which NVIDIA devices are visible"},
    {"HIP_VISIBLE_DEVICES", "", "Which AMD devices are visible, by number"},
    {"ROCR_VISIBLE_DEVICES", "", "Which AMD devices are visible, by number or UUID"},
    {"GGML_VK_VISIBLE_DEVICES", "", "Which Vulkan devices are visible, by number"},
    {"GPU_DEVICE_ORDINAL", "", "Which AMD devices are visible, by number"},
    {"HSA_OVERRIDE_GFX_VERSION", "", "The architecture AMD devices are taken for"},
    {"CORRAL_MODEL_DIRS", "",
     "Colon-separated read-only model stores, searched after OLLAMA_MODELS"},
    {"CORRAL_API_KEYS", "", "Comma-separated keys, one of which every request then needs"},
    {"CORRAL_REASONING_CONTENT", "false",
     "/v1/chat/completions tells thoughts as reasoning_content too"},
    {"CORRAL_RESPONSE_INCOMPLETE", "false",
     "Streams of /v1/responses that reach max_output_tokens end with response.incomplete"},
    {"CORRAL_REFUSE_LONG_PROMPTS", "false",
     "/v1 refuses prompts that do not fit instead of dropping their oldest part"},
    {"CORRAL_MODEL_PARAMETERS_WIN", "false",
     "A model's own temperature and top_p go before those that OpenAI's API presets"},
    {"CORRAL_EMBED_TOKENS", "false",
     "/v1/embeddings takes lists of tokens, as those of the model that is asked"},
    {"CORRAL_IMAGE_HOSTS", "",
     "Comma-separated hosts that /v1 may fetch images from; * = any on the internet"},
    {"CORRAL_REGISTRIES", "", "Comma-separated hosts of the only registries to use; not set = any"},
    {"CORRAL_REGISTRY_PATIENCE", "30s",
     "How long a registry may be silent or fail; pauses between tries grow with it"},
    {"CORRAL_MAX_BODY", "1073741824", "Largest JSON request body, in bytes"},
    {"CORRAL_BUILTIN_MODELS", "../share/corral/models",
     "Where cria lies, from the program's place"},
    {"HOME", "", "Home directory; from the user database when not set"},
    {"CORRAL_API_KEY", "", "The key that the command line sends to the server", false},
    {"OLLAMA_NOHISTORY", "false", "Do not save the history of interactive sessions", false},
    {"OLLAMA_EDITOR", "", "Editor for prompts (Ctrl-G)", false},
    {"VISUAL", "", "Editor, when OLLAMA_EDITOR is not set", false},
    {"EDITOR", "vi", "Editor, when neither of the above is set", false},
});

std::optional<bool> parse_go_bool(std::string_view text) {
    constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
    constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "FALSE", "False"};
    if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
    if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
    return std::nullopt;
}

template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end != text.end()) return std::nullopt;
    return value;
}

// Reads variables by type. What does not parse leaves the fallback and a warning.
class Reader {
public:
    Reader(const Settings::Lookup& lookup, std::vector<std::string>& warnings)
        : lookup_(lookup), warnings_(warnings) {}

    // Empty when not set.
    std::string text(const char* name) const {
        const char* value = lookup_(name);
        return value == nullptr ? std::string() : std::string(trim(trim(value), "\"'"));
    }

    std::optional<bool> optional_flag(const char* name) const {
        const std::string value = text(name);
        if (value.empty()) return std::nullopt;
        return parse_go_bool(value).value_or(true);
    }

    bool flag(const char* name) const { return optional_flag(name).value_or(false); }

    std::uint64_t number(const char* name, std::uint64_t fallback) const {
        const std::string value = text(name);
        if (value.empty()) return fallback;
        if (const auto parsed = parse_integer<std::uint64_t>(value)) return *parsed;
        warn(name, value, fmt::format("{}", fallback));
        return fallback;
    }

    // A Go duration or whole seconds.
    Duration duration(const char* name, Duration fallback) const {
        const std::string value = text(name);
        if (value.empty()) return fallback;
        if (const auto parsed = parse_go_duration(value)) return *parsed;
        if (const auto n_seconds = parse_integer<std::int64_t>(value)) {
            return duration_from_seconds(static_cast<double>(*n_seconds));
        }
        warn(name, value, format_go_duration(fallback));
        return fallback;
    }

    std::vector<std::string> list(const char* name, char separator) const {
        const std::string value = text(name);
        std::vector<std::string> items;
        for (std::string_view item : split(value, separator)) {
            if (!item.empty()) items.emplace_back(item);
        }
        return items;
    }

    std::vector<std::string>& warnings() const { return warnings_; }

private:
    void warn(const char* name, const std::string& value, const std::string& fallback) const {
        warnings_.push_back(fmt::format("invalid environment variable, using default: {}={} ({})",
                                        name, value, fallback));
    }

    const Settings::Lookup& lookup_;
    std::vector<std::string>& warnings_;
};

std::filesystem::path home_directory(const Reader& reader) {
    if (std::string home = reader.text("HOME"); !home.empty()) return home;
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? "/" : found->pw_dir;
}

int debug_level(const Reader& reader) {
    const std::string value = reader.text("OLLAMA_DEBUG");
    if (const auto flag = parse_go_bool(value)) return *flag ? 1 : 0;
    return std::clamp(parse_integer<int>(value).value_or(0), 0, 2);
}

std::string choose_editor(const Reader& reader) {
    for (const char* name : {"OLLAMA_EDITOR", "VISUAL", "EDITOR"}) {
        if (std::string value = reader.text(name); !value.empty()) return value;
    }
    return "vi";
}

std::filesystem::path path_or(const Reader& reader, const char* name,
                              const std::filesystem::path& fallback) {
    const std::string value = reader.text(name);
    return value.empty() ? fallback : std::filesystem::path(value);
}

void read_limits(const Reader& reader, Settings& settings) {
    settings.max_queue = reader.number("OLLAMA_MAX_QUEUE", settings.max_queue);
    settings.num_parallel = reader.number("OLLAMA_NUM_PARALLEL", settings.num_parallel);
    settings.max_loaded_models =
        reader.number("OLLAMA_MAX_LOADED_MODELS", settings.max_loaded_models);
    settings.context_length = reader.number("OLLAMA_CONTEXT_LENGTH", settings.context_length);
    settings.max_body_bytes = reader.number("CORRAL_MAX_BODY", settings.max_body_bytes);
    settings.keep_alive = reader.duration("OLLAMA_KEEP_ALIVE", settings.keep_alive);
    if (settings.keep_alive < Duration::zero()) settings.keep_alive = kForever;
    settings.load_timeout = reader.duration("OLLAMA_LOAD_TIMEOUT", settings.load_timeout);
    if (settings.load_timeout <= Duration::zero()) settings.load_timeout = kForever;
    settings.kv_cache_type = lower(reader.text("OLLAMA_KV_CACHE_TYPE"));
    settings.flash_attention = reader.optional_flag("OLLAMA_FLASH_ATTENTION");
}

void read_devices(const Reader& reader, Settings& settings) {
    settings.gpu_overhead_bytes = reader.number("OLLAMA_GPU_OVERHEAD", 0);
    settings.sched_spread = reader.flag("OLLAMA_SCHED_SPREAD");
    settings.llm_library = lower(reader.text("OLLAMA_LLM_LIBRARY"));
    settings.vulkan = reader.optional_flag("OLLAMA_VULKAN").value_or(true);
    settings.integrated_gpus = reader.optional_flag("OLLAMA_IGPU_ENABLE");
    settings.fit_layers = lower(reader.text("LLAMA_ARG_FIT")) != "off";
    settings.fit_margin_mib = reader.number("LLAMA_ARG_FIT_TARGET", settings.fit_margin_mib);
    for (const char* name :
         {"CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
          "GGML_VK_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "HSA_OVERRIDE_GFX_VERSION"}) {
        const std::string value = reader.text(name);
        if (!value.empty()) settings.visible_devices.push_back(fmt::format("{}={}", name, value));
    }
}

// With a registry. Negative: as much as there is.
Duration patience(const Reader& reader, Duration fallback) {
    constexpr Duration kLeast = std::chrono::milliseconds(1);
    constexpr Duration kMost = std::chrono::hours(24);
    const Duration wanted = reader.duration("CORRAL_REGISTRY_PATIENCE", fallback);
    return wanted < Duration::zero() ? kMost : std::clamp(wanted, kLeast, kMost);
}

void read_network(const Reader& reader, Settings& settings) {
    settings.host = parse_host_address(reader.text("OLLAMA_HOST"), reader.warnings());
    settings.origins = reader.list("OLLAMA_ORIGINS", ',');
    settings.max_transfer_streams =
        reader.number("OLLAMA_MAX_TRANSFER_STREAMS", settings.max_transfer_streams);
    settings.no_cloud = reader.flag("OLLAMA_NO_CLOUD");
    settings.remotes = reader.list("OLLAMA_REMOTES", ',');
    if (settings.remotes.empty()) settings.remotes = {"ollama.com"};
    settings.registries = reader.list("CORRAL_REGISTRIES", ',');
    settings.registry_patience = patience(reader, settings.registry_patience);
    settings.cloud_base_url = reader.text("OLLAMA_CLOUD_BASE_URL");
    settings.auth = reader.flag("OLLAMA_AUTH");
    settings.api_key = reader.text("CORRAL_API_KEY");
    for (const std::string& key : reader.list("CORRAL_API_KEYS", ',')) {
        if (const auto plain = trim(key); !plain.empty()) settings.api_keys.emplace_back(plain);
    }
    settings.experiments = reader.list("OLLAMA_EXPERIMENT", ',');
}

void read_places(const Reader& reader, Settings& settings) {
    settings.home = home_directory(reader);
    settings.models = path_or(reader, "OLLAMA_MODELS", settings.home / ".ollama" / "models");
    for (std::string& directory : reader.list("CORRAL_MODEL_DIRS", ':')) {
        settings.extra_models.emplace_back(std::move(directory));
    }
    const std::filesystem::path prefix = program_path().parent_path().parent_path();
    settings.builtin_models =
        path_or(reader, "CORRAL_BUILTIN_MODELS", prefix / "share" / "corral" / "models");
}

void read_v1(const Reader& reader, Settings& settings) {
    settings.reasoning_content = reader.flag("CORRAL_REASONING_CONTENT");
    settings.response_incomplete = reader.flag("CORRAL_RESPONSE_INCOMPLETE");
    settings.refuse_long_prompts = reader.flag("CORRAL_REFUSE_LONG_PROMPTS");
    settings.model_parameters_win = reader.flag("CORRAL_MODEL_PARAMETERS_WIN");
    settings.embed_tokens = reader.flag("CORRAL_EMBED_TOKENS");
    settings.image_hosts = reader.list("CORRAL_IMAGE_HOSTS", ',');
}

}  // namespace

Settings Settings::from(const Lookup& getenv, std::vector<std::string>* warnings) {
    std::vector<std::string> unwanted;
    const Reader reader(getenv, warnings == nullptr ? unwanted : *warnings);
    Settings settings;
    settings.debug = debug_level(reader);
    settings.debug_log_requests = reader.flag("OLLAMA_DEBUG_LOG_REQUESTS");
    settings.go_template = reader.optional_flag("OLLAMA_GO_TEMPLATE");
    settings.translate_models = reader.optional_flag("OLLAMA_LLAMA_CPP_COMPAT").value_or(true);
    settings.no_prune = reader.flag("OLLAMA_NOPRUNE");
    settings.no_history = reader.flag("OLLAMA_NOHISTORY");
    settings.editor = choose_editor(reader);
    read_network(reader, settings);
    read_limits(reader, settings);
    read_devices(reader, settings);
    read_places(reader, settings);
    read_v1(reader, settings);
    return settings;
}

Settings Settings::from_environment() {
    std::vector<std::string> warnings;
    Settings settings = from(std::getenv, &warnings);
    for (const std::string& warning : warnings) log_warn(warning);
    return settings;
}

std::string Settings::remote_key(const std::string& variable) {
    const char* value = std::getenv(variable.c_str());
    return value == nullptr ? std::string() : std::string(trim(value));
}

std::span<const SettingInfo> all_settings() {
    return kTable;
}

}  // namespace corral
