#include "engine/output_guard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "engine/grammar.h"
#include "engine/grammar_sampler.h"
#include "engine/tiny_model.h"
#include "json.h"

namespace corral::engine {
namespace {

class OutputGuardTest : public FullModelTest {
protected:
    static std::size_t n_vocab() { return static_cast<std::size_t>(model->vocabulary->size()); }

    static Constraint schema(const std::string& json) {
        Result<std::string> grammar = grammar_of({wire::Format::Kind::schema, json});
        EXPECT_TRUE(grammar) << grammar.error().message;
        return {.grammar = grammar.value_or("")};
    }
    static OutputGuard guard(Constraint constraint) {
        auto made = OutputGuard::create(*model->vocabulary, std::move(constraint));
        EXPECT_TRUE(made) << made.error().message;
        return std::move(*made);
    }
    static void feed(OutputGuard& guard, std::string_view text) {
        for (char c : text) {
            EXPECT_TRUE(!guard.binds() || guard.allows(byte(c))) << c << " of " << text;
            guard.accept(byte(c));
        }
    }
    static bool takes(OutputGuard& guard, std::string_view text) {
        for (char c : text) {
            if (guard.binds() && !guard.allows(byte(c))) return false;
            guard.accept(byte(c));
        }
        return true;
    }

    // What a model of random logits says under a constraint, to its end.
    static std::string random_answer(const Constraint& constraint, std::uint32_t seed) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal(0, 3);
        wire::SamplingOptions options;
        options.seed = seed;
        auto sampler = GrammarSampler::create(*model->vocabulary, {options, 512, constraint});
        EXPECT_TRUE(sampler);
        std::string answer;
        std::vector<float> row(n_vocab());
        for (int i = 0; i < 4000; ++i) {
            for (float& logit : row) logit = normal(random);
            row[2] += 8;  // the end, or strings go on for long
            row[static_cast<std::size_t>(byte('"'))] += 8;
            row[static_cast<std::size_t>(byte('}'))] += 8;
            const auto token = static_cast<GrammarSampler&>(**sampler).sample_row(row);
            EXPECT_TRUE(token) << token.error().message;
            if (!token || model->vocabulary->ends_generation(*token)) return answer;
            answer += model->vocabulary->piece(*token);
        }
        ADD_FAILURE() << "no end: " << answer.substr(0, 200);
        return answer;
    }
};

constexpr const char* kPerson =
    R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,)"
    R"("maximum":150},"tags":{"type":"array","items":{"enum":["a","b","ü"]},"minItems":1,"maxItems":3},)"
    R"("friend":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["name","age","tags"]})";

TEST_F(OutputGuardTest, RandomModelsGiveWhatTheSchemaAsksFor) {
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
        const std::string answer = random_answer(schema(kPerson), seed);
        const common_json json = common_json::parse(answer);
        EXPECT_TRUE(json.at("name").is_string()) << answer;
        EXPECT_LE(json.at("age").get<int>(), 150) << answer;
        EXPECT_GE(json.at("tags").size(), 1U) << answer;
        EXPECT_LE(json.at("tags").size(), 3U) << answer;
    }
}

TEST_F(OutputGuardTest, RandomModelsKeepNumbersWithinTheirBounds) {
    const Constraint constraint = schema(
        R"({"type":"object","properties":{"share":{"type":"number","exclusiveMinimum":0,"maximum":1},)"
        R"("degrees":{"type":["number","null"],"minimum":-273.15}},"required":["share","degrees"]})");
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
        const std::string answer = random_answer(constraint, seed);
        const common_json json = common_json::parse(answer);
        EXPECT_GT(json.at("share").get<double>(), 0) << answer;
        EXPECT_LE(json.at("share").get<double>(), 1) << answer;
        if (json.at("degrees").is_null()) continue;
        EXPECT_GE(json.at("degrees").get<double>(), -273.15) << answer;
    }
}

TEST_F(OutputGuardTest, RandomModelsGiveObjectsForJson) {
    const auto grammar = grammar_of({wire::Format::Kind::json, ""});
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        const std::string answer = random_answer({.grammar = *grammar}, seed);
        EXPECT_TRUE(common_json::parse(answer).is_object()) << answer;
    }
}

