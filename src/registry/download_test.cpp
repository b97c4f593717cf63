#include "registry/download.h"

#include <gtest/gtest.h>

namespace corral::registry {
namespace {

TEST(Parts, AreSixteenthsWithinTheirBounds) {
    EXPECT_TRUE(make_parts(0).empty());
    EXPECT_EQ(make_parts(5), (std::vector<Part>{{0, 0, 5, 0}}));
    EXPECT_EQ(make_parts(100'000'001),
              (std::vector<Part>{{0, 0, 100'000'000, 0}, {1, 100'000'000, 1, 0}}));
    EXPECT_EQ(make_parts(3'200'000'000).size(), 16U);
    EXPECT_EQ(make_parts(32'000'000'000).front().size_bytes, 1'000'000'000);
    for (const std::int64_t total : {1L, 99'999'999L, 2'000'000'011L}) {
        EXPECT_TRUE(covers(make_parts(total), total)) << total;
    }
}

TEST(Parts, AreWrittenAsUpstreamWritesThem) {
    const Part part{3, 300, 100, 41};
    EXPECT_EQ(to_json(part), "{\"N\":3,\"Offset\":300,\"Size\":100,\"Completed\":41}\n");
    EXPECT_EQ(parse_part(to_json(part)), part);
    EXPECT_EQ(parse_part(to_json(part) + "1}\n"), part);
}

TEST(Parts, ThatMakeNoSenseAreRefused) {
    for (const char* text : {"", "[]", "{}", R"({"N":0,"Offset":0,"Size":0,"Completed":0})",
                             R"({"N":0,"Offset":-1,"Size":5,"Completed":0})",
                             R"({"N":0,"Offset":0,"Size":5,"Completed":6})",
                             R"({"N":0,"Offset":0,"Size":18446744073709551615,"Completed":0})"}) {
        EXPECT_FALSE(parse_part(text)) << text;
    }
    EXPECT_FALSE(covers({{0, 0, 5, 0}, {1, 6, 5, 0}}, 10));
    EXPECT_FALSE(covers({{0, 0, 5, 0}, {2, 5, 5, 0}}, 10));
    EXPECT_FALSE(covers({{0, 0, 5, 0}}, 10));
    EXPECT_FALSE(covers({{0, 0, 11, 0}}, 10));
}

}  // namespace
}  // namespace corral::registry
