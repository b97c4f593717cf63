#include "sched/discovery.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/process.h"

namespace corral::sched {
namespace {

using namespace std::chrono_literals;

// The test program is the runner that is asked (fake_runner_test.cpp).
class DiscoveryTest : public testing::Test {
protected:
    void TearDown() override { ::unsetenv("CUDA_VISIBLE_DEVICES"); }

    Discovery::Found look(const char* devices, std::chrono::milliseconds limit = 20s,
                          const std::string& program = program_path().string()) {
        ::setenv("CUDA_VISIBLE_DEVICES", devices, 1);
        Discovery discovery(io_, program);
        std::optional<Discovery::Found> found;
        discovery.start(limit, [&](Discovery::Found result) { found = std::move(result); });
        io_.restart();
        while (!found && io_.run_one_for(20s) > 0) {
        }
        return found ? std::move(*found) : fail(ErrorCode::internal, "no answer");
    }

    boost::asio::io_context io_;
};

TEST_F(DiscoveryTest, ListsWhatTheRunnerFound) {
    const auto found = look("0");
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().name, "CUDA0");
    EXPECT_EQ(found->front().free_bytes, 20LL << 30);
    EXPECT_TRUE(look("")->empty());
}

TEST_F(DiscoveryTest, ACrashingDriverIsAnError) {
    const auto found = look("crash");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message,
              "the process that looked for them ended: exit status 134: CUDA error: the driver is "
              "gone");
}

TEST_F(DiscoveryTest, AHangingDriverIsGivenUp) {
    const auto found = look("hang", 20ms);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message, "it took too long");
}

TEST_F(DiscoveryTest, AMissingProgramIsAnError) {
    EXPECT_FALSE(look("0", 20s, "/nonexistent/corral"));
}

}  // namespace
}  // namespace corral::sched
