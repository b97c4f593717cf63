#include "cli/version.h"

#include <gtest/gtest.h>

#include "cli/json.h"
#include "corral_version.h"

namespace corral::cli {
namespace {

const Json kCorral{{"version", kOllamaVersion}, {"corral_version", kVersion}};

TEST(VersionLines, NameTheServer) {
    EXPECT_EQ(version_lines("ollama", kCorral),
              fmt::format("ollama version is {}\n", kOllamaVersion));
    EXPECT_EQ(version_lines("corral", kCorral), fmt::format("corral version is {}\n", kVersion));
}

TEST(VersionLines, WarnOfAnotherVersion) {
    Json other{{"version", "0.1.2"}};
    EXPECT_EQ(
        version_lines("ollama", other),
        fmt::format("ollama version is 0.1.2\nWarning: client version is {}\n", kOllamaVersion));
    EXPECT_EQ(version_lines("corral", other),
              fmt::format("ollama version is 0.1.2\nWarning: client version is {}\n", kVersion));
}

TEST(VersionLines, WarnWhenNothingAnswers) {
    EXPECT_EQ(version_lines("ollama", fail(ErrorCode::unavailable, "no")),
              fmt::format("Warning: could not connect to a running Ollama instance\n"
                          "Warning: client version is {}\n",
                          kOllamaVersion));
}

}  // namespace
}  // namespace corral::cli
