#include "base/base64.h"

#include <gtest/gtest.h>

namespace corral {
namespace {

void check(const std::string& bytes, const std::string& text) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text).value(), bytes);
}

TEST(Base64, EncodesAndDecodes) {
    check("", "");
    check("f", "Zg==");
    check("fo", "Zm8=");
    check("foo", "Zm9v");
    check("foobar", "Zm9vYmFy");
    check(std::string("\xFB\xEF\xBE\xFF\0", 5), "++++/wA=");
}

TEST(Base64, SkipsLineBreaks) {
    EXPECT_EQ(base64_decode("Zm\r\n9v\nZg=\n=\n").value(), "foof");
    EXPECT_EQ(base64_decode("\n\n").value(), "");
}

void check_illegal(const std::string& text, int position) {
    const auto decoded = base64_decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::invalid);
    EXPECT_EQ(decoded.error().message,
              "illegal base64 data at input byte " + std::to_string(position));
}

// Positions as Go's encoding/base64 reports them.
TEST(Base64, NamesTheByteThatIsIllegal) {
    check_illegal("data:image/png;base64,AAAA", 4);
    check_illegal("Zm9-", 3);
    check_illegal("!", 0);
    check_illegal("Zg", 0);
    check_illegal("Zm9vZg", 4);
    check_illegal("Zg=", 3);
    check_illegal("Zg=v", 2);
    check_illegal("Z===", 1);
    check_illegal("=", 0);
    check_illegal("Zg==Zg==", 4);
    check_illegal("Zm8=x", 4);
}

}  // namespace
}  // namespace corral
