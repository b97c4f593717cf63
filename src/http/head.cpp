#include "http/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace corral::http {

namespace {

struct Phrase {
    int status;
    std::string_view text;
};

constexpr std::array kPhrases = {
    Phrase{100, "Continue"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{413, "Request Entity Too Large"},
    Phrase{417, "Expectation Failed"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
};

// A line break in a value would let it forge headers.
std::string on_one_line(std::string value) {
    std::ranges::replace(value, '\r', ' ');
    std::ranges::replace(value, '\n', ' ');
    return value;
}

}  // namespace

std::string reason_phrase(int status) {
    const auto* found = std::ranges::find(kPhrases, status, &Phrase::status);
    if (found != kPhrases.end()) return std::string(found->text);
    return fmt::format("status code {}", status);
}

std::string http_date(std::time_t time) {
    static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&time, &utc);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays.at(utc.tm_wday), utc.tm_mday,
                       kMonths.at(utc.tm_mon), utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                       utc.tm_sec);
}

bool status_forbids_body(int status) {
    return (status >= 100 && status < 200) || status == 204 || status == 304;
}

std::string format_head(const ResponseHead& head, std::time_t now) {
    std::string text = fmt::format("HTTP/1.{} {} {}\r\n", head.http_1_0 ? 0 : 1, head.status,
                                   reason_phrase(head.status));
    Headers sorted = head.headers;
    std::ranges::stable_sort(sorted, {}, &Headers::value_type::first);
    for (const auto& [name, value] : sorted) {
        text += fmt::format("{}: {}\r\n", on_one_line(name), on_one_line(value));
    }
    text += fmt::format("Date: {}\r\n", http_date(now));
    if (head.content_length) text += fmt::format("Content-Length: {}\r\n", *head.content_length);
    if (head.close) text += "Connection: close\r\n";
    // An HTTP/1.0 client must be told that the connection stays open.
    if (head.http_1_0 && !head.close) text += "Connection: keep-alive\r\n";
    if (head.chunked) text += "Transfer-Encoding: chunked\r\n";
    return text + "\r\n";
}

}  // namespace corral::http
