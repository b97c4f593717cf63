#include "base/settings.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace corral {
namespace {

using namespace std::chrono_literals;
using Environment = std::map<std::string, std::string>;

Settings read(const Environment& environment, std::vector<std::string>* warnings = nullptr) {
    return Settings::from(
        [&](const char* name) {
            const auto at = environment.find(name);
            return at == environment.end() ? nullptr : at->second.c_str();
        },
        warnings);
}

void check_host(const std::string& value, const std::string& url, std::size_t n_warnings = 0) {
    std::vector<std::string> warnings;
    EXPECT_EQ(read({{"OLLAMA_HOST", value}}, &warnings).host.url(), url) << value;
    EXPECT_EQ(warnings.size(), n_warnings) << value;
}

TEST(Settings, Host) {
    check_host("", "http://127.0.0.1:11434");
    check_host("1.2.3.4", "http://1.2.3.4:11434");
    check_host("  '1.2.3.4' ", "http://1.2.3.4:11434");
    check_host(":1234", "http://:1234");
    check_host(":0", "http://:0");
    check_host("host:1234", "http://host:1234");
    check_host("::1", "http://[::1]:11434");
    check_host("[::1]", "http://[::1]:11434");
    check_host("[::1]:1337", "http://[::1]:1337");
    check_host("http://1.2.3.4", "http://1.2.3.4:80");
    check_host("https://1.2.3.4", "https://1.2.3.4:443");
    check_host("https://1.2.3.4:8443", "https://1.2.3.4:8443");
    check_host("https://h/ollama", "https://h:443/ollama");
    check_host("h:1/ollama/", "http://h:1/ollama");
    check_host("ollama.com", "https://ollama.com:443");
    check_host(":66000", "http://:11434", 1);
    check_host(":-1", "http://:11434", 1);
    check_host("https://h:x", "https://h:443", 1);
}

TEST(Settings, LoopbackHosts) {
    for (const char* host :
         {"localhost", "127.0.0.1", "127.8.9.1", "0.0.0.0", "[::1]", "[::]", ":1"}) {
        EXPECT_TRUE(read({{"OLLAMA_HOST", host}}).host.is_loopback()) << host;
    }
    for (const char* host : {"example.com", "10.0.0.1", "[fe80::1]"}) {
        EXPECT_FALSE(read({{"OLLAMA_HOST", host}}).host.is_loopback()) << host;
    }
}

TEST(Settings, Defaults) {
    const Settings settings = read({{"HOME", "/home/x"}});
    EXPECT_EQ(settings.home, "/home/x");
    EXPECT_EQ(settings.models, "/home/x/.ollama/models");
    EXPECT_EQ(settings.keep_alive, 5min);
    EXPECT_EQ(settings.load_timeout, 5min);
    EXPECT_EQ(settings.max_queue, 512U);
    EXPECT_EQ(settings.editor, "vi");
    EXPECT_EQ(settings.debug, 0);
    EXPECT_FALSE(settings.flash_attention);
    EXPECT_FALSE(settings.no_prune);
    EXPECT_TRUE(settings.origins.empty());
    EXPECT_TRUE(settings.builtin_models.is_absolute());
    EXPECT_TRUE(settings.builtin_models.string().ends_with("/share/corral/models"));
    EXPECT_FALSE(read({}).home.empty());
}

TEST(Settings, Durations) {
    const auto keep_alive = [](const char* text) {
        return read({{"OLLAMA_KEEP_ALIVE", text}}).keep_alive;
    };
    EXPECT_EQ(keep_alive("10m"), 10min);
    EXPECT_EQ(keep_alive("90"), 90s);
    EXPECT_EQ(keep_alive("0"), 0s);
    EXPECT_EQ(keep_alive("-1"), kForever);
    EXPECT_EQ(keep_alive("-1s"), kForever);
    EXPECT_EQ(keep_alive("nonsense"), 5min);
    EXPECT_EQ(read({{"OLLAMA_LOAD_TIMEOUT", "0"}}).load_timeout, kForever);
    EXPECT_EQ(read({{"OLLAMA_LOAD_TIMEOUT", "-5s"}}).load_timeout, kForever);
}

TEST(Settings, PatienceWithARegistryEndsButDoesNotVanish) {
    const auto patience = [](std::string_view text) {
        return read({{"CORRAL_REGISTRY_PATIENCE", std::string(text)}}).registry_patience;
    };
    EXPECT_EQ(read({}).registry_patience, 30s);
    EXPECT_EQ(patience("2m"), 2min);
    EXPECT_EQ(patience("0"), 1ms);
    EXPECT_EQ(patience("-1"), 24h);
    EXPECT_EQ(patience("-1s"), 24h);
    EXPECT_EQ(patience("10000h"), 24h);
    EXPECT_EQ(patience("soon"), 30s);
}

TEST(Settings, Flags) {
    for (const char* text : {"1", "t", "true", "TRUE", "yes", "nonsense"}) {
        EXPECT_TRUE(read({{"OLLAMA_NOPRUNE", text}}).no_prune) << text;
    }
    for (const char* text : {"", "0", "f", "False", "\"false\""}) {
        EXPECT_FALSE(read({{"OLLAMA_NOPRUNE", text}}).no_prune) << text;
    }
    EXPECT_EQ(read({{"OLLAMA_FLASH_ATTENTION", "0"}}).flash_attention, false);
    EXPECT_EQ(read({{"OLLAMA_FLASH_ATTENTION", "1"}}).flash_attention, true);
    EXPECT_EQ(read({}).go_template, std::nullopt);
    EXPECT_EQ(read({{"OLLAMA_GO_TEMPLATE", "0"}}).go_template, false);
    EXPECT_EQ(read({{"OLLAMA_GO_TEMPLATE", "yes"}}).go_template, true);
}

TEST(Settings, Debug) {
    const auto debug = [](const char* text) { return read({{"OLLAMA_DEBUG", text}}).debug; };
    EXPECT_EQ(debug("0"), 0);
    EXPECT_EQ(debug("false"), 0);
    EXPECT_EQ(debug("1"), 1);
    EXPECT_EQ(debug("true"), 1);
    EXPECT_EQ(debug("2"), 2);
    EXPECT_EQ(debug("9"), 2);
    EXPECT_EQ(debug("nonsense"), 0);
}

TEST(Settings, NumbersAndTheirWarnings) {
    std::vector<std::string> warnings;
    const Settings settings = read({{"OLLAMA_MAX_QUEUE", "-3"},
                                    {"OLLAMA_NUM_PARALLEL", "4"},
                                    {"OLLAMA_CONTEXT_LENGTH", "99999999999999999999"}},
                                   &warnings);
    EXPECT_EQ(settings.max_queue, 512U);
    EXPECT_EQ(settings.num_parallel, 4U);
    EXPECT_EQ(settings.context_length, 0U);
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_EQ(warnings[0],
              "invalid environment variable, using default: OLLAMA_MAX_QUEUE=-3 (512)");
}

TEST(Settings, ListsAndText) {
    const Settings settings = read({{"OLLAMA_ORIGINS", "http://a, http://b"},
                                    {"CORRAL_MODEL_DIRS", "/a::/b"},
                                    {"OLLAMA_KV_CACHE_TYPE", "Q8_0"},
                                    {"EDITOR", "nano"},
                                    {"VISUAL", "emacs"},
                                    {"OLLAMA_MODELS", " '\"/m' "}});
    EXPECT_EQ(settings.origins, (std::vector<std::string>{"http://a", " http://b"}));
    ASSERT_EQ(settings.extra_models.size(), 2U);
    EXPECT_EQ(settings.extra_models[1], "/b");
    EXPECT_EQ(settings.kv_cache_type, "q8_0");
    EXPECT_EQ(settings.editor, "emacs");
    EXPECT_EQ(settings.models, "/m");
}

TEST(Settings, Devices) {
    EXPECT_TRUE(read({}).vulkan);
    EXPECT_TRUE(read({}).fit_layers);
    EXPECT_FALSE(read({}).integrated_gpus);
    std::vector<std::string> warnings;
    const Settings settings = read({{"OLLAMA_VULKAN", "no, thanks"},
                                    {"OLLAMA_IGPU_ENABLE", "0"},
                                    {"OLLAMA_SCHED_SPREAD", "yes"},
                                    {"OLLAMA_GPU_OVERHEAD", "'1073741824'"},
                                    {"OLLAMA_LLM_LIBRARY", " CUDA_v12 "},
                                    {"LLAMA_ARG_FIT", "off"},
                                    {"LLAMA_ARG_FIT_TARGET", "512"},
                                    {"CUDA_VISIBLE_DEVICES", "1"}},
                                   &warnings);
    EXPECT_TRUE(settings.vulkan) << "whatever is not false is true";
    EXPECT_EQ(settings.integrated_gpus, false);
    EXPECT_TRUE(settings.sched_spread);
    EXPECT_EQ(settings.gpu_overhead_bytes, 1U << 30);
    EXPECT_EQ(settings.llm_library, "cuda_v12");
    EXPECT_FALSE(settings.fit_layers);
    EXPECT_EQ(settings.fit_margin_mib, 512U);
    EXPECT_EQ(settings.visible_devices, std::vector<std::string>{"CUDA_VISIBLE_DEVICES=1"});
    EXPECT_TRUE(warnings.empty());
}

TEST(Settings, Network) {
    EXPECT_EQ(read({}).remotes, std::vector<std::string>{"ollama.com"});
    const Settings settings = read({{"OLLAMA_REMOTES", "a,b"},
                                    {"OLLAMA_NO_CLOUD", "1"},
                                    {"OLLAMA_AUTH", "t"},
                                    {"OLLAMA_EXPERIMENT", "client2"},
                                    {"OLLAMA_MAX_TRANSFER_STREAMS", "0x8"}});
    EXPECT_EQ(settings.remotes, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(settings.no_cloud);
    EXPECT_TRUE(settings.auth);
    EXPECT_EQ(settings.experiments, std::vector<std::string>{"client2"});
    EXPECT_EQ(settings.max_transfer_streams, 4U);
}

TEST(Settings, TemplatesAndLogs) {
    EXPECT_FALSE(read({}).go_template);
    EXPECT_EQ(read({{"OLLAMA_GO_TEMPLATE", "0"}}).go_template, false);
    EXPECT_EQ(read({{"OLLAMA_GO_TEMPLATE", "always"}}).go_template, true);
    EXPECT_TRUE(read({}).translate_models);
    EXPECT_FALSE(read({{"OLLAMA_LLAMA_CPP_COMPAT", "0"}}).translate_models);
    EXPECT_TRUE(read({{"OLLAMA_DEBUG_LOG_REQUESTS", "yes"}}).debug_log_requests);
    EXPECT_FALSE(read({}).debug_log_requests);
}

// The list of scheduler-runtime.md 3, with the defaults it names; where ours differs on purpose,
// the second column is ours. Variables that only the system's libraries read are left out.
TEST(Settings, TheTableHasEverythingTheSpecificationHas) {
    const std::map<std::string, std::string> specified = {
        {"OLLAMA_HOST", "127.0.0.1:11434"},
        {"OLLAMA_MODELS", "~/.ollama/models"},
        {"OLLAMA_KEEP_ALIVE", "5m"},
        {"OLLAMA_LOAD_TIMEOUT", "5m"},
        {"OLLAMA_MAX_LOADED_MODELS", "0"},
        {"OLLAMA_NUM_PARALLEL", "0"},  // upstream: 1 (weakness 20.11)
        {"OLLAMA_MAX_QUEUE", "512"},
        {"OLLAMA_CONTEXT_LENGTH", "0"},
        {"OLLAMA_FLASH_ATTENTION", ""},
        {"OLLAMA_KV_CACHE_TYPE", "f16"},
        {"OLLAMA_GPU_OVERHEAD", "0"},
        {"OLLAMA_SCHED_SPREAD", "false"},
        {"OLLAMA_LLM_LIBRARY", ""},
        {"OLLAMA_VULKAN", "true"},
        {"OLLAMA_IGPU_ENABLE", ""},
        {"OLLAMA_DEBUG", "0"},
        {"OLLAMA_DEBUG_LOG_REQUESTS", "false"},
        {"OLLAMA_GO_TEMPLATE", ""},
        {"OLLAMA_NOPRUNE", "false"},
        {"OLLAMA_NOHISTORY", "false"},
        {"OLLAMA_EDITOR", ""},
        {"OLLAMA_ORIGINS", ""},
        {"OLLAMA_REMOTES", "ollama.com"},
        {"OLLAMA_NO_CLOUD", "false"},
        {"OLLAMA_AUTH", "false"},
        {"OLLAMA_MAX_TRANSFER_STREAMS", "4"},
        {"OLLAMA_EXPERIMENT", ""},
        {"OLLAMA_LLAMA_CPP_COMPAT", "on"},
        {"OLLAMA_CLOUD_BASE_URL", ""},  // native-api.md 11
        {"LLAMA_ARG_FIT", "on"},
        {"LLAMA_ARG_FIT_TARGET", "1024"},
        {"CUDA_VISIBLE_DEVICES", ""},
        {"HIP_VISIBLE_DEVICES", ""},
        {"ROCR_VISIBLE_DEVICES", ""},
        {"GGML_VK_VISIBLE_DEVICES", ""},
        {"GPU_DEVICE_ORDINAL", ""},
        {"HSA_OVERRIDE_GFX_VERSION", ""},
    };
    std::map<std::string, std::string> listed;
    for (const SettingInfo& info : all_settings()) listed.emplace(info.name, info.default_text);
    for (const auto& [name, default_text] : specified) {
        ASSERT_TRUE(listed.contains(name)) << name;
        EXPECT_EQ(listed[name], default_text) << name;
    }
}

TEST(Settings, TheTableListsWhatIsRead) {
    std::set<std::string> asked, listed;
    Settings::from([&](const char* name) -> const char* {
        asked.insert(name);
        return nullptr;
    });
    for (const SettingInfo& info : all_settings()) listed.insert(std::string(info.name));
    EXPECT_EQ(asked, listed);
}

}  // namespace
}  // namespace corral
