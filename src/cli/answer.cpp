#include "cli/answer.h"

#include "cli/term/progress.h"

namespace corral::cli {

AnswerFormat::AnswerFormat(AnswerStyle style) : style_(style), wrap_(style.wrap_columns) {}

std::string AnswerFormat::thinking(std::string_view text) {
    if (style_.hide_thinking || text.empty()) return "";
    std::string out;
    if (!thinking_) {
        thinking_ = true;
        if (style_.colours) out.append(kGrey).append(kBold);
        out += "Thinking...\n";
        if (style_.colours) out.append(kReset).append(kGrey);
        wrap_.reset();
    }
    thinking_ends_in_newline_ = text.ends_with('\n');
    return out + wrap_.feed(text);
}

std::string AnswerFormat::content(std::string_view text) {
    if (text.empty()) return "";
    auto out = finish_thinking();
    return out + wrap_.feed(text);
}

std::string AnswerFormat::end() {
    bool unfinished = thinking_ && style_.colours;
    thinking_ = false;
    wrap_.reset();
    return unfinished ? std::string(kReset) : "";
}

std::string AnswerFormat::finish_thinking() {
    if (!thinking_) return "";
    thinking_ = false;
    wrap_.reset();
    std::string out = thinking_ends_in_newline_ ? "" : "\n";
    if (style_.colours) out.append(kGrey).append(kBold);
    out += "...done thinking.\n\n";
    if (style_.colours) out += kReset;
    return out;
}

AnswerPrinter::AnswerPrinter(const Console& console, AnswerStyle style)
    : console_(console), format_(style), spinner_(std::make_unique<Progress>(console)) {
    spinner_->add_spinner("");
}

AnswerPrinter::~AnswerPrinter() = default;

void AnswerPrinter::end() {
    spinner_->clear();
    print(format_.end());
}

void AnswerPrinter::break_off() {
    end();
    if (printed_ && console_.out_is_terminal) console_.print("\n");
}

void AnswerPrinter::print(const std::string& text) {
    if (text.empty()) return;
    spinner_->clear();
    console_.print(text);
    printed_ = true;
}

}  // namespace corral::cli
