#include "cli/chat/prompt_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace corral::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(FindPaths, SeesPathsOfKnownKinds) {
    EXPECT_THAT(find_paths("what is in ./a b.png and /x/y.JPG?"),
                ElementsAre("./a b.png", "/x/y.JPG"));
    EXPECT_THAT(find_paths("../up.webp"), ElementsAre("./up.webp"));
    EXPECT_THAT(find_paths("x.png is a name, and ./y.pngx is none"), IsEmpty());
}

TEST(TakeFiles, ReadsAndCutsOutWhatExists) {
    std::string pattern = (fs::temp_directory_path() / "corral-files-XXXXXX").string();
    fs::path folder = mkdtemp(pattern.data());
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
    fs::remove_all(folder);
}

}  // namespace
}  // namespace corral::cli
