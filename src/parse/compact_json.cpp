#include "parse/compact_json.h"

namespace corral::parse {

std::string CompactJson::push(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!is_blank || in_string_) kept += c;
        if (!in_string_ && (c == '{' || c == '[')) {
            is_begun_ = true;
            ++depth_;
        }
        if (!in_string_ && (c == '}' || c == ']')) --depth_;
        if (c == '"' && !escaped_) in_string_ = !in_string_;
        escaped_ = in_string_ && c == '\\' && !escaped_;
    }
    return kept;
}

}  // namespace corral::parse
