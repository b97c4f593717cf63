#include "base/json_string.h"

#include <gtest/gtest.h>

#include <utility>

namespace corral {
namespace {

TEST(JsonString, EscapesAsUpstreamDoes) {  // native-api.md 3.1, trap 12.50
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", R"("")"},
        {"plain text", R"("plain text")"},
        {"a<b>&c", R"("a\u003cb\u003e\u0026c")"},
        {"\"\\/", R"("\"\\/")"},
        {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
        {std::string_view("\0\x1f", 2), R"("\u0000\u001f")"},
        {"\x7f", "\"\x7f\""},
        {"é😀", R"("é😀")"},
        {"\u2028\u2029", R"("\u2028\u2029")"},
        {"a\xFF\xC3", R"("a\ufffd\ufffd")"},
    };
    for (const auto& [text, expected] : rows) {
        std::string out = "before ";
        append_json_string(out, text);
        EXPECT_EQ(out, "before " + std::string(expected));
    }
}

}  // namespace
}  // namespace corral
