#include "engine/answer.h"

#include <algorithm>
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
           delta.call_pieces.empty() && delta.logprobs.empty() && delta.queue_position == 0;
}

Answer::Answer(const Vocabulary& vocabulary, Setup setup)
    : vocabulary_(vocabulary),
      stops_(all_stops(setup)),
      parser_(std::move(setup.parser)),
      asked_stops_(setup.stops),
      one_call_(setup.one_call),
      guard_repeats_(!setup.chat) {
    std::vector<std::string>& preserved = setup.preserved_words;
    if (setup.chat) {
        if (needs_parser(*setup.chat))
            parser_ =
                std::make_unique<ChatOutput>(*setup.chat, setup.has_tools, setup.streams_calls);
        preserved.insert(preserved.end(), setup.chat->preserved_tokens.begin(),
                         setup.chat->preserved_tokens.end());
    }
    for (const std::string& word : preserved) {
        const Tokens tokens = vocabulary.tokenize(word);
        if (tokens.size() == 1) shown_special_.insert(tokens.front());
    }
}

Answer::Step Answer::push(llama_token token, std::optional<wire::Logprob> logprob) {
    if (logprob) logprobs_.push_back(std::move(*logprob));
    const std::string text = utf8_.push(vocabulary_.piece(token, shown_special_.contains(token)));
    parse::StopMatcher::Output output = stops_.push(text);
    stopped_ = output.stopped || (guard_repeats_ && repeats(text));
    ++n_held_;
    if (std::ranges::find(asked_stops_, output.stop) != asked_stops_.end())
        stop_text_ = std::move(output.stop);
    Step step{show(std::move(output.text)), stopped_};
    step.stopped |= one_call_ && has_called_;
    return step;
}

wire::Delta Answer::finish() {
    wire::Delta delta;
    if (!stopped_) {
        std::string text = stops_.push(utf8_.finish()).text;
        text += stops_.finish();
        delta = show(std::move(text));
    }
    if (parser_) {
        wire::Delta last = parser_->finish();
        delta.content += last.content;
        delta.thinking += last.thinking;
        drop_more_calls(last);
        wire::join_call_pieces(delta.call_pieces, std::move(last.call_pieces));
        std::ranges::move(last.tool_calls, std::back_inserter(delta.tool_calls));
    }
    attach_logprobs(delta);
    return delta;
}

// Not every notation's grammar ends after a call.
void Answer::drop_more_calls(wire::Delta& delta) {
    if (one_call_ && !delta.tool_calls.empty()) delta.tool_calls.resize(has_called_ ? 0 : 1);
    if (one_call_)
        std::erase_if(delta.call_pieces, [](const auto& piece) { return piece.index > 0; });
    has_called_ |= !delta.tool_calls.empty();
}

wire::Delta Answer::show(std::string text) {
    wire::Delta delta;
    if (parser_) {
        delta = parser_->push(text);
        drop_more_calls(delta);
    } else {
        delta.content = std::move(text);
    }
    if (is_empty(delta)) return delta;
    attach_logprobs(delta);
    if (!delta.thinking.empty()) n_thinking_ += n_held_;
    n_held_ = 0;
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
