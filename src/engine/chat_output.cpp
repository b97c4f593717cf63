#include "engine/chat_output.h"

#include <algorithm>
#include <exception>
#include <random>
#include <span>

#include "base/text.h"
#include "base/utf8.h"
#include "chat-peg-parser.h"

namespace corral::engine {
namespace {

// Bytes the parser may read: so many at all, and so many for each byte of text.
constexpr std::size_t kFreeBytes = 4 << 20;
constexpr std::size_t kBytesPerByte = 256;

// Appends to `shown` what `now` has more, and gives it back. A partial parse may end inside a
// character.
std::string take_new(std::string& shown, std::string_view now) {
    now = now.substr(0, complete_utf8_length(now));
    if (!now.starts_with(shown)) return {};
    std::string more(now.substr(shown.size()));
    shown += more;
    return more;
}

// 32 letters and digits, as llama.cpp's server makes them.
std::string random_call_id() {
    static constexpr std::string_view kLetters =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> index(0, kLetters.size() - 1);
    std::string id(32, '0');
    for (char& letter : id) letter = kLetters[index(random)];
    return id;
}

bool is_json_object(const std::string& text) {
    try {
        return text.empty() || common_json::parse(text).is_object();
    } catch (const std::exception&) {
        return false;
    }
}

bool is_complete(const common_chat_tool_call& call) {
    return !call.name.empty() && is_json_object(call.arguments);
}

}  // namespace

ChatOutput::ChatOutput(const common_chat_params& rendered, bool has_tools, bool streams_calls)
    : parser_(rendered),
      streams_calls_(streams_calls),
      calls_have_ids_(rendered.parser.contains(common_chat_peg_builder::TOOL_ID)),
      watch_({}) {
    parser_.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    if (!rendered.parser.empty()) parser_.parser.load(rendered.parser);
    for (const common_grammar_trigger& trigger : rendered.grammar_triggers) {
        if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_WORD) tool_marks_.push_back(trigger.value);
    }
    tool_calls_have_marks_ = !has_tools || (!tool_marks_.empty() &&
                                            tool_marks_.size() == rendered.grammar_triggers.size());
    marks_ = tool_marks_;
    marks_.push_back(rendered.thinking_start_tag);
    const auto add_all = [this](const std::vector<std::string>& more) {
        marks_.insert(marks_.end(), more.begin(), more.end());
    };
    add_all(rendered.thinking_end_tags);
    add_all(rendered.preserved_tokens);
}

wire::Delta ChatOutput::push(std::string_view text) {
    text_ += text;
    switch (mode_) {
        case Mode::parsed:
            return look();
        case Mode::content:
        case Mode::thinking:
            return follow(text);
        case Mode::tool_call:
            break;
    }
    return streams_calls_ ? look_at_calls() : wire::Delta();
}

bool ChatOutput::may_look() const {
    return bytes_parsed_ <= kFreeBytes + kBytesPerByte * text_.size();
}

wire::Delta ChatOutput::look() {
    common_chat_msg message;
    if (!may_look() || !parse(true, message)) return {};
    wire::Delta delta = difference(message);
    if (!delta.content.empty() || !delta.thinking.empty())
        note_passed(delta.content.empty() ? shown_thinking_ : shown_content_);
    choose_mode(message);
    return delta;
}

wire::Delta ChatOutput::look_at_calls() {
    common_chat_msg message;
    wire::Delta delta;
    if (!may_look() || !parse(true, message) || message.tool_calls.empty()) return delta;
    const std::vector<common_chat_tool_call>& calls = message.tool_calls;
    told_.resize(std::max(told_.size(), calls.size()));
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const bool is_open = i + 1 == calls.size();
        if (is_open ? stands_as_it_is(calls[i]) : !told_[i].id.empty()) tell(calls[i], i, delta);
    }
    return delta;
}

// What was made of other notations may look different at the next look.
bool ChatOutput::stands_as_it_is(const common_chat_tool_call& call) const {
    if (call.name.empty() || call.arguments.empty()) return false;
    return (!call.id.empty() || !calls_have_ids_) && trim_right(text_).ends_with(call.arguments);
}

void ChatOutput::tell(const common_chat_tool_call& call, std::size_t index, wire::Delta& delta) {
    Told& told = told_[index];
    if (told.id.empty()) told.id = call.id.empty() ? random_call_id() : call.id;
    std::string more = told.compact.push(take_new(told.arguments, call.arguments));
    if (more.empty()) return;
    delta.call_pieces.push_back(
        {static_cast<std::int64_t>(index), told.id, call.name, std::move(more)});
}

// The parser holds back what may become a mark; what it has shown ends not far from the end.
void ChatOutput::note_passed(std::string_view shown) {
    constexpr std::size_t kLongestMark = 64;
    for (std::size_t held = 0; held < std::min(kLongestMark, text_.size()); ++held) {
        const std::string_view text = std::string_view(text_).substr(0, text_.size() - held);
        if (!text.ends_with(shown)) continue;
        passed_ = text.size();
        return;
    }
}

