#include "parse/compact_json.h"

#include <gtest/gtest.h>

namespace corral::parse {
namespace {

TEST(CompactJsonTest, DropsBlanksOutsideOfStrings) {
    const std::string_view text = R"( { "a b" : [ 1 , "\" x \\" , "y z" ] } )";
    const std::string_view compact = R"({"a b":[1,"\" x \\","y z"]})";
    for (std::size_t n = 1; n <= text.size(); ++n) {
        CompactJson json;
        std::string kept;
        for (std::size_t i = 0; i < text.size(); i += n) kept += json.push(text.substr(i, n));
        EXPECT_EQ(kept, compact) << n;
    }
}

TEST(CompactJsonTest, KnowsWhatIsWhole) {
    CompactJson json;
    EXPECT_FALSE(json.is_whole());
    for (const std::string_view text : {" ", "{\"a\":", "[1, 2]", ",\"b}\":\"}"}) {
        json.push(text);
        EXPECT_FALSE(json.is_whole()) << text;
    }
    json.push("\"} ");
    EXPECT_TRUE(json.is_whole());
}

}  // namespace
}  // namespace corral::parse
