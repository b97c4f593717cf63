#include "cli/model_table.h"

#include <gtest/gtest.h>

namespace corral::cli {
namespace {

const TimePoint kNow = *parse_rfc3339("2026-08-01T12:00:00Z");

TEST(ListTable, ShowsNameIdSizeAndAge) {
    constexpr auto kTags = R"({"models":[
        {"name":"gemma4:latest","digest":"9c1d7f02ab34ffff","size":9600000000,
         "modified_at":"2026-08-01T09:00:00Z"},
        {"name":"glm-5.1:cloud","remote_model":"glm","digest":"77aa10be42c1","size":300,
         "modified_at":"2026-08-01T13:00:00+02:00"}]})";
    EXPECT_EQ(list_table(kTags, "", kNow),
              "NAME             ID              SIZE      MODIFIED          \n"
              "gemma4:latest    9c1d7f02ab34    9.6 GB    3 hours ago          \n"
              "glm-5.1:cloud    77aa10be42c1    -         About an hour ago    \n");
}

TEST(ListTable, FiltersByPrefixIgnoringCase) {
    constexpr auto kTags = R"({"models":[{"name":"Ab:x"},{"name":"b:x"}]})";
    EXPECT_EQ(list_table(kTags, "aB", kNow),
              "NAME    ID    SIZE    MODIFIED \n"
              "Ab:x          0 B     Never       \n");
    EXPECT_EQ(list_table(kTags, "none", kNow), "NAME    ID    SIZE    MODIFIED \n");
}

TEST(ListTable, RefusesWhatIsNotJson) {
    EXPECT_EQ(list_table("<html>", "", kNow).error().code, ErrorCode::corrupt);
    EXPECT_EQ(list_table(R"({"models":5})", "", kNow), "NAME    ID    SIZE    MODIFIED \n");
}

TEST(PsTable, ShowsProcessorContextAndRemainingTime) {
    constexpr auto kRunning = R"({"models":[
        {"name":"gemma4:latest","digest":"9c1d7f02ab34","size":11000000000,"size_vram":11000000000,
         "context_length":32768,"expires_at":"2026-08-01T12:04:30Z"},
        {"name":"q:4b","digest":"51e0b8c7d9aa","size":5100000000,"size_vram":3723000000,
         "context_length":8192,"expires_at":"2318-11-11T00:00:00Z"},
        {"name":"z:1b","digest":"00","size":10,"size_vram":0,"context_length":4096,
         "expires_at":"2026-08-01T11:59:00Z"}]})";
    EXPECT_EQ(ps_table(kRunning, "", kNow),
              "NAME             ID              SIZE      PROCESSOR          CONTEXT    UNTIL      "
              "        \n"
              "gemma4:latest    9c1d7f02ab34    11 GB     100% GPU           32768      4 minutes "
              "from now    \n"
              "q:4b             51e0b8c7d9aa    5.1 GB    27%/73% CPU/GPU    8192       Forever    "
              "           \n"
              "z:1b             00              10 B      100% CPU           4096       "
              "Stopping...           \n");
}

TEST(ProcessorText, CoversEverySplit) {
    EXPECT_EQ(processor_text(100, 0), "100% CPU");
    EXPECT_EQ(processor_text(0, 0), "100% CPU");
    EXPECT_EQ(processor_text(100, 100), "100% GPU");
    EXPECT_EQ(processor_text(100, 101), "Unknown");
    EXPECT_EQ(processor_text(1000, 995), "1%/99% CPU/GPU");
}

}  // namespace
}  // namespace corral::cli
