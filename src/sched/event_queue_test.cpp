#include "sched/event_queue.h"

#include <gtest/gtest.h>

namespace corral::sched {
namespace {

wire::Delta content(std::string text) {
    return {.content = std::move(text)};
}
wire::Delta thinking(std::string text) {
    return {.thinking = std::move(text)};
}

TEST(EventQueue, GivesEventsInOrder) {
    EventQueue queue;
    EXPECT_FALSE(queue.pop());
    ASSERT_TRUE(queue.push(content("a")));
    ASSERT_TRUE(queue.push(wire::Done{}));
    EXPECT_EQ(std::get<wire::Delta>(*queue.pop()).content, "a");
    EXPECT_TRUE(std::holds_alternative<wire::Done>(*queue.pop()));
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.size_bytes(), 0U);
}

TEST(EventQueue, JoinsNeighbouringText) {
    EventQueue queue;
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(queue.push(content("ab")));
    EXPECT_EQ(queue.size(), 1U);
    EXPECT_EQ(std::get<wire::Delta>(*queue.pop()).content.size(), 2000U);
    EXPECT_EQ(queue.size_bytes(), 0U);
}

TEST(EventQueue, JoinsLogprobsAlongWithTheirText) {
    EventQueue queue;
    for (const char* token : {"a", "b"}) {
        wire::Delta delta = content(token);
        delta.logprobs.push_back({{token, -1.0}, {}});
        ASSERT_TRUE(queue.push(delta));
    }
    const auto joined = std::get<wire::Delta>(*queue.pop());
    EXPECT_EQ(joined.content, "ab");
    EXPECT_EQ(joined.logprobs.at(1).chosen.token, "b");
}

TEST(EventQueue, KeepsThinkingContentAndToolCallsApart) {
    EventQueue queue;
    wire::Delta call;
    call.tool_calls.push_back({"id", 0, "f", "{}"});
    ASSERT_TRUE(queue.push(thinking("a")));
    ASSERT_TRUE(queue.push(content("b")));
    ASSERT_TRUE(queue.push(call));
    ASSERT_TRUE(queue.push(call));
    ASSERT_TRUE(queue.push(content("c")));
    EXPECT_EQ(queue.size(), 5U);
}

TEST(EventQueue, RefusesMoreThanItsLimit) {
    EventQueue queue;
    const std::string megabyte(1 << 20, 'x');
    for (int i = 0; i < 63; ++i) ASSERT_TRUE(queue.push(content(megabyte)));
    EXPECT_FALSE(queue.push(content(std::string(2 << 20, 'x'))));
    EXPECT_LE(queue.size_bytes(), kMaxQueuedBytes);
    EXPECT_TRUE(queue.push(wire::Embedded{std::vector<float>(1 << 20), 1 << 20, 1, 0}));
    queue.clear();
    EXPECT_TRUE(queue.push(content(megabyte)));
}

}  // namespace
}  // namespace corral::sched