// The mask, the single checks, and llama.cpp's own grammar agree in every state of a walk.
TEST_F(OutputGuardTest, AgreesWithLlama) {
    const Constraint constraint = schema(kPerson);
    OutputGuard ours = guard(constraint);
    const llama_vocab* vocab = model->vocabulary->get();
    const llama_sampler_ptr theirs(
        llama_sampler_init_grammar(vocab, constraint.grammar.c_str(), "root"));
    const std::string text = R"({"name": "Zoe", "age": 42, "tags": ["a","b"], "friend": null})";
    for (char c : text) {
        const auto allowed = ours.allowed();
        ASSERT_TRUE(allowed);
        std::vector<llama_token_data> candidates;
        for (std::size_t i = 0; i < n_vocab(); ++i)
            candidates.push_back({static_cast<llama_token>(i), 1, 0});
        llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
        llama_sampler_apply(theirs.get(), &array);
        for (const llama_token_data& one : candidates) {
            // llama.cpp takes control tokens for their names, and some bytes that are no UTF-8.
            const bool is_exact =
                one.id >= byte(1) && (one.id < byte('\x80') || one.id > byte('\xFF'));
            if (!is_exact && one.id != 2) continue;
            const auto i = static_cast<std::size_t>(one.id);
            ASSERT_EQ((*allowed)->contains(i), !std::isinf(one.logit)) << one.id << " before " << c;
            ASSERT_EQ((*allowed)->contains(i), ours.allows(one.id)) << one.id << " before " << c;
        }
        ASSERT_TRUE(ours.allows(byte(c))) << c;
        ours.accept(byte(c));
        llama_sampler_accept(theirs.get(), byte(c));
    }
    EXPECT_TRUE(ours.allows(2));
}

