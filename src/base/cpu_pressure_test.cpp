#include "base/cpu_pressure.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <fstream>

namespace corral {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A made-up /proc of a process with two threads, on the first CPU that we may use.
class CpuPressureTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "corral-pressure-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        cpu_set_t allowed;
        CPU_ZERO(&allowed);
        ASSERT_EQ(::sched_getaffinity(0, sizeof allowed, &allowed), 0);
        while (!CPU_ISSET(static_cast<std::size_t>(cpu_), &allowed)) ++cpu_;
        put("proc/self/task/1/schedstat", "5000 1000 3\n");
        put("proc/self/task/2/schedstat", "7000 200 1\n");
        put("proc/stat", "cpu  9 9 9 9000 9\ncpu" + std::to_string(cpu_) +
                             " 1 2 3 150 5\ncpu1023 1 1 1 999 1\nintr 5\n");
    }
    void TearDown() override { fs::remove_all(root_); }

    void put(const std::string& path, const std::string& text) {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
    }

    fs::path root_;
    int cpu_ = 0;
};

TEST_F(CpuPressureTest, AddsUpThreadsAndAllowedCpus) {
    const auto pressure = cpu_pressure(root_);
    ASSERT_TRUE(pressure);
    EXPECT_EQ(pressure->waited, 1200ns);
    EXPECT_EQ(pressure->idle, 1500ms) << "ticks are hundredths of a second";
}

TEST_F(CpuPressureTest, KernelsThatDoNotTellGiveNothing) {
    put("proc/self/task/1/schedstat", "nonsense\n");
    EXPECT_FALSE(cpu_pressure(root_));
    put("proc/self/task/1/schedstat", "1 2 3\n");
    put("proc/stat", "cpu  9 9 9 9000 9\n");
    EXPECT_FALSE(cpu_pressure(root_));
    EXPECT_FALSE(cpu_pressure(root_ / "nowhere"));
}

}  // namespace
}  // namespace corral
