#include "cli/chat/slash.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/json.h"

namespace corral::cli {
namespace {

const Json kInfo = Json::parse(R"({
    "capabilities": ["completion", "thinking"],
    "messages": [{"role":"user","content":"hi"}, {"role":"assistant","content":"hello"}]
})");

// A chat whose commands print into memory; those that ask the server are not for here.
class SlashTest : public testing::Test {
protected:
    SlashTest() {
        program_.console.out = open_memstream(&out_text_, &out_size_);
        program_.console.err = open_memstream(&err_text_, &err_size_);
        state_.session.model = "m";
    }
    ~SlashTest() override {
        std::fclose(program_.console.out);
        std::fclose(program_.console.err);
        std::free(out_text_);
        std::free(err_text_);
    }

    void check(const std::string& line, std::string_view expected) {
        auto before = out_size_;
        ASSERT_TRUE(run_slash_command(state_, line));
        EXPECT_EQ(std::string_view(out_text_, out_size_).substr(before), expected) << line;
    }

    char* out_text_ = nullptr;
    char* err_text_ = nullptr;
    std::size_t out_size_ = 0, err_size_ = 0;
    Program program_{"corral", {}, {}, ApiClient(HostAddress{})};
    History history_{"/nonexistent/history", false};
    Session session_{.facts = facts_of(kInfo)};
    ChatState state_{program_, session_, Conversation(session_.facts), history_};
};

TEST_F(SlashTest, SetsParametersWithTheirTypes) {
    check("/set parameter num_ctx 4096", "Set parameter 'num_ctx' to '4096'\n");
    check("/set parameter temperature 0.5", "Set parameter 'temperature' to '0.5'\n");
    check("/set parameter stop a b", "Set parameter 'stop' to 'a, b'\n");
    EXPECT_EQ(compact(state_.session.options),
              R"({"num_ctx":4096,"temperature":0.5,"stop":["a","b"]})");
    check("/set parameter num_ctx x", "Couldn't set parameter: \"invalid int value [x]\"\n");
    check("/set parameter foo 1", "Couldn't set parameter: \"unknown parameter 'foo'\"\n");
}

TEST_F(SlashTest, SetsTheSystemMessage) {
    check("/set system You   are kind.", "Set system message.\n");
    EXPECT_EQ(state_.conversation.system(), "You are kind.");
    check("/set system two\nlines", "Set system message.\n");
    EXPECT_EQ(state_.conversation.system(), "two\nlines");
    // The second replaced the first.
    EXPECT_EQ(state_.conversation.messages().size(), 3U);
    check("/clear", "Cleared session context\n");
    EXPECT_EQ(compact(state_.conversation.messages()),
              R"([{"role":"system","content":"two\nlines"}])");
}

TEST_F(SlashTest, SwitchesModes) {
    check("/set verbose", "Set 'verbose' mode.\n");
    EXPECT_TRUE(state_.session.verbose);
    check("/set nowordwrap", "Set 'nowordwrap' mode.\n");
    EXPECT_FALSE(state_.session.word_wrap);
    check("/set format json", "Set format to 'json' mode.\n");
    EXPECT_EQ(state_.session.format, "json");
    check("/set format xml", "Invalid or missing format. For 'json' mode use '/set format json'\n");
    check("/set noformat", "Disabled format.\n");
    EXPECT_TRUE(state_.session.format.is_null());
    check("/set think high", "Set 'think' mode to 'high'.\n");
    check("/set nothink", "Set 'nothink' mode.\n");
    EXPECT_EQ(state_.session.think, false);
    EXPECT_EQ(err_size_, 0U);
}

TEST_F(SlashTest, MatchesWholeWords) {
    check("/settings", "Unknown command '/settings'. Type /? for help\n");
    check("/set other", "Unknown command '/set other'. Type /? for help\n");
    check("/load", "Usage:\n  /load <modelname>\n");
    check("/save a b", "Usage:\n  /save <modelname>\n");
    check("/save //", "error: The model name '//' is invalid\n");
    check("/bye", "");
    EXPECT_TRUE(state_.leave);
}

TEST_F(SlashTest, PrintsHelpOnStandardError) {
    check("/?", "");
    EXPECT_GT(err_size_, 0U);
    auto before = err_size_;
    check("/? nosuch", "");
    EXPECT_EQ(err_size_, before);
}

TEST(ConversationReplay, LooksAsItWasTyped) {
    EXPECT_EQ(Conversation(facts_of(kInfo)).replay({}), ">>> hi\nhello\n\n");
}

TEST(FactsOf, ReadsWhatTheModelCanDo) {
    EXPECT_TRUE(facts_of(kInfo).thinks);
    EXPECT_FALSE(facts_of(kInfo).sees);
    EXPECT_TRUE(facts_of(Json::parse(R"({"capabilities":["vision"]})")).sees);
    EXPECT_TRUE(facts_of(Json::parse(R"({"model_info":{"x.vision.y":1}})")).sees);
    EXPECT_TRUE(facts_of(Json::parse(R"({"capabilities":["embedding"]})")).embeds);
}

}  // namespace
}  // namespace corral::cli
