#include "serve/api_keys.h"

#include <gtest/gtest.h>

namespace corral::serve {
namespace {

TEST(ApiKeys, EitherHeaderBringsAKey) {  // openai-anthropic-api.md 15.5
    const std::vector<std::string> keys = {"one", "another"};
    EXPECT_TRUE(brings_key(keys, "Bearer one", ""));
    EXPECT_TRUE(brings_key(keys, "bearer  another", ""));
    EXPECT_TRUE(brings_key(keys, "", "another"));
    EXPECT_TRUE(brings_key(keys, "Bearer wrong", "one"));
}

TEST(ApiKeys, NothingElseDoes) {
    const std::vector<std::string> keys = {"one", "another"};
    for (const auto* header : {"", "one", "Basic one", "Bearer", "Bearer ", "Bearer on",
                               "Bearer onE", "Bearer one two", "Bearer one,another"}) {
        EXPECT_FALSE(brings_key(keys, header, "")) << header;
    }
    EXPECT_FALSE(brings_key(keys, "", "ones"));
    EXPECT_FALSE(brings_key({}, "Bearer one", ""));
}

}  // namespace
}  // namespace corral::serve
