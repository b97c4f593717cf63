#include "parse/decimal_range.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>

#include "parse/grammar_matcher.h"

namespace corral::parse {
namespace {

using Bound = DecimalRange::Bound;

class DecimalRule {
public:
    explicit DecimalRule(const DecimalRange& range) {
        const auto rule = decimal_rule(range);
        EXPECT_TRUE(rule) << rule.error().message;
        auto grammar = Grammar::parse("root ::= " + rule.value_or("\"\""));
        EXPECT_TRUE(grammar) << *rule << ": " << grammar.error().message;
        matcher_ =
            std::make_unique<GrammarMatcher>(std::make_shared<const Grammar>(std::move(*grammar)));
    }

    bool takes(std::string_view text) {
        const auto state = matcher_->after(matcher_->start(), text);
        return state != GrammarMatcher::kDead && matcher_->accepts(state);
    }

private:
    std::unique_ptr<GrammarMatcher> matcher_;
};

void check(const DecimalRange& range, std::initializer_list<const char*> within,
           std::initializer_list<const char*> outside) {
    DecimalRule rule(range);
    for (const char* text : within) EXPECT_TRUE(rule.takes(text)) << text;
    for (const char* text : outside) EXPECT_FALSE(rule.takes(text)) << text;
}

TEST(DecimalRange, KeepsToItsBounds) {
    check({Bound{0}, Bound{1}}, {"0", "0.0", "0.5", "0.999999", "1", "1.0", "1.00"},
          {"-0.1", "-0", "1.01", "2", "10", "", ".5", "00", "01", "1.", "1e0", "+1"});
    check({Bound{0, true}, Bound{1, true}}, {"0.01", "0.00000001", "0.99"},
          {"0", "0.0", "0.000", "1", "1.0", "1.1"});
    check({Bound{-2.5}, Bound{10.25}}, {"-2.5", "-2.50", "-0.1", "0", "9.9", "10", "10.25", "10.2"},
          {"-2.51", "-3", "-10", "10.26", "10.3", "11", "100"});
    check({Bound{-20, true}, Bound{-3, true}}, {"-19.9", "-3.1", "-10", "-4"},
          {"-20", "-20.0", "-3", "-3.0", "-2", "0", "4", "-100"});
}

TEST(DecimalRange, MayBeOpen) {
    check({Bound{99.5}, std::nullopt}, {"99.5", "99.6", "100", "123456.75"},
          {"99.4", "99", "-100"});
    check({std::nullopt, Bound{0}}, {"0", "-1", "-0.5", "-123456.7"}, {"0.1", "1", "-", "-01"});
    check({std::nullopt, Bound{0, true}}, {"-0.5"}, {"0", "-0", "-0.0"});
    check({std::nullopt, Bound{-7}}, {"-7", "-70", "-7.5"}, {"-6.9", "0", "7"});
    check({}, {"0", "-12.5", "3"}, {"1e5", "03"});
}

TEST(DecimalRange, CountsDecimals) {
    check({Bound{0}, Bound{10}, 2}, {"9.99", "0.1", "10", "10.0"}, {"9.999", "10.01"});
    check({Bound{0.5}, Bound{3}, 0}, {"1", "2", "3"}, {"0", "0.5", "1.0", "2.5"});
    check({Bound{1}, std::nullopt, 0}, {"1", "1000"}, {"0", "1.5"});
}

TEST(DecimalRange, TellsWhenThereIsNoNumber) {
    EXPECT_FALSE(decimal_rule({Bound{3}, Bound{1}}));
    EXPECT_FALSE(decimal_rule({Bound{1, true}, Bound{1}}));
    EXPECT_FALSE(decimal_rule({Bound{-1}, Bound{-2}}));
    EXPECT_FALSE(decimal_rule({Bound{1.2}, Bound{1.8}, 0}));
    EXPECT_FALSE(decimal_rule({Bound{1e-40}, Bound{1}}));
    EXPECT_TRUE(decimal_rule({Bound{1}, Bound{1}}));
}

// Of texts with few digits, exactly those between the bounds are taken.
TEST(DecimalRange, AgreesWithArithmetic) {
    std::mt19937 random(7);
    const auto number = [&](int most) {
        const int n_decimals = static_cast<int>(random() % 3);
        const int scale = n_decimals == 0 ? 1 : n_decimals == 1 ? 10 : 100;
        const int value = static_cast<int>(random() % (2 * most * scale)) - most * scale;
        return fmt::format("{:.{}f}", static_cast<double>(value) / scale, n_decimals);
    };
    for (int i = 0; i < 300; ++i) {
        const int most = i % 2 == 0 ? 12 : 1200;
        Bound low{std::strtod(number(most).c_str(), nullptr), random() % 2 == 0};
        Bound high{std::strtod(number(most).c_str(), nullptr), random() % 2 == 0};
        if (low.value >= high.value) continue;
        DecimalRule rule({low, high});
        for (int j = 0; j < 200; ++j) {
            const std::string text = number(most + 5);
            const double value = std::strtod(text.c_str(), nullptr);
            if (text.starts_with('-') && value == 0) continue;
            const bool is_within = (low.is_excluded ? value > low.value : value >= low.value) &&
                                   (high.is_excluded ? value < high.value : value <= high.value);
            EXPECT_EQ(rule.takes(text), is_within)
                << text << " between " << low.value << " and " << high.value;
        }
    }
}

}  // namespace
}  // namespace corral::parse
