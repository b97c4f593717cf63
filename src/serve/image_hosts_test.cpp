#include "serve/image_hosts.h"

#include <gtest/gtest.h>

namespace corral::serve {
namespace {

using enum registry::Reach;

TEST(ImageHosts, AreThoseListed) {
    const ImageHosts hosts({" Images.example ", "cdn.example:8443", ""});
    EXPECT_EQ(hosts.nearest("https://images.example/a.png"), internet);
    EXPECT_EQ(hosts.nearest("HTTP://IMAGES.example:81/a.png"), internet);
    EXPECT_EQ(hosts.nearest("https://cdn.example:8443/?x"), internet);
    for (const auto* url :
         {"https://cdn.example/", "https://other.example/", "ftp://images.example/",
          "https://x.images.example/", "images.example", "", "https://"})
        EXPECT_EQ(hosts.nearest(url), std::nullopt) << url;
}

TEST(ImageHosts, AreNearOnlyWhereTheAddressItselfIsListed) {
    const ImageHosts all({"*"});
    EXPECT_EQ(all.nearest("https://anything.example/"), internet);
    EXPECT_EQ(all.nearest("http://127.0.0.1/"), internet) << "so that it will not be reached";
    const ImageHosts near({"10.0.0.7", "localhost:8080", "[::1]:80"});
    EXPECT_EQ(near.nearest("http://10.0.0.7:9/x"), machine);
    EXPECT_EQ(near.nearest("http://localhost:8080/x"), machine);
    EXPECT_EQ(near.nearest("http://[::1]:80/x"), machine);
    EXPECT_EQ(near.nearest("http://localhost/x"), std::nullopt);
    EXPECT_EQ(near.nearest("http://10.0.0.8/x"), std::nullopt);
}

TEST(ImageHosts, AreNotHiddenInUrls) {
    const ImageHosts hosts({"good.example", "10.0.0.7"});
    for (const auto* url :
         {"https://good.example@bad.example/", "https://good.example\\@bad.example/",
          "https://10.0.0.7\\.bad.example/", "https://good.example /", "https://good.example\t/",
          "https://\xC3\xA4.example/"})
        EXPECT_EQ(hosts.nearest(url), std::nullopt) << url;
}

TEST(ImageHosts, AreNoneByDefault) {
    EXPECT_TRUE(ImageHosts({}).none());
    EXPECT_EQ(ImageHosts({}).nearest("https://good.example/"), std::nullopt);
}

}  // namespace
}  // namespace corral::serve
