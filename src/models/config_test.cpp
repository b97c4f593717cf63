#include "models/config.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace corral::models {
namespace {

TEST(ModelConfig, WritesUpstreamsBytes) {
    ModelConfig config;
    config.model_format = "gguf";
    config.model_family = "test";
    config.model_families = {{"test"}};
    config.model_type = "0";
    config.file_type = "unknown";
    EXPECT_EQ(sha256_hex(config.to_json()),
              "99759ad5b91e723db0393d698ffbb448b1b7df5ff6377a108c49254583b1bc8c");
}

TEST(ModelConfig, KeepsKeyOrderAndEveryField) {
    ModelConfig config{.model_format = "gguf",
                       .model_family = "f",
                       .model_type = "8B",
                       .file_type = "F16",
                       .renderer = "r",
                       .parser = "p",
                       .minimum_version = "0.14.0",
                       .remote_host = "h",
                       .remote_model = "m",
                       .remote_api = "openai",
                       .remote_key = "X_API_KEY",
                       .capabilities = {"tools"},
                       .context_length = 1,
                       .embedding_length = 2,
                       .base_name = "b",
                       .draft = DraftConfig{"gguf", "a", "t", "c"}};
    const std::string json = config.to_json();
    EXPECT_EQ(
        json,
        R"({"model_format":"gguf","model_family":"f","model_families":null,"model_type":"8B","file_type":"F16",)"
        R"("renderer":"r","parser":"p","requires":"0.14.0","remote_host":"h","remote_model":"m",)"
        R"("remote_api":"openai","remote_key":"X_API_KEY","capabilities":["tools"],)"
        R"("context_length":1,"embedding_length":2,"base_name":"b","draft":{"model_format":"gguf","architecture":"a",)"
        R"("tensor_prefix":"t","config":"c"},"architecture":"amd64","os":"linux"})"
        "\n");
    const auto back = ModelConfig::parse(json);
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(*back, config);
}

TEST(ModelConfig, ReadsOldAndForeignConfigs) {
    const auto config = ModelConfig::parse(
        R"({"Model_Format":"gguf","rootfs":{"type":"layers","diff_ids":["x"]}} more)");
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->model_format, "gguf");
    EXPECT_FALSE(config->model_families.has_value());
    EXPECT_TRUE(ModelConfig::parse("{}")->is_gguf());
    for (const char* text : {"", "[]", "{", R"({"model_format":5})", R"({"capabilities":"x"})"})
        EXPECT_FALSE(ModelConfig::parse(text).has_value()) << text;
}

TEST(ParameterCount, PrintsAsUpstream) {
    const auto check = [](std::uint64_t n, const char* text) {
        EXPECT_EQ(parameter_count_text(n), text);
    };
    check(0, "0");
    check(999, "999");
    check(260'000, "260K");
    check(5'820'000, "5.82M");
    check(134'515'008, "134.52M");
    check(270'000'000, "270M");
    check(8'000'000'000, "8B");
    check(8'030'261'248, "8.0B");
    check(7'615'616'512, "7.6B");
}

}  // namespace
}  // namespace corral::models
