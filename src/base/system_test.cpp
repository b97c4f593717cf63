#include "base/system.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <fstream>

namespace corral {
namespace {

namespace fs = std::filesystem;

// A made-up /proc and /sys.
class System : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "corral-system-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
    }
    void TearDown() override { fs::remove_all(root_); }

    void put(const std::string& path, const std::string& text) {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
    }

    fs::path root_;
};

constexpr char kMemory[] =
    "MemTotal:        8000 kB\nMemFree:   100 kB\nMemAvailable:    5000 kB\nSwapFree:  20 kB\n";

TEST_F(System, ReadsTheMemoryOfTheMachine) {
    put("proc/meminfo", kMemory);
    const MemoryInfo info = memory_info(root_);
    EXPECT_EQ(info.total_bytes, 8000U << 10);
    EXPECT_EQ(info.available_bytes, 5000U << 10);
    EXPECT_EQ(info.free_swap_bytes, 20U << 10);
}

TEST_F(System, TakesTheTightestLimitOfTheCgroups) {
    put("proc/meminfo", kMemory);
    put("proc/self/cgroup", "0::/a/b\n");
    put("sys/fs/cgroup/a/memory.max", "2048000\n");
    put("sys/fs/cgroup/a/memory.current", "1048000\n");
    put("sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 48000\n");
    put("sys/fs/cgroup/a/b/memory.max", "max\n");
    const MemoryInfo info = memory_info(root_);
    EXPECT_EQ(info.total_bytes, 2'048'000U);
    EXPECT_EQ(info.available_bytes, 1'048'000U);
}

TEST_F(System, SurvivesNonsense) {
    EXPECT_EQ(memory_info(root_).total_bytes, 0U);
    put("proc/meminfo", "MemTotal: x kB\nMemAvailable:\n");
    put("proc/self/cgroup", "0::/../../etc\n");
    put("sys/fs/cgroup/memory.max", "10\n");
    put("sys/fs/cgroup/memory.current", "99\n");
    EXPECT_EQ(memory_info(root_).total_bytes, 0U);
    EXPECT_EQ(memory_info(root_).available_bytes, 0U);
}

cpu_set_t allowed_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    ::sched_getaffinity(0, sizeof set, &set);
    return set;
}

int n_allowed_cpus() {
    const cpu_set_t set = allowed_cpus();
    return CPU_COUNT(&set);
}

TEST_F(System, CountsCpusWhereTheKernelDoesNotTellCores) {
    EXPECT_EQ(usable_physical_cores(root_), n_allowed_cpus());
}

TEST_F(System, CountsThreadsOfOneCoreOnce) {
    const cpu_set_t set = allowed_cpus();
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &set)) continue;
        const std::string topology =
            "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
        put(topology + "core_id", "0\n");
        put(topology + "physical_package_id", "0\n");
    }
    EXPECT_EQ(usable_physical_cores(root_), 1);
}

TEST_F(System, ObeysTheCpuQuota) {
    put("sys/fs/cgroup/cpu.max", "50000 100000\n");
    EXPECT_EQ(usable_physical_cores(root_), 1);
    put("sys/fs/cgroup/cpu.max", "max 100000\n");
    EXPECT_EQ(usable_physical_cores(root_), n_allowed_cpus());
    put("sys/fs/cgroup/cpu.max", "1 0\n");
    EXPECT_EQ(usable_physical_cores(root_), n_allowed_cpus());
}

TEST_F(System, KnowsThisMachine) {
    EXPECT_GT(memory_info().total_bytes, memory_info().available_bytes);
    EXPECT_GE(usable_physical_cores(), 1);
    EXPECT_FALSE(host_name().empty());
}

TEST_F(System, AFileIsNoTerminal) {
    put("file", "");
    EXPECT_FALSE(terminal_size(-1));
    EXPECT_FALSE(is_terminal(-1));
}

}  // namespace
}  // namespace corral
