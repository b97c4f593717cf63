#include "engine/constraint.h"

#include <algorithm>
#include <string_view>

namespace corral::engine {
namespace {

// Of a name, as a pattern that finds it.
std::string escaped(std::string_view name) {
    std::string pattern;
    for (const char c : name) {
        if (std::string_view("\\^$.|?*+()[]{}").contains(c)) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

}  // namespace

common_grammar_trigger unmarked_call(const std::vector<std::string>& names) {
    std::string any;
    for (const std::string& name : names) any += (any.empty() ? "" : "|") + escaped(name);
    return {.type = COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN,
            .value = R"re(^\s*(\{[^{}]{0,64}"(?:)re" + any + R"re()"))re"};
}

bool Constraint::begins_in_thinking() const {
    if (thinking_start.empty()) return false;
    const std::size_t start = generation_prompt.rfind(thinking_start);
    return start != std::string::npos &&
           std::ranges::none_of(thinking_ends, [&](const std::string& end) {
               return generation_prompt.find(end, start) != std::string::npos;
           });
}

std::string opening_grammar(const std::vector<std::string>& words) {
    std::string choice;
    for (const std::string& word : words) {
        if (word.empty()) continue;
        choice += choice.empty() ? "\"" : " | \"";
        for (char c : word) {
            if (c == '"' || c == '\\') choice += '\\';
            c == '\n' ? choice += "\\n" : choice += c;
        }
        choice += '"';
    }
    if (choice.empty()) return {};
    return "root ::= (" + choice + ") rest\nrest ::= | . rest\n";
}

}  // namespace corral::engine