void ChatOutput::choose_mode(const common_chat_msg& message) {
    const auto is_end = [this](const std::string& shown, const std::string& all) {
        return !all.empty() && shown == all && text_.ends_with(all);
    };
    if (!message.tool_calls.empty()) {
        mode_ = Mode::tool_call;
    } else if (is_end(shown_content_, message.content)) {
        // Text that may be a tool call without a mark has to be read by the parser.
        if (tool_calls_have_marks_) pass_on(Mode::content);
    } else if (message.content.empty() && is_end(shown_thinking_, message.reasoning_content)) {
        pass_on(Mode::thinking);
    }
}

void ChatOutput::pass_on(Mode mode) {
    mode_ = mode;
    passed_ = text_.size();
    watch_ = parse::StopMatcher(marks_);
}

wire::Delta ChatOutput::follow(std::string_view text) {
    const parse::StopMatcher::Output output = watch_.push(text);
    passed_ += output.text.size();
    wire::Delta delta;
    if (mode_ == Mode::content) {
        shown_content_ += output.text;
        delta.content = output.text;
    } else {
        shown_thinking_ += output.text;
        delta.thinking = output.text;
    }
    if (output.stopped) mode_ = begins_tool_call(passed_) ? Mode::tool_call : Mode::parsed;
    return delta;
}

bool ChatOutput::begins_tool_call(std::size_t at) const {
    return std::ranges::any_of(tool_marks_, [&](const std::string& mark) {
        return std::string_view(text_).substr(at).starts_with(mark);
    });
}

wire::Delta ChatOutput::finish() {
    common_chat_msg message;
    const bool has_told = !told_.empty() && !told_.front().id.empty();
    const auto unread_answer = [&] { return has_told ? wire::Delta() : unread(passed_); };
    if (!parse(true, message)) return unread_answer();
    const bool is_whole = reads_to_the_end();
    const auto incomplete = std::ranges::find_if(message.tool_calls, [&](const auto& call) {
        return !is_complete(call) || (!is_whole && call.arguments.empty());
    });
    const auto n_complete = incomplete - message.tool_calls.begin();
    const bool is_thinking = message.content.empty() && !message.reasoning_content.empty();
    const bool is_text = message.tool_calls.empty() && (is_whole || is_thinking);
    if (n_complete == 0 && !is_text) return unread_answer();
    if (!message.content.starts_with(shown_content_)) {
        if (is_text) return unread_answer();
        message.content = shown_content_;
    }
    wire::Delta delta = difference(message);
    told_.resize(std::max(told_.size(), message.tool_calls.size()));
    for (const common_chat_tool_call& call : std::span(message.tool_calls).first(n_complete)) {
        const std::size_t i = delta.tool_calls.size();
        if (!told_[i].id.empty()) tell(call, i, delta);
        std::string id = told_[i].id.empty() ? call.id : told_[i].id;
        if (id.empty()) id = random_call_id();
        delta.tool_calls.push_back(
            {std::move(id), static_cast<std::int64_t>(i), call.name, call.arguments});
    }
    const bool is_cut = incomplete != message.tool_calls.end();
    if (is_cut && told_[static_cast<std::size_t>(n_complete)].id.empty())
        delta.content += unread(last_tool_mark()).content;
    return delta;
}

// Whether the text is all of what the notation wants.
bool ChatOutput::reads_to_the_end() const {
    try {
        const std::string input = parser_.generation_prompt + text_;
        common_peg_parse_context context(input, COMMON_PEG_PARSE_FLAG_NONE);
        return parser_.parser.parse(context).success();
    } catch (const std::exception&) {
        return false;
    }
}

std::size_t ChatOutput::last_tool_mark() const {
    std::size_t last = passed_;
    for (const std::string& mark : tool_marks_) {
        const std::size_t at = text_.rfind(mark);
        if (at != std::string::npos) last = std::max(last, at);
    }
    return last;
}

// Not the notation that was expected: the text as it is says more than nothing.
wire::Delta ChatOutput::unread(std::size_t begin) const {
    wire::Delta delta;
    delta.content = text_.substr(begin);
    return delta;
}

wire::Delta ChatOutput::difference(const common_chat_msg& message) {
    wire::Delta delta;
    delta.thinking = take_new(shown_thinking_, message.reasoning_content);
    delta.content = take_new(shown_content_, message.content);
    return delta;
}

bool ChatOutput::parse(bool is_partial, common_chat_msg& message) {
    bytes_parsed_ += text_.size();
    try {
        message = common_chat_parse(text_, is_partial, parser_);
        return true;
    } catch (const std::exception&) {
        return false;  // a partial text may not make sense yet
    }
}

bool reads_as_content(const common_chat_params& rendered, std::string_view answer,
                      std::string_view content) {
    if (rendered.parser.empty()) return answer == content;
    ChatOutput output(rendered, true);
    const wire::Delta begun = output.push(answer);
    const wire::Delta rest = output.finish();
    return begun.content + rest.content == content && rest.tool_calls.empty();
}

}  // namespace corral::engine
