#include "store/name.h"

#include <gtest/gtest.h>

namespace corral::store {
namespace {

void check(std::string_view text, std::string_view full, std::string_view brief) {
    const auto name = ModelName::parse(text);
    ASSERT_TRUE(name.has_value()) << text;
    EXPECT_EQ(name->full_form(), full);
    EXPECT_EQ(name->short_form(), brief);
}

TEST(ModelName, FillsInDefaults) {
    check("foo", "registry.ollama.ai/library/foo:latest", "foo:latest");
    check("foo:7b", "registry.ollama.ai/library/foo:7b", "foo:7b");
    check("me/foo", "registry.ollama.ai/me/foo:latest", "me/foo:latest");
    check("h.com:5000/me/foo", "h.com:5000/me/foo:latest", "h.com:5000/me/foo:latest");
    check("http://h:80/me/foo:x", "h:80/me/foo:x", "h:80/me/foo:x");
    check("https://h/me/foo", "h/me/foo:latest", "h/me/foo:latest");
    check("REGISTRY.ollama.ai/Library/Foo:A", "REGISTRY.ollama.ai/Library/Foo:A", "Foo:A");
    check("h/library/foo", "h/library/foo:latest", "h/library/foo:latest");
    check("sha256:abc", "registry.ollama.ai/library/sha256:abc", "sha256:abc");
    EXPECT_EQ(ModelName::parse("a/b:c")->manifest_path(), "registry.ollama.ai/a/b/c");
}

TEST(ModelName, RefusesWhatTheGrammarDoesNotHave) {
    for (const char* text : {"",
                             ":",
                             "foo:",
                             ":tag",
                             "/foo",
                             "a//b",
                             "//b",
                             "a/",
                             "a/b/c/d",
                             "a.b/foo",
                             "https://h/foo",
                             "://h/a/b",
                             "foo@sha256",
                             "fo o",
                             "f\xC3\xB6o",
                             ".foo",
                             "-foo",
                             "foo:.x",
                             "../../etc/passwd",
                             "..",
                             "a/..:b",
                             "../b/c:d",
                             "foo:a/b:",
                             "foo\n"})
        EXPECT_FALSE(ModelName::parse(text).has_value()) << text;
    EXPECT_FALSE(ModelName::parse(std::string_view("a\0b", 3)).has_value());
}

TEST(ModelName, LimitsLengths) {
    EXPECT_TRUE(ModelName::parse(std::string(80, 'm')).has_value());
    EXPECT_FALSE(ModelName::parse(std::string(81, 'm')).has_value());
    EXPECT_TRUE(ModelName::parse(std::string(350, 'h') + "/n/m").has_value());
    EXPECT_FALSE(ModelName::parse(std::string(351, 'h') + "/n/m").has_value());
}

TEST(Digest, ParsesBothSpellings) {
    const std::string hex(64, 'a');
    EXPECT_EQ(Digest::parse("sha256:" + hex)->text(), "sha256:" + hex);
    EXPECT_EQ(Digest::parse("sha256-" + hex)->file_name(), "sha256-" + hex);
    EXPECT_EQ(Digest::parse("sha256:" + std::string(64, 'A'))->hex(), hex);
    for (const std::string& text :
         {"sha256:" + hex + "a", "sha256:" + hex.substr(1), "sha256_" + hex, "md5:" + hex, hex,
          "sha256:" + hex.substr(1) + "g", "sha256:" + hex.substr(1) + "/", std::string()})
        EXPECT_FALSE(Digest::parse(text).has_value()) << text;
}

}  // namespace
}  // namespace corral::store
