#include "models/remote.h"

#include <gtest/gtest.h>

namespace corral::models {
namespace {

std::string normalized(std::string_view text) {
    const auto result = normalize_remote_host(text);
    return result ? *result : result.error().message;
}

TEST(RemoteTest, NormalizesHostsAsUpstreamDoes) {
    EXPECT_EQ(normalized("/path"), "http://localhost:11434/path");
    EXPECT_EQ(normalized("ollama.com"), "https://ollama.com:443");
    EXPECT_EQ(normalized("http://ollama.com"), "https://ollama.com:443");
    EXPECT_EQ(normalized("https://ollama.com"), "https://ollama.com:11434");
    EXPECT_EQ(normalized("host"), "http://host:11434");
    EXPECT_EQ(normalized("host:99"), "http://host:99");
    EXPECT_EQ(normalized("https://host/x/../y/"), "https://host:11434/y");
    EXPECT_EQ(normalized("http://[::1]:5"), "http://[::1]:5");
    for (const char* wrong : {"", "http://a b", "host:port", "ftp://host", "http://user@host",
                              "http://host:0", "http://[::1", "host:70000", "a\nb"}) {
        EXPECT_EQ(normalized(wrong), "bad remote") << wrong;
    }
}

std::string parsed(std::string_view from) {
    ModelConfig config;
    if (const auto set = set_remote(config, from); !set) return set.error().message;
    EXPECT_EQ(remote_from(config), std::string(from));
    return fmt::format("{}|{}|{}|{}", config.remote_api, config.remote_host, config.remote_model,
                       config.remote_key);
}

TEST(RemoteTest, ReadsAddressesBehindFrom) {
    EXPECT_EQ(parsed("http://gpu-box:11434 qwen3:8b"), "ollama|http://gpu-box:11434|qwen3:8b|");
    EXPECT_EQ(parsed("http://host/prefix m"), "ollama|http://host/prefix|m|");
    EXPECT_EQ(parsed("https://vllm.team:8000/v1 qwen3 $TEAM_API_KEY"),
              "openai|https://vllm.team:8000/v1|qwen3|TEAM_API_KEY");
    EXPECT_EQ(parsed("https://h/v1beta/openai org/m"), "openai|https://h/v1beta/openai|org/m|");
}

TEST(RemoteTest, RefusesWhatIsNoAddress) {
    for (const char* wrong :
         {"http://host", "http://host m KEY_API_KEY", "http://h m $A_API_KEY x"}) {
        EXPECT_TRUE(parsed(wrong).starts_with("a remote model is written as FROM")) << wrong;
    }
    EXPECT_EQ(parsed("http://user:secret@host m"),
              "\"http://user:secret@host\" is no address of a server");
    EXPECT_EQ(parsed("http:// m"), "\"http://\" is no address of a server");
}

// Or a model from elsewhere could send any variable of the server's away.
TEST(RemoteTest, TakesKeysOnlyFromVariablesMadeForThem) {
    for (const char* wrong : {"$HOME", "$AWS_SECRET_ACCESS_KEY", "$lower_API_KEY", "$"}) {
        EXPECT_TRUE(parsed(std::string("http://h m ") + wrong).contains("ends in _API_KEY"))
            << wrong;
    }
}

TEST(RemoteTest, KnowsItsParts) {
    EXPECT_EQ(remote_authority("http://[::1]:5/v1"), "[::1]:5");
    EXPECT_EQ(remote_host_name("http://[::1]:5/v1"), "::1");
    EXPECT_EQ(remote_host_name("https://ollama.com:443"), "ollama.com");
    EXPECT_TRUE(is_listed_remote("https://Ollama.com:443", {"a", " ollama.com "}));
    EXPECT_FALSE(is_listed_remote("https://ollama.com.evil:443", {"ollama.com"}));
    EXPECT_FALSE(is_listed_remote("nonsense://", {""}));
}

TEST(RemoteTest, TakesCloudSuffixesOff) {
    EXPECT_EQ(without_cloud_suffix("qwen3:cloud"), "qwen3");
    EXPECT_EQ(without_cloud_suffix("gpt-oss:20b-cloud"), "gpt-oss:20b");
    EXPECT_EQ(without_cloud_suffix("my-cloud"), "");
    EXPECT_EQ(without_cloud_suffix("qwen3:8b"), "");
}

}  // namespace
}  // namespace corral::models
