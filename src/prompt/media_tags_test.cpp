#include "prompt/media_tags.h"

#include <gtest/gtest.h>

namespace corral::prompt {
namespace {

// Parts as one text: media in braces, parts divided by bars.
std::string shown(std::string_view text, std::size_t n, const TagStyle& style = {}) {
    std::string all;
    for (const Part& part : split_at_tags(text, n, style)) {
        if (!all.empty()) all += '|';
        all += part.media ? "{" + std::to_string(*part.media) + "}" : part.text;
    }
    return all;
}

TEST(MediaTags, TakePlacesFromLeftToRight) {
    EXPECT_EQ(place_tags("a [img] b [img] c", 0, 2), "a [img-0] b [img-1] c");
    EXPECT_EQ(place_tags("a [img] b", 4, 3), "[img-5][img-6]a [img-4] b");
    EXPECT_EQ(place_tags("what?", 0, 1), "[img-0]what?");
    EXPECT_EQ(place_tags("[img] stays", 0, 0), "[img] stays");
    EXPECT_EQ(append_tags("what?", 1, 2, {"<", ">"}), "what?<1><2>");
}

TEST(MediaTags, DivideTheText) {
    EXPECT_EQ(shown("a [img-0] b", 1), "a |{0}| b");
    EXPECT_EQ(shown("[img-1][img-0]", 2), "{1}|{0}");
    EXPECT_EQ(shown("", 3), "");
    EXPECT_EQ(shown("x<7>y", 8, {"<", ">"}), "x|{7}|y");
}

TEST(MediaTags, CountOnlyOnceAndOnlyForMediaThatAreThere) {
    EXPECT_EQ(shown("[img-0] and [img-0]", 1), "{0}| and [img-0]");
    EXPECT_EQ(shown("[img-1] [img-] [img-x] [img--1] [img-0", 1),
              "[img-1] [img-] [img-x] [img--1] [img-0");
    EXPECT_EQ(shown("[img-99999999999999999999999] [img-[img-0]]", 1),
              "[img-99999999999999999999999] [img-|{0}|]");
}

}  // namespace
}  // namespace corral::prompt
