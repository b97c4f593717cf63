#include "cli/chat/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/files.h"
#include "store/scratch_folder.h"

namespace corral::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HistoryTest : public testing::Test {
protected:
    store::ScratchFolder folder_;
    fs::path file_ = folder_ / ".ollama/history";
};

TEST_F(HistoryTest, KeepsEntriesForTheNextTime) {
    History history(file_, true);
    history.add("  one ");
    history.add("   ");
    history.add("two\nlines");
    EXPECT_THAT(History(file_, true).entries(), ElementsAre("one", "two\nlines"));
    EXPECT_EQ(*read_file(file_, 1000), "one\ntwo␊lines\n");
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0600));
    EXPECT_FALSE(fs::exists(file_.string() + ".tmp"));
}

TEST_F(HistoryTest, KeepsTheNewestHundred) {
    History history(file_, true);
    for (int i = 0; i < 103; ++i) history.add(std::to_string(i));
    History again(file_, true);
    EXPECT_THAT(again.entries(), SizeIs(100));
    EXPECT_EQ(again.entries().front(), "3");
}

TEST_F(HistoryTest, NeitherReadsNorWritesWhenNotSaved) {
    History(file_, true).add("old");
    History history(file_, false);
    EXPECT_THAT(history.entries(), IsEmpty());
    history.add("new");
    EXPECT_THAT(History(file_, true).entries(), ElementsAre("old"));
}

}  // namespace
}  // namespace corral::cli