TEST_F(OutputGuardTest, RefusesWhatNoAnswerCanMeet) {
    const auto made = OutputGuard::create(*model->vocabulary,
                                          schema(R"({"type":"integer","minimum":5,"maximum":3})"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().http_status, 400);
}

Constraint thinking_constraint() {
    return {.grammar = "root ::= \"{}\"",
            .after_thinking = true,
            .tool_grammar = "root ::= \"<tool>\" [a-z]+ \"</tool>\"",
            .triggers = {{COMMON_GRAMMAR_TRIGGER_TYPE_WORD, "<tool>"}},
            .thinking_start = "<think>",
            .thinking_ends = {"</think>"}};
}

TEST_F(OutputGuardTest, BindsOnlyAfterThinking) {
    OutputGuard thinking = guard(thinking_constraint());
    EXPECT_TRUE(takes(thinking, "<think>any { text <tool> </think>\n\n{}"));
    EXPECT_TRUE(thinking.allows(2));
    OutputGuard again = guard(thinking_constraint());
    EXPECT_FALSE(takes(again, "<think></think><think>")) << "thinking is over";
    OutputGuard at_once = guard(thinking_constraint());
    EXPECT_TRUE(takes(at_once, "{}"));
    OutputGuard other = guard(thinking_constraint());
    EXPECT_FALSE(takes(other, "Hello"));
}

// A tag need not end where a token does.
TEST_F(OutputGuardTest, TagsMayEndInsideATokenThatSaysMore) {
    Constraint constraint = thinking_constraint();
    constraint.preserved_tokens = {"<s>"};
    constraint.thinking_start = "<s";  // the start token is visible, and goes beyond
    OutputGuard thinking = guard(constraint);
    EXPECT_TRUE(thinking.allows(1));
    thinking.accept(1);
    EXPECT_TRUE(takes(thinking, "x</think>{}"));
}

TEST_F(OutputGuardTest, ThoughtsAreNotTheWholeAnswer) {
    OutputGuard thinking = guard(thinking_constraint());
    feed(thinking, "<think>hm");
    EXPECT_FALSE(thinking.allows(2));
    EXPECT_TRUE(thinking.allows(byte('x')));
    const auto allowed = thinking.allowed();
    ASSERT_TRUE(allowed);
    EXPECT_FALSE((*allowed)->contains(2));
    EXPECT_TRUE((*allowed)->contains(static_cast<std::size_t>(byte('x'))));
    Constraint lazy_tools = thinking_constraint();
    lazy_tools.grammar.clear();
    OutputGuard free = guard(lazy_tools);
    feed(free, "<think>hm");
    EXPECT_FALSE(free.binds()) << "nothing is owed";
}

Constraint required_call() {
    Constraint constraint = thinking_constraint();
    constraint.grammar.clear();
    constraint.must_call = true;
    return constraint;
}

TEST_F(OutputGuardTest, ACallThatIsRequired) {
    OutputGuard call = guard(required_call());
    EXPECT_FALSE(call.allows(2));
    EXPECT_TRUE(takes(call, "<think>x</think>\n<tool>abc"));
    EXPECT_FALSE(call.allows(2)) << "it is not complete";
    feed(call, "</tool>");
    EXPECT_TRUE(call.allows(2));
    OutputGuard text = guard(required_call());
    EXPECT_FALSE(takes(text, "Hello"));
}

// Behind a mark's end in the same token, the call has to go on as it must.
TEST_F(OutputGuardTest, AMarkMayEndInsideATokenOnlyIfTheRestFits) {
    Constraint constraint = required_call();
    constraint.preserved_tokens = {"<s>"};  // a token that is visible, and goes beyond the mark
    constraint.triggers = {{COMMON_GRAMMAR_TRIGGER_TYPE_WORD, "to<s"}};
    for (const bool is_right : {true, false}) {
        constraint.tool_grammar =
            is_right ? "root ::= \"to<s>\" [a-z]+" : "root ::= \"to<s\" [a-z]+";
        OutputGuard call = guard(constraint);
        feed(call, "to");
        EXPECT_EQ(call.allows(1), is_right);
        EXPECT_EQ((*call.allowed())->contains(1), is_right);
    }
}

TEST_F(OutputGuardTest, TheFormatOrAToolCall) {
    OutputGuard call = guard(thinking_constraint());
    EXPECT_TRUE(takes(call, "<think>x</think><tool>abc</tool>"));
    EXPECT_TRUE(call.allows(2));
    EXPECT_FALSE(call.allows(byte('{')));
    OutputGuard bad = guard(thinking_constraint());
    EXPECT_FALSE(takes(bad, "<tool>ABC"));
}

TEST_F(OutputGuardTest, KnowsThinkingThatThePromptBegan) {
    Constraint begun = thinking_constraint();
    begun.generation_prompt = "<|assistant|><think>\n";
    OutputGuard thinking = guard(begun);
    EXPECT_FALSE(thinking.allows(2));
    EXPECT_TRUE(takes(thinking, "hm</think>{}"));
    begun.generation_prompt += "\n</think>\n\n";
    OutputGuard answering = guard(begun);
    EXPECT_TRUE(answering.binds());
    EXPECT_FALSE(takes(answering, "<think>"));
}

TEST_F(OutputGuardTest, GoesOnFromAnAnswerThatWasBegun) {
    Constraint begun = thinking_constraint();
    begun.begun = "{";
    OutputGuard rest = guard(begun);
    EXPECT_FALSE(rest.allows(byte('{')));
    EXPECT_TRUE(takes(rest, "}"));
    begun.begun = "no JSON";
    EXPECT_FALSE(OutputGuard::create(*model->vocabulary, begun));
}

TEST_F(OutputGuardTest, ToolCallsBindFromTheirMark) {
    Constraint tools = thinking_constraint();
    tools.grammar.clear();
    OutputGuard lazy = guard(tools);
    EXPECT_TRUE(takes(lazy, "Let me <b>look</b>: <think>a <tool> to use</think> <too<tool>a"));
    EXPECT_TRUE(lazy.binds());
    EXPECT_FALSE(lazy.allows(byte('A')));
    feed(lazy, "bc</tool>");
    EXPECT_TRUE(lazy.allows(2));
}

TEST_F(OutputGuardTest, ToolCallsBindFromAPattern) {
    Constraint tools;
    tools.tool_grammar = "root ::= \" to=\" [a-z]+";
    tools.triggers = {{COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN, "start(\\s+to=)"},
                      {COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN, "^never$"}};
    OutputGuard lazy = guard(tools);
    EXPECT_TRUE(takes(lazy, std::string(1000, 'x') + "start to="));
    EXPECT_FALSE(lazy.allows(byte('A')));
    EXPECT_TRUE(lazy.allows(byte('a')));
}

// Schemas that cost too much to convert or follow are refused; all others are met. None hangs.
TEST_F(OutputGuardTest, HostileSchemasAreBounded) {
    const auto deep = [](std::string_view open, std::string_view close, int n) {
        std::string text;
        for (int i = 0; i < n; ++i) text += open;
        text += "{}";
        for (int i = 0; i < n; ++i) text += close;
        return text;
    };
    std::string values = "\"v0\"";
    for (int i = 1; i < 9000; ++i) values += fmt::format(",\"value{}\"", i * 7919 % 9000);
    std::string optional = R"("p0":{"type":"integer"})";
    for (int i = 1; i < 250; ++i) optional += fmt::format(R"(,"p{}":{{"type":"integer"}})", i);
    const std::string schemas[] = {
        deep(R"({"items":)", "}", 60),
        deep(R"({"anyOf":[{"properties":{"a":)", "}},{}]}", 30),
        R"({"enum":[)" + values + "]}",
        R"({"type":"object","properties":{)" + optional + "}}",
        R"({"type":"string","minLength":32000})",
        R"({"type":"array","items":{"type":"array","items":{"type":"array","minItems":30000},)"
        R"("minItems":30000},"minItems":30000})",
        R"({"type":"string","pattern":"^((((a{100}){100}){100}){100})$"})",
        R"({"type":"string","pattern":"^[ab]*a[ab]{30}c$"})",
        R"({"anyOf":[{"$ref":"#"},{"type":"integer"}]})",
        R"({"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})",
        R"({"properties":{"x":{"$ref":"#"}},"anyOf":[{"$ref":"#"},{"$ref":"#"}]})",
        R"({"type":"object","additionalProperties":{"$ref":"#"},"properties":{"ab":{},"a":{}}})"};
    for (const std::string& one : schemas) {
        const auto grammar = grammar_of({wire::Format::Kind::schema, one});
        if (!grammar) {
            EXPECT_EQ(grammar.error().http_status, 400) << grammar.error().message;
            continue;
        }
        auto made = OutputGuard::create(*model->vocabulary, {.grammar = *grammar});
        if (!made) {
            EXPECT_EQ(made.error().http_status, 400) << made.error().message;
            continue;
        }
        for (int step = 0; step < 40; ++step) {
            const auto allowed = made->allowed();
            if (!allowed) break;
            std::size_t first = 0;
            (*allowed)->for_each([&](std::size_t token) { first = first == 0 ? token : first; });
            if (model->vocabulary->ends_generation(static_cast<llama_token>(first))) break;
            made->accept(static_cast<llama_token>(first));
        }
    }
}

TEST(GrammarOfTest, NamesWhatItCannotUse) {
    for (const auto& [schema, complaint] :
         {std::pair(R"({"properties":{"a":{"type":"strin"}}})", "#/properties/a"),
          {R"({"properties":{"a":{"minItems":1e9}}})", "minItems is"},
          {R"({"$ref":"other.json"})", "other.json"},
          {R"({"type":"string","pattern":"^(a$"})", "pattern"},
          {R"({"enum":[]})", "enum"}}) {
        const auto grammar = grammar_of({wire::Format::Kind::schema, schema});
        ASSERT_FALSE(grammar) << schema;
        EXPECT_EQ(grammar.error().http_status, 400);
        EXPECT_NE(grammar.error().message.find(complaint), std::string::npos)
            << grammar.error().message;
    }
}

}  // namespace
}  // namespace corral::engine
