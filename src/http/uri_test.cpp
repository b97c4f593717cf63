#include "http/uri.h"

#include <gtest/gtest.h>

namespace corral::http {
namespace {

TEST(UriTest, CleansPaths) {
    const auto check = [](std::string_view path, std::string_view expected) {
        EXPECT_EQ(clean_path(path), expected) << path;
    };
    check("/", "/");
    check("", "/");
    check("/api/tags", "/api/tags");
    check("/api/tags/", "/api/tags/");
    check("//api//tags", "/api/tags");
    check("/api/./tags/../show", "/api/show");
    check("/../../etc", "/etc");
    check("/a/..", "/");
    check("/...", "/...");
}

TEST(UriTest, DecodesEscapes) {
    EXPECT_EQ(percent_decode("/a%2Fb%20c+"), "/a/b c+");
    EXPECT_EQ(percent_decode("%e2%82%AC"), "€");
    EXPECT_EQ(percent_decode("%"), std::nullopt);
    EXPECT_EQ(percent_decode("%2"), std::nullopt);
    EXPECT_EQ(percent_decode("%2g"), std::nullopt);
    EXPECT_EQ(percent_decode("%00"), std::nullopt);
}

TEST(UriTest, SplitsTargets) {
    EXPECT_EQ(split_target("/a?b?c")->query, "b?c");
    EXPECT_EQ(split_target("http://h")->path, "/");
    EXPECT_EQ(split_target("http://h?q")->path, "/");
    EXPECT_EQ(split_target("http://h/a?q")->authority, "h");
    EXPECT_FALSE(split_target("h:80"));
    EXPECT_FALSE(split_target("http:///x"));
}

}  // namespace
}  // namespace corral::http
