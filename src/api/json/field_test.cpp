#include "api/json/field.h"

#include <gtest/gtest.h>

namespace corral::api::json {
namespace {

Result<void> refused(std::string_view field) {
    return refuse_field(field, "no", kMissing);
}

TEST(Field, IsAPathFromTheOutside) {  // openai-anthropic-api.md 15.5
    const auto inner = in_field("content", in_element(1, refused("type")));
    const auto error = in_field("messages", in_element(0, inner)).error();
    EXPECT_EQ(error.field, "messages[0].content[1].type");
    EXPECT_EQ(error.problem, "missing_required_parameter");
    EXPECT_EQ(error.message, "no");
    EXPECT_EQ(error.http_status, 400);
}

TEST(Field, OfAnErrorThatKnowsNone) {
    const Result<int> bad = fail(ErrorCode::invalid, "no");
    EXPECT_EQ(in_field("n", bad).error().field, "n");
    EXPECT_EQ(in_field("n", bad).error().problem, "invalid_value");
    EXPECT_EQ(in_field("n", Result<int>(7)), 7);
}

}  // namespace
}  // namespace corral::api::json
