#include "engine/answer.h"

#include <iterator>
#include <utility>

#include "base/text.h"

namespace corral::engine {
namespace {

constexpr int kMaxRepeats = 30;

std::vector<std::string> all_stops(const Answer::Setup& setup) {
    std::vector<std::string> stops = setup.stops;
    if (setup.chat) {
        const std::vector<std::string>& more = setup.chat->additional_stops;
        stops.insert(stops.end(), more.begin(), more.end());
    }
    return stops;
}

// The parser of a template without thinking or tools would only copy the text.
bool needs_parser(const common_chat_params& chat) {
    return chat.format != COMMON_CHAT_FORMAT_CONTENT_ONLY && !chat.parser.empty();
}

}  // namespace

bool is_empty(const wire::Delta& delta) {
    return delta.content.empty() && delta.thinking.empty() && delta.tool_calls.empty() &&
           delta.logprobs.empty();
}

Answer::Answer(const Vocabulary& vocabulary, const Setup& setup)
    : vocabulary_(vocabulary), stops_(all_stops(setup)), guard_repeats_(!setup.chat) {
    if (!setup.chat) return;
    if (needs_parser(*setup.chat)) chat_.emplace(*setup.chat);
    for (const std::string& word : setup.chat->preserved_tokens) {
        const Tokens tokens = vocabulary.tokenize(word);
        if (tokens.size() == 1) shown_special_.insert(tokens.front());
    }
}

Answer::Step Answer::push(llama_token token, std::optional<wire::Logprob> logprob) {
    if (logprob) logprobs_.push_back(std::move(*logprob));
    const std::string text = utf8_.push(vocabulary_.piece(token, shown_special_.contains(token)));
    parse::StopMatcher::Output output = stops_.push(text);
    stopped_ = output.stopped || (guard_repeats_ && repeats(text));
    return {show(std::move(output.text)), stopped_};
}

wire::Delta Answer::finish() {
    wire::Delta delta;
    if (!stopped_) {
        std::string text = stops_.push(utf8_.finish()).text;
        text += stops_.finish();
        delta = show(std::move(text));
    }
    if (chat_) {
        wire::Delta last = chat_->finish();
        delta.content += last.content;
        delta.thinking += last.thinking;
        delta.tool_calls = std::move(last.tool_calls);
    }
    attach_logprobs(delta);
    return delta;
}

wire::Delta Answer::show(std::string text) {
    wire::Delta delta;
    if (chat_) {
        delta = chat_->push(text);
    } else {
        delta.content = std::move(text);
    }
    if (!is_empty(delta)) attach_logprobs(delta);
    return delta;
}

void Answer::attach_logprobs(wire::Delta& delta) {
    delta.logprobs.insert(delta.logprobs.end(), std::make_move_iterator(logprobs_.begin()),
                          std::make_move_iterator(logprobs_.end()));
    logprobs_.clear();
}

bool Answer::repeats(std::string_view text) {
    const std::string_view trimmed = trim(text);
    n_repeats_ = trimmed == last_text_ ? n_repeats_ + 1 : 0;
    last_text_ = trimmed;
    return n_repeats_ >= kMaxRepeats;
}

}  // namespace corral::engine
