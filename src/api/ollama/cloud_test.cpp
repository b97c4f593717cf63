#include "api/ollama/cloud.h"

#include <gtest/gtest.h>

namespace corral::api::ollama {
namespace {

TEST(DisablesCloud, WantsATrueThatIsOne) {
    EXPECT_TRUE(disables_cloud(R"({"other":1,"disable_ollama_cloud":true})"));
    for (const char* text : {"", "{", "null", "[true]", R"({"disable_ollama_cloud":"true"})",
                             R"({"disable_ollama_cloud":false})", R"({"other":true})"}) {
        EXPECT_FALSE(disables_cloud(text)) << text;
    }
}

TEST(CloudStatusBody, NamesTheSource) {
    EXPECT_EQ(cloud_status_body("env"), R"({"cloud":{"disabled":true,"source":"env"}})");
}

TEST(RecommendationsBody, HasOnlyModelsThatRunHere) {
    EXPECT_EQ(recommendations_body().find(":cloud"), std::string::npos);
    EXPECT_TRUE(recommendations_body().starts_with(R"({"recommendations":[{"model":"gemma4",)"));
}

}  // namespace
}  // namespace corral::api::ollama
