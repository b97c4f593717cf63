#include "serve/request_log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace corral::serve {
namespace {

TEST(RequestLog, KeepsBodiesAndScriptsToRepeatThem) {
    auto log = RequestLog::create(testing::TempDir(), "http://127.0.0.1:1");
    ASSERT_TRUE(log) << log.error().message;
    log->save("/api/generate", R"({"model":"m"})");
    log->save("/api/chat", "{");
    const auto text = [&](const char* name) {
        return read_file(log->directory() / name, 1000).value_or("missing");
    };
    EXPECT_EQ(text("000001-api-generate.json"), R"({"model":"m"})");
    EXPECT_EQ(text("000002-api-chat.json"), "{");
    EXPECT_NE(text("000002-api-chat.sh").find("http://127.0.0.1:1/api/chat --data-binary"),
              std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat(log->directory().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U) << "prompts are nobody else's business";
    std::filesystem::remove_all(log->directory());
}

TEST(RequestLog, WantsInferenceOnly) {
    EXPECT_TRUE(RequestLog::wants("/api/chat"));
    EXPECT_TRUE(RequestLog::wants("/v1/messages"));
    EXPECT_FALSE(RequestLog::wants("/api/show"));
}

TEST(RequestLog, AnUnusableDirectoryIsAnError) {
    EXPECT_FALSE(RequestLog::create("/nonexistent", ""));
}

}  // namespace
}  // namespace corral::serve
