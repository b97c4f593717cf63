#include "store/share_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "base/files.h"
#include "base/hash.h"
#include "store/scratch_folder.h"

namespace corral::store {
namespace {

namespace fs = std::filesystem;

class ShareFileTest : public testing::Test {
protected:
    ShareFileTest() { fs::create_directories(blobs_); }

    static FileStamp stamp_of(const fs::path& path) {
        const UniqueFd fd(::open(path.c_str(), O_RDONLY));
        return FileStamp::of(fd.get()).value();
    }
    static ino_t inode_of(const fs::path& path) { return stamp_of(path).inode; }
    static mode_t mode_of(const fs::path& path) {
        struct stat info {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
        return info.st_mode & 07777;
    }
    fs::path file_of(std::string_view content, fs::perms mode) {
        const fs::path path = folder_ / "file.gguf";
        ScratchFolder::write(path, content);
        fs::permissions(path, mode);
        return path;
    }
    static Digest digest_of(std::string_view content) {
        return Digest::of_hex(sha256_hex(content));
    }
    std::optional<Sharing> take(const fs::path& file, std::string_view content) {
        return take_as_blob(file, stamp_of(file), folder_.path(), digest_of(content));
    }
    fs::path blob_of(std::string_view content) const {
        return blobs_ / digest_of(content).file_name();
    }
    std::size_t n_blobs() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(blobs_), {}));
    }

    ScratchFolder folder_;
    fs::path blobs_ = folder_ / "blobs";
};

constexpr fs::perms kWritable = fs::perms(0644);
constexpr fs::perms kReadOnly = fs::perms(0444);

TEST_F(ShareFileTest, TakesAReadOnlyFileWithoutCopying) {
    const fs::path file = file_of("weights", kReadOnly);
    const auto taken = take(file, "weights");
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(ScratchFolder::read(blob_of("weights")), "weights");
    EXPECT_EQ(inode_of(blob_of("weights")) == inode_of(file), taken == Sharing::hard_link);
    EXPECT_EQ(n_blobs(), 1U) << "no temporary file stays";
    EXPECT_EQ(mode_of(file), 0444U);
}

TEST_F(ShareFileTest, NeverLinksWhatCanBeEdited) {
    const fs::path file = file_of("weights", kWritable);
    EXPECT_NE(take(file, "weights"), Sharing::hard_link);
}

TEST_F(ShareFileTest, NeverLinksWhatSomebodyWrites) {
    const fs::path file = file_of("weights", kWritable);
    const UniqueFd writer(::open(file.c_str(), O_WRONLY));
    fs::permissions(file, kReadOnly);
    EXPECT_NE(take(file, "weights"), Sharing::hard_link);
}

TEST_F(ShareFileTest, RefusesFilesThatChangedSince) {
    const fs::path file = file_of("weights", kReadOnly);
    FileStamp before = stamp_of(file);
    before.modified_ns -= 1;
    EXPECT_FALSE(take_as_blob(file, before, folder_.path(), digest_of("weights")));
    EXPECT_EQ(n_blobs(), 0U);
}

TEST_F(ShareFileTest, LeavesABlobThatIsThere) {
    const fs::path file = file_of("weights", kReadOnly);
    ScratchFolder::write(blob_of("weights"), "other");
    EXPECT_FALSE(take(file, "weights"));
    EXPECT_EQ(ScratchFolder::read(blob_of("weights")), "other");
}

TEST_F(ShareFileTest, RefusesFoldersThatAreNone) {
    const fs::path file = file_of("weights", kReadOnly);
    EXPECT_FALSE(take_as_blob(file, stamp_of(file), folder_ / "none", digest_of("weights")));
    EXPECT_FALSE(fs::exists(folder_ / "none"));
}

TEST_F(ShareFileTest, StampsKnowFilesThatSettled) {
    const fs::path file = file_of("weights", kWritable);
    FileStamp stamp = stamp_of(file);
    while (!stamp.is_settled()) std::this_thread::yield();
    stamp.changed_ns += 3'600'000'000'000;
    EXPECT_FALSE(stamp.is_settled());
}

TEST_F(ShareFileTest, GivesOutBlobsThatNobodyCanSpoil) {
    ScratchFolder::write(blob_of("weights"), "weights");
    const fs::path target = folder_ / "out.gguf";
    const auto given = give_out_blob(blob_of("weights"), target, false);
    ASSERT_TRUE(given.has_value()) << given.error().message;
    EXPECT_EQ(ScratchFolder::read(target), "weights");
    const bool same = inode_of(target) == inode_of(blob_of("weights"));
    EXPECT_EQ(same, *given == Sharing::hard_link);
    if (same) {
        EXPECT_EQ(mode_of(target) & 0222U, 0U);
    }
}

TEST_F(ShareFileTest, CopiesOnRequestAndReplacesNothing) {
    ScratchFolder::write(blob_of("weights"), "weights");
    const fs::path target = folder_ / "out.gguf";
    std::int64_t done = 0;
    const auto on_copied = [&](std::int64_t bytes, std::int64_t) { done = bytes; };
    EXPECT_EQ(give_out_blob(blob_of("weights"), target, true, on_copied), Sharing::copy);
    EXPECT_EQ(done, 7);
    EXPECT_NE(inode_of(target), inode_of(blob_of("weights")));
    const auto again = give_out_blob(blob_of("weights"), target, true);
    EXPECT_THAT(again.error().message, testing::HasSubstr("File exists"));
    EXPECT_EQ(ScratchFolder::read(target), "weights");
}

TEST_F(ShareFileTest, GivesOutNoLinksAndFifos) {
    ASSERT_EQ(::mkfifo((blobs_ / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(give_out_blob(blobs_ / "fifo", folder_ / "x", false).error().code,
              ErrorCode::corrupt);
    fs::create_symlink("/etc/passwd", blobs_ / "link");
    EXPECT_FALSE(give_out_blob(blobs_ / "link", folder_ / "x", false));
    EXPECT_EQ(give_out_blob(blobs_ / "none", folder_ / "x", false).error().code,
              ErrorCode::not_found);
}

}  // namespace
}  // namespace corral::store
