#include "serve/stored_responses.h"

#include <gtest/gtest.h>

namespace corral::serve {
namespace {

StoredResponse stored(std::string id, std::string previous = "") {
    return {id,
            std::move(previous),
            "{}",
            {R"({"id":"in_)" + id + R"("})"},
            {R"({"id":"out_)" + id + R"("})"}};
}

TEST(StoredResponses, TellsWhatWasSaidBefore) {
    StoredResponses responses;
    responses.add(stored("a"));
    responses.add(stored("b", "a"));
    EXPECT_EQ(responses.history("b").items,
              (std::vector<std::string>{R"({"id":"in_a"})", R"({"id":"out_a"})", R"({"id":"in_b"})",
                                        R"({"id":"out_b"})"}));
    EXPECT_EQ(responses.find_item("out_a"), R"({"id":"out_a"})");
    EXPECT_FALSE(responses.find_item("out_c"));
}

TEST(StoredResponses, NamesTheResponseThatIsMissing) {
    StoredResponses responses;
    responses.add(stored("a"));
    responses.add(stored("b", "a"));
    EXPECT_TRUE(responses.remove("a"));
    EXPECT_FALSE(responses.remove("a"));
    EXPECT_EQ(responses.history("b").missing_id, "a");
}

TEST(StoredResponses, ForgetsWhatWasNotUsedForTheLongestTime) {
    StoredResponses responses({.responses = 2, .bytes = 1 << 20});
    responses.add(stored("a"));
    responses.add(stored("b"));
    EXPECT_NE(responses.find("a"), nullptr);
    responses.add(stored("c"));
    EXPECT_EQ(responses.find("b"), nullptr);
    EXPECT_NE(responses.find("a"), nullptr);
}

TEST(StoredResponses, AreBoundedInBytes) {
    const auto each = stored("a").size_bytes();
    StoredResponses responses({.responses = 100, .bytes = 2 * each});
    for (const auto* id : {"a", "b", "c"}) responses.add(stored(id));
    EXPECT_EQ(responses.size(), 2U);
    auto huge = stored("d");
    huge.body.resize(3 * each);
    responses.add(huge);
    EXPECT_EQ(responses.size(), 0U);
}

}  // namespace
}  // namespace corral::serve
