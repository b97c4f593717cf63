#include "engine/thinking_limit.h"

#include "engine/tiny_model.h"

namespace corral::engine {
namespace {

// Says a text over and over, byte by byte, and remembers what it was told to have said instead.
class Parrot : public Sampler {
public:
    Parrot(std::string first, std::string then, std::string& told)
        : text_(std::move(first)), then_(std::move(then)), told_(told) {}

    void accept_prompt(std::span<const llama_token>) override {}
    Result<llama_token> sample(llama_context*, std::int32_t) override {
        if (at_ == text_.size()) {
            text_ = then_;
            at_ = 0;
        }
        return 3 + static_cast<unsigned char>(text_[at_++]);
    }
    void accept(llama_token token) override {
        told_ += static_cast<char>(static_cast<unsigned char>(token - 3));
    }

private:
    std::string text_;
    std::string then_;
    std::string& told_;
    std::size_t at_ = 0;
};

class ThinkingLimitTest : public FullModelTest {
protected:
    static constexpr std::size_t kTokens = 40;

    // What is said in so many tokens by who says `first` and then `then` for ever.
    std::string answer(std::string first, std::string then, std::int64_t n_most,
                       bool is_begun = false) {
        told_.clear();
        ThinkingLimit limit(
            *model->vocabulary, std::make_unique<Parrot>(std::move(first), std::move(then), told_),
            {.start = "<t>", .ends = {"</t>", "<call>"}, .is_begun = is_begun}, n_most);
        std::string said;
        while (said.size() < kTokens) said += model->vocabulary->piece(*limit.sample(nullptr, 0));
        return said;
    }

    std::string told_;
};

TEST_F(ThinkingLimitTest, EndsThoughtsThatNeverEnd) {
    EXPECT_TRUE(answer("<t>", "abc", 5).starts_with("<t>abcab</t>cabcabc"));
    EXPECT_EQ(told_, "</t>") << "the sampler inside goes on behind what was said";
}

TEST_F(ThinkingLimitTest, KnowsThoughtsThatThePromptBegan) {
    EXPECT_TRUE(answer("", "abc", 4, true).starts_with("abca</t>bcabc"));
    EXPECT_TRUE(answer("", "abc", 0, true).starts_with("</t>abcabc"));
}

TEST_F(ThinkingLimitTest, LeavesShortThoughtsAlone) {
    for (const char* said : {"<t>abc</t>", " \n<t>abc<call>"}) {
        EXPECT_TRUE(answer(said, "xyz", 20).starts_with(std::string(said) + "xyzxyz"));
        EXPECT_EQ(told_, "");
    }
}

TEST_F(ThinkingLimitTest, LimitsOnlyWhatAnAnswerBeginsWith) {
    EXPECT_EQ(answer("a <t>", "b", 3), "a <t>" + std::string(kTokens - 5, 'b'));
    EXPECT_EQ(answer("<t>a</t><t>", "b", 6), "<t>a</t><t>" + std::string(kTokens - 11, 'b'));
}

TEST_F(ThinkingLimitTest, FinishesACharacter) {
    EXPECT_TRUE(answer("<t>aü", "b", 2).starts_with("<t>aü</t>bbb"));
}

// The mark may come to an end by the model's own words at the very place where it has to.
TEST_F(ThinkingLimitTest, AnEndInTimeIsOne) {
    EXPECT_TRUE(answer("<t>ab</t>", "c", 6).starts_with("<t>ab</t>ccc"));
    EXPECT_EQ(told_, "");
}

}  // namespace
}  // namespace corral::engine
