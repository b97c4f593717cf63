#include "engine/media/pieces.h"

#include <gtest/gtest.h>

namespace corral::engine {
namespace {

// Text of 5, an image of 12 vectors in 4 positions, an image of 6 in 6, text.
MediaPieces two_images() {
    MediaPieces pieces;
    pieces.add({.begin = 5, .n_tokens = 12, .n_positions = 4, .id = -2});
    pieces.add({.begin = 17, .n_tokens = 6, .n_positions = 6, .id = -3});
    return pieces;
}

TEST(MediaPieces, TellPositions) {
    const MediaPieces pieces = two_images();
    EXPECT_EQ(pieces.position(0), 0);
    EXPECT_EQ(pieces.position(5), 5);
    EXPECT_EQ(pieces.all()[1].position, 9);
    EXPECT_EQ(pieces.position(17), 9);
    EXPECT_EQ(pieces.position(23), 15);
    EXPECT_EQ(pieces.position(30), 22);
    EXPECT_EQ(MediaPieces().position(7), 7);
}

TEST(MediaPieces, DivideTextFromMedia) {
    const MediaPieces pieces = two_images();
    EXPECT_EQ(pieces.text_run(0, 30), 5U);
    EXPECT_EQ(pieces.text_run(3, 4), 1U);
    EXPECT_EQ(pieces.text_run(5, 30), 0U);
    EXPECT_EQ(pieces.text_run(16, 30), 0U);
    EXPECT_EQ(pieces.text_run(17, 30), 0U);
    EXPECT_EQ(pieces.text_run(23, 30), 7U);
    EXPECT_EQ(pieces.at(4), nullptr);
    EXPECT_EQ(pieces.at(16)->id, -2);
    EXPECT_EQ(pieces.at(17)->id, -3);
    EXPECT_EQ(pieces.at(23), nullptr);
}

TEST(MediaPieces, AreNeverCut) {
    const MediaPieces pieces = two_images();
    EXPECT_EQ(pieces.cut(4), 4U);
    EXPECT_EQ(pieces.cut(5), 5U);
    EXPECT_EQ(pieces.cut(16), 5U);
    EXPECT_EQ(pieces.cut(17), 17U);
    EXPECT_EQ(pieces.cut(20), 17U);
    EXPECT_EQ(pieces.cut(23), 23U);
}

}  // namespace
}  // namespace corral::engine
