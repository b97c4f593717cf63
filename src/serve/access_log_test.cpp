#include "serve/access_log.h"

#include <gtest/gtest.h>

namespace corral::serve {
namespace {

std::string line(http::ExchangeRecord record) {
    // Without the time, which depends on the zone.
    return format_access_line(record, 0).substr(std::string("[GIN] 1970/01/01 - 00:00:00").size());
}

TEST(AccessLogTest, LooksLikeGins) {
    EXPECT_EQ(line({.method = "GET",
                    .path = "/api/tags",
                    .remote_address = "127.0.0.1",
                    .status = 200,
                    .duration = std::chrono::microseconds(1500)}),
              " | 200 |         1.5ms |       127.0.0.1 | GET      \"/api/tags\"");
}

TEST(AccessLogTest, CountsRequestsGivenUpByTheirClient) {
    EXPECT_EQ(line({.method = "DELETE", .path = "/a\n", .remote_address = "::1", .status = 0}),
              " | 499 |            0s |             ::1 | DELETE   \"/a\\n\"");
}

}  // namespace
}  // namespace corral::serve
