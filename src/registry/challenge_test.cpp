#include "registry/challenge.h"

#include <gtest/gtest.h>

namespace corral::registry {
namespace {

TEST(Challenge, IsTakenApart) {
    const auto challenge = parse_challenge(
        R"(Bearer realm="https://r.example/v2/token",service="r.example",scope="repository:a/b:pull")");
    EXPECT_EQ(challenge.realm, "https://r.example/v2/token");
    EXPECT_EQ(challenge.service, "r.example");
    EXPECT_EQ(challenge.scope, "repository:a/b:pull");
    EXPECT_EQ(parse_challenge("Basic").realm, "");
    EXPECT_EQ(parse_challenge(R"(Bearer realm="never ends)").realm, "");
    EXPECT_EQ(parse_challenge(R"(Bearer realm="a"b",service="c")").realm, R"(a"b)");
}

TEST(Challenge, BecomesTheUrlOfTheSpecsVector) {
    EXPECT_EQ(token_url({"https://registry.example/v2/token", "registry.example",
                         "repository:library/m:pull"},
                        1700000000, "AAAAAAAAAAAAAAAAAAAAAA"),
              "https://registry.example/v2/token?nonce=AAAAAAAAAAAAAAAAAAAAAA&scope=repository%3A"
              "library%2Fm%3Apull&service=registry.example&ts=1700000000");
}

TEST(HostOf, IsWhatStandsBeforeThePath) {
    EXPECT_EQ(host_of("https://a.example:1/x"), "a.example:1");
    EXPECT_EQ(host_of("http://me@b.example?x"), "b.example");
    EXPECT_EQ(host_of("https://good.example\\@bad.example/"), "good.example");
    EXPECT_EQ(host_of("/v2/x"), "");
}

TEST(Location, IsResolvedAgainstTheRequest) {
    EXPECT_EQ(resolve_location("https://a/x", "https://b/y"), "https://b/y");
    EXPECT_EQ(resolve_location("https://a:1/x", "/y?z"), "https://a:1/y?z");
    EXPECT_EQ(resolve_location("http://a/x", "//b/y"), "http://b/y");
    EXPECT_EQ(resolve_location("https://a/x", "file:///etc/passwd"), "");
}

}  // namespace
}  // namespace corral::registry
