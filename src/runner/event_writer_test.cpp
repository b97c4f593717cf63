#include "runner/event_writer.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/codec.h"

namespace corral::runner {
namespace {

wire::FromRunner text(std::uint64_t id, std::string content) {
    return {id, wire::Delta{.content = std::move(content)}};
}

const wire::Delta& delta(const wire::FromRunner& event) {
    return std::get<wire::Delta>(event.body);
}

TEST(EnqueueTest, JoinsTextOfTheSameRequest) {
    std::deque<wire::FromRunner> queue;
    enqueue(queue, text(1, "a"));
    enqueue(queue, text(2, "x"));
    enqueue(queue, text(1, "b"));
    ASSERT_EQ(queue.size(), 2U);
    EXPECT_EQ(delta(queue[0]).content, "ab");
    EXPECT_EQ(delta(queue[1]).content, "x");
}

TEST(EnqueueTest, KeepsTheOrderOfContentAndThinking) {
    std::deque<wire::FromRunner> queue;
    enqueue(queue, text(1, "a"));
    enqueue(queue, {1, wire::Delta{.thinking = "hm"}});
    enqueue(queue, text(1, "b"));
    ASSERT_EQ(queue.size(), 2U);
    EXPECT_EQ(delta(queue[1]).thinking, "hm");
    EXPECT_EQ(delta(queue[1]).content, "b");
}

TEST(EnqueueTest, PutsNothingAfterTheEnd) {
    std::deque<wire::FromRunner> queue;
    enqueue(queue, text(1, "a"));
    enqueue(queue, {1, wire::Done{}});
    enqueue(queue, text(1, "b"));  // the same id again is a new request
    ASSERT_EQ(queue.size(), 3U);
}

TEST(EventWriterTest, WritesFramesBeforeItEnds) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    {
        EventWriter writer(ends[0]);
        writer.send(text(7, "hello"));
    }
    close(ends[0]);
    std::string bytes(256, '\0');
    const ssize_t n = read(ends[1], bytes.data(), bytes.size());
    close(ends[1]);
    ASSERT_GT(n, 4);
    const auto event =
        wire::decode_from_runner(std::span(bytes).subspan(4, static_cast<std::size_t>(n) - 4));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->id, 7U);
    EXPECT_EQ(delta(*event).content, "hello");
}

}  // namespace
}  // namespace corral::runner
