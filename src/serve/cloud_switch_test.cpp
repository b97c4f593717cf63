#include "serve/cloud_switch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace corral::serve {
namespace {

namespace fs = std::filesystem;

class CloudSwitchTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "corral-cloud-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        settings_.home = name;
        fs::create_directory(settings_.home / ".ollama");
    }
    void TearDown() override { fs::remove_all(settings_.home); }

    std::string_view source(std::string_view file) {
        std::ofstream(settings_.home / ".ollama" / "server.json") << file;
        return source_text(read_cloud_switch(settings_));
    }

    Settings settings_;
};

TEST_F(CloudSwitchTest, TellsWhoSaidSo) {
    EXPECT_EQ(source_text(read_cloud_switch(settings_)), "none");
    EXPECT_EQ(source(R"({"disable_ollama_cloud":true})"), "config");
    settings_.no_cloud = true;
    EXPECT_EQ(source_text(read_cloud_switch(settings_)), "both");
    EXPECT_EQ(source(R"({"disable_ollama_cloud":false})"), "env");
}

TEST_F(CloudSwitchTest, TakesAnUnusableFileForSilence) {
    for (const char* file : {"", "not JSON", "[true]", R"({"disable_ollama_cloud":"true"})",
                             R"({"disable_ollama_cloud":true)"}) {
        EXPECT_EQ(source(file), "none") << file;
    }
}

}  // namespace
}  // namespace corral::serve
