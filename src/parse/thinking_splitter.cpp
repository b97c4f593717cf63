#include "parse/thinking_splitter.h"

#include <utility>

#include "base/text.h"
#include "parse/output_parser.h"

namespace corral::parse {

ThinkingSplitter::Output ThinkingSplitter::push(std::string_view text) {
    pending_ += text;
    Output output;
    while (step(output)) {
    }
    return output;
}

// Says whether there is more to do with what is pending.
bool ThinkingSplitter::step(Output& output) {
    switch (state_) {
        case State::looking:
            return look(output);
        case State::after_opening:
        case State::after_closing:
            pending_.erase(0, pending_.size() - trim_left(pending_).size());
            if (pending_.empty()) return false;
            state_ = state_ == State::after_opening ? State::thinking : State::content;
            return true;
        case State::thinking:
            return think(output);
        case State::content:
            output.content += std::exchange(pending_, {});
            return false;
    }
    return false;
}

bool ThinkingSplitter::look(Output& output) {
    const std::size_t n_blanks = pending_.size() - trim_left(pending_).size();
    blanks_ += pending_.substr(0, n_blanks);
    pending_.erase(0, n_blanks);
    if (pending_.starts_with(opening_)) {
        pending_.erase(0, opening_.size());
        state_ = State::after_opening;
        return true;
    }
    if (opening_.starts_with(pending_)) return false;
    output.content += std::exchange(blanks_, {});
    state_ = State::content;
    return true;
}

bool ThinkingSplitter::think(Output& output) {
    const std::size_t end = pending_.find(closing_);
    const bool is_closed = end != std::string::npos;
    const std::size_t n = is_closed ? end : pending_.size() - overlap(pending_, closing_);
    output.thinking += pending_.substr(0, n);
    pending_.erase(0, is_closed ? n + closing_.size() : n);
    if (is_closed) state_ = State::after_closing;
    return is_closed;
}

ThinkingSplitter::Output ThinkingSplitter::finish() {
    std::string rest = blanks_ + pending_;
    blanks_.clear();
    pending_.clear();
    if (state_ == State::thinking) return {std::move(rest), {}};
    if (state_ == State::looking) return {{}, std::move(rest)};
    return {};
}

}  // namespace corral::parse
