#include "engine/constraint.h"

#include <algorithm>

namespace corral::engine {

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
