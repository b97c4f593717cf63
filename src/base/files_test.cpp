#include "base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace corral {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "corral-files-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
    }
    void TearDown() override { fs::remove_all(directory_); }

    std::size_t n_entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), {}));
    }

    fs::path directory_;
};

TEST_F(Files, WritesAndReads) {
    const fs::path path = directory_ / "a";
    ASSERT_TRUE(write_file_atomic(path, "one"));
    ASSERT_TRUE(write_file_atomic(path, std::string("t\0wo", 4)));
    EXPECT_EQ(read_file(path, 100).value(), std::string("t\0wo", 4));
    EXPECT_EQ(n_entries(), 1U);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0644U);
}

TEST_F(Files, ReadsUpToTheLimit) {
    const fs::path path = directory_ / "a";
    const std::string bytes(10'000, 'x');
    ASSERT_TRUE(write_file_atomic(path, bytes));
    EXPECT_EQ(read_file(path, 10'000).value(), bytes);
    const auto refused = read_file(path, 9'999);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
}

TEST_F(Files, ReadsFilesThatDoNotKnowTheirSize) {
    EXPECT_NE(read_file("/proc/self/status", 1 << 20).value().find("Pid:"), std::string::npos);
}

TEST_F(Files, NamesThePathAndTheCause) {
    const auto missing = read_file(directory_ / "none", 10);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
    EXPECT_EQ(missing.error().message,
              "open " + (directory_ / "none").string() + ": No such file or directory");
    EXPECT_EQ(file_error(ENOSPC, "write", "/x").message, "write /x: No space left on device");
    EXPECT_EQ(file_error(ENOSPC, "write", "/x").code, ErrorCode::io);
}

TEST_F(Files, RefusesWhatIsNotAFile) {
    EXPECT_EQ(read_file(directory_, 10).error().code, ErrorCode::io);
    const fs::path fifo = directory_ / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_EQ(read_file(fifo, 10).error().code, ErrorCode::io);
}

TEST_F(Files, LeavesNothingBehindWhenWritingFails) {
    EXPECT_EQ(write_file_atomic(directory_ / "no" / "a", "x").error().code, ErrorCode::not_found);
    fs::create_directory(directory_ / "taken");
    std::ofstream(directory_ / "taken" / "file") << "x";
    EXPECT_FALSE(write_file_atomic(directory_ / "taken", "x"));
    EXPECT_EQ(n_entries(), 1U);
}

TEST_F(Files, ReportsAFullDevice) {
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(full);
    const auto written = write_all(full.get(), "x", "/the/blob");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "write /the/blob: No space left on device");
}

TEST(UniqueFd, ClosesOnce) {
    const int raw = ::dup(STDERR_FILENO);
    UniqueFd first(raw);
    UniqueFd second(std::move(first));
    EXPECT_FALSE(first);
    EXPECT_EQ(second.get(), raw);
    second.reset();
    EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

}  // namespace
}  // namespace corral
