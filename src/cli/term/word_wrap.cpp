#include "cli/term/word_wrap.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "cli/term/console.h"

namespace corral::cli {
namespace {

constexpr int kRightMargin = 5;
constexpr int kLongWordMargin = 10;
constexpr int kNarrowestColumns = 10;
constexpr int kTabColumns = 8;

}  // namespace

WordWrap::WordWrap(int terminal_columns)
    : columns_(terminal_columns >= kNarrowestColumns ? terminal_columns : 0) {}

std::string WordWrap::feed(std::string_view text) {
    unfinished_ += text;
    std::string_view rest =
        std::string_view(unfinished_).substr(0, complete_utf8_length(unfinished_));
    auto n_complete = rest.size();
    std::string out;
    while (!rest.empty()) {
        auto character = first_utf8_character(rest);
        append(out, rest.substr(0, character.length), character.code_point);
        rest.remove_prefix(character.length);
    }
    unfinished_.erase(0, n_complete);
    return out;
}

void WordWrap::reset() {
    column_ = 0;
    word_.clear();
    word_width_ = 0;
    unfinished_.clear();
}

void WordWrap::append(std::string& out, std::string_view bytes, char32_t code_point) {
    if (code_point == '\n' || code_point == '\r') {
        out += bytes;
        column_ = 0;
        word_.clear();
        word_width_ = 0;
        return;
    }
    int width =
        code_point == '\t' ? kTabColumns - column_ % kTabColumns : character_width(code_point);
    if (columns_ > 0 && width > 0 && column_ + width > columns_ - kRightMargin) move_word_down(out);
    out += bytes;
    column_ += width;
    if (code_point == ' ' || code_point == '\t' || width == 2) {
        word_.clear();
        word_width_ = 0;
    } else {
        word_ += bytes;
        word_width_ += width;
    }
}

void WordWrap::move_word_down(std::string& out) {
    if (word_width_ > columns_ - kLongWordMargin) {
        out += '\n';
        column_ = 0;
        word_.clear();
        word_width_ = 0;
        return;
    }
    if (word_width_ > 0) out += fmt::format("\033[{}D", word_width_);
    out.append(kEraseToLineEnd).append("\n").append(word_);
    column_ = word_width_;
}

}  // namespace corral::cli
