#include "parse/tool_call_finder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <utility>

#include "base/text.h"
#include "parse/output_parser.h"

namespace corral::parse {
namespace {

using nlohmann::ordered_json;

constexpr int kMaxObjectDepth = 100;  // of objects inside each other

std::string random_id() {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> index(0, kLetters.size() - 1);
    std::string id = "call_";
    for (int i = 0; i < 8; ++i) id += kLetters[index(random)];
    return id;
}

// An object, or a text that holds one.
std::optional<ordered_json> object_member(const ordered_json& object, const std::string& key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    if (found->is_object()) return *found;
    if (!found->is_string()) return std::nullopt;
    auto inner = ordered_json::parse(found->get_ref<const std::string&>(), nullptr, false);
    return inner.is_object() ? std::optional(std::move(inner)) : std::nullopt;
}

// The arguments inside an object, which has at most kMaxObjectDepth levels.
std::optional<ordered_json> find_arguments(const ordered_json& json, const std::string& tool) {
    if (json.is_object()) {
        if (json.contains("name")) {
            for (const char* key : {"arguments", "parameters"})
                if (auto arguments = object_member(json, key)) return arguments;
            return ordered_json::object();
        }
        if (auto arguments = object_member(json, tool)) return arguments;
    }
    if (!json.is_structured()) return std::nullopt;
    for (const auto& item : json)
        if (auto arguments = find_arguments(item, tool)) return arguments;
    return std::nullopt;
}

int depth_of(std::string_view json) {
    int depth = 0;
    int deepest = 0;
    for (const char c : json) {
        if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
        if (c == '}' || c == ']') --depth;
    }
    return deepest;
}

}  // namespace

ToolCallFinder::ToolCallFinder(std::string mark, std::vector<std::string> tool_names)
    : mark_(std::move(mark)), names_(std::move(tool_names)) {
    std::erase(names_, "");
    for (const std::string& name : names_) longest_name_ = std::max(longest_name_, name.size());
}

ToolCallFinder::Output ToolCallFinder::push(std::string_view text) {
    text_ += text;
    Output output;
    if (state_ == State::looking) look(output);
    if (state_ == State::calling) read_calls(output);
    if (state_ == State::content) output.content += std::exchange(text_, {});
    return output;
}

void ToolCallFinder::look(Output& output) {
    const std::size_t at = text_.find(mark_);
    const bool is_found = at != std::string::npos;
    const std::size_t n = is_found ? at : text_.size() - overlap(text_, mark_);
    output.content += text_.substr(0, n);
    text_.erase(0, n);
    if (is_bracket() && !trim(output.content).empty()) {
        state_ = State::content;
    } else if (is_found) {
        state_ = State::calling;
    }
}

void ToolCallFinder::read_calls(Output& output) {
    while (state_ == State::calling && read_ < text_.size()) {
        const bool was_inside = n_braces_ > 0;
        const bool was_listed = n_lists_ > 0;
        read_character(text_[read_++]);
        if (was_inside && n_braces_ == 0) {
            if (!end_object(output) && mark_ == "{" && n_calls_ == 0) give_up(output);
        } else if (was_listed && n_lists_ == 0 && mark_ == "[" && n_calls_ == 0) {
            give_up(output);
        }
    }
}

void ToolCallFinder::read_character(char c) {
    if (escaped_) {
        escaped_ = false;
    } else if (n_braces_ > 0 && c == '"') {
        in_string_ = !in_string_;
    } else if (in_string_) {
        escaped_ = c == '\\';
    } else if (c == '{') {
        if (n_braces_++ == 0) object_ = read_ - 1;
    } else if (c == '}') {
        n_braces_ = std::max(0, n_braces_ - 1);
    } else if (n_braces_ == 0 && (c == '[' || c == ']')) {
        n_lists_ = std::max(0, n_lists_ + (c == '[' ? 1 : -1));
    }
}

// The tool whose name stands first; the longest of several at one place.
void ToolCallFinder::find_name() {
    const std::string_view text = std::string_view(text_).substr(0, read_);
    const std::size_t from = named_until_ > longest_name_ ? named_until_ - longest_name_ : 0;
    named_until_ = read_;
    std::size_t first = std::string_view::npos;
    for (const std::string& name : names_) {
        const std::size_t at = text.find(name, from);
        if (at == std::string_view::npos) continue;
        if (at < first || (at == first && name.size() > name_.size())) name_ = name;
        first = std::min(first, at);
    }
}

// A complete object: a call, or nothing of interest.
bool ToolCallFinder::end_object(Output& output) {
    if (name_.empty()) find_name();
    if (name_.empty()) return false;
    const std::string_view text = std::string_view(text_).substr(object_, read_ - object_);
    if (depth_of(text) > kMaxObjectDepth) return false;
    const auto json = ordered_json::parse(text, nullptr, false);
    if (!json.is_object()) return false;
    const ordered_json arguments = find_arguments(json, name_).value_or(json);
    output.calls.push_back(
        {random_id(), n_calls_++, name_,
         arguments.dump(-1, ' ', false, ordered_json::error_handler_t::replace)});
    restart(read_);
    return true;
}

void ToolCallFinder::restart(std::size_t at) {
    text_.erase(0, at);
    read_ = 0;
    named_until_ = 0;
    name_.clear();
}

void ToolCallFinder::give_up(Output& output) {
    output.content += std::exchange(text_, {});
    state_ = State::content;
}

ToolCallFinder::Output ToolCallFinder::finish() {
    Output output;
    if (n_calls_ == 0 || state_ != State::calling) output.content = std::exchange(text_, {});
    return output;
}

}  // namespace corral::parse
