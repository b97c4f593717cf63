#include "cli/chat/prompt_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "store/scratch_folder.h"

namespace corral::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FindPaths, SeesPathsOfKnownKinds) {
    EXPECT_THAT(find_paths("what is in ./a b.png and /x/y.JPG?"),
                ElementsAre("./a b.png", "/x/y.JPG"));
    EXPECT_THAT(find_paths("../up.webp"), ElementsAre("./up.webp"));
    EXPECT_THAT(find_paths("x.png is a name, and ./y.pngx is none"), IsEmpty());
}

TEST(TakeFiles, ReadsAndCutsOutWhatExists) {
    const store::ScratchFolder folder;
    auto image = (folder / "a b.png").string();
    std::ofstream(image) << "\x89PNG\r\n\x1a\nrest";
    std::ofstream(folder / "text.png") << "no image";
    Console console;
    console.err = std::fopen("/dev/null", "w");

    auto files = take_files(console, "look at '" + image + "' and /none/x.png ");
    ASSERT_TRUE(files);
    EXPECT_EQ(files->prompt, "look at  and /none/x.png");
    EXPECT_THAT(files->base64, ElementsAre("iVBORw0KGgpyZXN0"));
    EXPECT_FALSE(take_files(console, (folder / "text.png").string()));

    std::fclose(console.err);
}

}  // namespace
}  // namespace corral::cli
