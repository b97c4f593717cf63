#include "engine/chat_output.h"

#include <algorithm>
#include <exception>
#include <random>

#include "base/utf8.h"

namespace corral::engine {
namespace {

// Every look parses the whole text again; growing gaps keep that from becoming quadratic in long
// answers.
constexpr std::size_t kBytesPerLook = 8192;

// Appends to `shown` what `now` has more, and gives it back. A partial parse may end inside a
// character.
std::string take_new(std::string& shown, std::string_view now) {
    now = now.substr(0, complete_utf8_length(now));
    if (!now.starts_with(shown)) return {};
    std::string more(now.substr(shown.size()));
    shown += more;
    return more;
}

std::string random_call_id() {
    return fmt::format("call_{:08x}", std::random_device()());
}

}  // namespace

ChatOutput::ChatOutput(const common_chat_params& rendered) : parser_(rendered) {
    parser_.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    if (!rendered.parser.empty()) parser_.parser.load(rendered.parser);
}

wire::Delta ChatOutput::push(std::string_view text) {
    text_ += text;
    unparsed_bytes_ += text.size();
    common_chat_msg message;
    if (unparsed_bytes_ <= text_.size() / kBytesPerLook || !parse(true, message)) return {};
    unparsed_bytes_ = 0;
    return difference(message);
}

wire::Delta ChatOutput::finish() {
    common_chat_msg message;
    if (!parse(false, message) && !parse(true, message)) {
        // Not the notation that was expected: the text as it is says more than nothing.
        message.content =
            shown_content_.empty() && shown_thinking_.empty() ? text_ : shown_content_;
        message.reasoning_content = shown_thinking_;
    }
    wire::Delta delta = difference(message);
    for (const common_chat_tool_call& call : message.tool_calls) {
        if (call.name.empty()) continue;
        const auto index = static_cast<std::int64_t>(delta.tool_calls.size());
        const std::string id = call.id.empty() ? random_call_id() : call.id;
        delta.tool_calls.push_back({id, index, call.name, call.arguments});
    }
    return delta;
}

wire::Delta ChatOutput::difference(const common_chat_msg& message) {
    wire::Delta delta;
    delta.thinking = take_new(shown_thinking_, message.reasoning_content);
    delta.content = take_new(shown_content_, message.content);
    return delta;
}

bool ChatOutput::parse(bool is_partial, common_chat_msg& message) const {
    try {
        message = common_chat_parse(text_, is_partial, parser_);
        return true;
    } catch (const std::exception&) {
        return false;  // a partial text may not make sense yet
    }
}

}  // namespace corral::engine
