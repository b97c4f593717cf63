#include "http/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace corral::http {
namespace {

// Offers the text in pieces of `piece` bytes; the body, or "!" and the error's message.
std::string parse(std::string_view text, std::size_t piece) {
    RequestParser parser(1024);
    std::string held;
    std::string body;
    bool head_complete = false;
    while (true) {
        const std::size_t count = std::min(piece, text.size());
        held += text.substr(0, count);
        text.remove_prefix(count);
        if (!head_complete) {
            const auto step = parser.parse_head(held);
            if (!step) return "!" + step.error().message;
            held.erase(0, step->used);
            head_complete = step->complete;
        }
        while (head_complete && !parser.body_complete()) {
            std::array<char, 3> output{};
            const auto step = parser.parse_body(held, output);
            if (!step) return "!" + step.error().message;
            held.erase(0, step->used);
            body.append(output.data(), step->produced);
            if (step->produced == 0) break;
        }
        if (head_complete && parser.body_complete()) return body + "|" + held + std::string(text);
        if (count == 0) return "incomplete";
    }
}

void check(std::string_view text, std::string_view expected) {
    for (const std::size_t piece : {1, 2, 7, 4096}) {
        EXPECT_EQ(parse(text, piece), expected) << text << " in pieces of " << piece;
    }
}

TEST(RequestParserTest, FindsTheEndOfTheBody) {
    check("GET / HTTP/1.1\r\nHost: x\r\n\r\nrest", "|rest");
    check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcderest", "abcde|rest");
    check(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\nrest",
        "abcd|rest");
    check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc", "incomplete");
}

TEST(RequestParserTest, RefusesWhatCouldBeReadInTwoWays) {
    const std::string bad = "!400 Bad Request";
    check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", bad);
    check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", bad);
    check("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
          bad);
    check("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", bad);
    check(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "fffffffffffffffff\r\n",
        bad);
    check("GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n", bad);
    check("GET / HTTP/1.1\nHost: x\n\n", bad + ": lines must end with CR LF");
    check("GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", bad + ": lines must end with CR LF");
    check("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", bad + ": malformed request target");
    check("GET / HTTP/1.1\r\n\r\n", bad + ": missing required Host header");
    check("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", bad + ": too many Host headers");
}

TEST(RequestParserTest, RefusesWhatItDoesNotSpeak) {
    check("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
          "!501 Not Implemented: unsupported transfer encoding");
    check("POST / HTTP/1.1\r\nHost: x\r\nExpect: cake\r\nContent-Length: 1\r\n\r\n",
          "!417 Expectation Failed");
    check("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "!505 HTTP Version Not Supported: unsupported protocol version");
}

TEST(RequestParserTest, BoundsHeadersAndChunkHeaders) {
    const std::string long_text(5000, 'x');
    check("GET / HTTP/1.1\r\nHost: x\r\nX: " + long_text, "!431 Request Header Fields Too Large");
    check("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long_text,
          "!400 Bad Request: chunk header too long");
}

TEST(RequestParserTest, GivesThePartsOfTheTarget) {
    const std::string text = "GET http://h:1/a%20b?c=%20d HTTP/1.1\r\nHost: x\r\nX-One: 1\r\n\r\n";
    RequestParser parser(1024);
    ASSERT_TRUE(parser.parse_head(text)->complete);
    EXPECT_EQ(parser.path(), "/a b");
    EXPECT_EQ(parser.encoded_path(), "/a%20b");
    EXPECT_EQ(parser.query(), "c=%20d");
    EXPECT_EQ(parser.host(), "h:1");
    EXPECT_EQ(parser.header("x-oNE"), "1");
    EXPECT_EQ(parser.header("absent"), "");
}

}  // namespace
}  // namespace corral::http
