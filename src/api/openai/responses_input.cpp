#include "api/openai/responses_input.h"

#include <algorithm>
#include <ranges>

#include "api/json/field.h"
#include "api/json/writer.h"
#include "api/openai/content.h"
#include "api/openai/custom_tools.h"
#include "base/base64.h"
#include "base/text.h"

namespace corral::api::openai {

namespace {

using Kind = json::Value::Kind;
using json::in_element;
using json::in_field;
using json::refuse_field;

std::unexpected<Error> refuse_item(std::string message) {
    return fail(Error{ErrorCode::invalid, std::move(message), {}, 400});
}

std::string member_text(const json::Value& object, std::string_view key) {
    const auto* value = object.find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string();
}

std::string item_type(const json::Value& item) {
    const auto type = member_text(item, "type");
    return type.empty() && item.find("role") != nullptr ? "message" : type;
}

bool is_text_part(std::string_view type) {
    static constexpr std::string_view kTexts[] = {"input_text", "output_text", "text",
                                                  "summary_text", "reasoning_text"};
    return std::ranges::find(kTexts, type) != std::end(kTexts);
}

// What came of a call that models see; computers show pictures that mean nothing without theirs.
bool is_call_output(std::string_view type) {
    return type.ends_with("_call_output") && type != "computer_call_output";
}

// A part of a message or of a tool's output. `place` is told in errors.
Result<void> add_content_part(const json::Value& part, std::string_view place,
                              wire::Message& message) {
    const auto type = member_text(part, "type");
    if (is_text_part(type)) {
        message.content += member_text(part, "text");
    } else if (type == "refusal") {
        message.content += member_text(part, "refusal");
    } else if (type == "input_image") {
        const auto url = member_text(part, "image_url");
        if (url.empty()) return {};
        CORRAL_TRY(auto bytes, in_field("image_url", decode_image_url(url)));
        message.images.push_back(std::move(bytes));
    } else if (type == "input_audio") {
        CORRAL_TRY(auto bytes,
                   in_field("input_audio", decode_input_audio(part.find("input_audio"))));
        message.images.push_back(std::move(bytes));
    } else if (type == "input_file") {
        CORRAL_TRY(const auto text,
                   in_field("file_data", decode_text_file(member_text(part, "file_data"))));
        if (!text) return refuse_item("file inputs are not currently supported");
        message.content += *text;
    } else {
        return refuse_field("type", fmt::format("{}: unknown content type: {}", place, type));
    }
    return {};
}

// A text, or a list of parts, which errors call `name`.
Result<void> read_parts(const json::Value* content, std::string_view name, std::string_view place,
                        wire::Message& message) {
    if (content == nullptr || content->is_null()) return {};
    if (content->is_string()) {
        message.content = content->text();
        return {};
    }
    if (content->kind != Kind::array) {
        return refuse_field(
            name, fmt::format("{}: {} must be a string or array: {}", place, name, content->raw),
            json::kInvalidType);
    }
    for (std::size_t i = 0; i < content->items.size(); ++i) {
        auto added =
            add_content_part(content->items[i], fmt::format("{}: {}[{}]", place, name, i), message);
        CORRAL_CHECK(in_field(name, in_element(i, std::move(added))));
    }
    return {};
}

Result<std::string> call_arguments(std::string_view text) {
    if (text.empty()) return "{}";
    const auto parsed = json::parse(text);
    if (!parsed || parsed->kind != Kind::object) {
        return refuse_field("arguments", "failed to parse function call arguments: " +
                                             (parsed ? "not an object" : parsed.error().message));
    }
    std::string compact;
    json::append_value(compact, *parsed);
    return compact;
}

std::string joined_texts(const json::Value* parts) {
    std::string text;
    if (parts == nullptr) return text;
    for (const auto& part : parts->items) text += member_text(part, "text");
    return text;
}

std::string thinking_of(const json::Value& item) {
    auto text = member_text(item, "encrypted_content");
    if (text.empty()) text = joined_texts(item.find("content"));
    if (text.empty()) text = joined_texts(item.find("summary"));
    return text;
}

// Builds the conversation item by item.
class Assembly {
public:
    Result<void> add(const json::Value& item, const json::Value* next, std::string_view place) {
        const auto type = item_type(item);
        if (type == "message") return add_message(item, next, place);
        if (type == "reasoning") {
            thinking_ = thinking_of(item);
            return {};
        }
        // What was cut off while it was told was never called.
        if (type == "function_call" && member_text(item, "status") == "incomplete") return {};
        if (type == "function_call") {
            CORRAL_TRY(auto arguments, call_arguments(member_text(item, "arguments")));
            add_call(item, member_text(item, "name"), std::move(arguments));
            return {};
        }
        if (type == "custom_tool_call") {
            add_call(item, member_text(item, "name"),
                     custom_tool_arguments(member_text(item, "input")));
            return {};
        }
        if (type == "local_shell_call") {
            const auto* action = item.find("action");
            add_call(item, "local_shell", action == nullptr ? "{}" : std::string(action->raw));
            return {};
        }
        if (is_call_output(type)) return add_output(item, place);
        return {};
    }

    std::vector<wire::Message> finish() {
        if (!thinking_.empty()) take_thinking(append("assistant"));
        return std::move(messages_);
    }

private:
    wire::Message& append(std::string role) {
        auto& message = messages_.emplace_back();
        message.role = std::move(role);
        return message;
    }

    void take_thinking(wire::Message& message) {
        if (!thinking_.empty()) message.thinking = std::exchange(thinking_, {});
    }

    // Whether a result follows whose call is in the last message: they must stay neighbours.
    bool is_inside_call(const json::Value* next) const {
        if (next == nullptr || !is_call_output(item_type(*next))) return false;
        if (messages_.empty() || messages_.back().role != "assistant") return false;
        const auto id = member_text(*next, "call_id");
        return std::ranges::any_of(messages_.back().tool_calls,
                                   [&](const auto& call) { return call.id == id; });
    }

    Result<void> add_message(const json::Value& item, const json::Value* next,
                             std::string_view place) {
        wire::Message message;
        message.role = native_role(member_text(item, "role"));
        CORRAL_CHECK(read_parts(item.find("content"), "content", place, message));
        if (message.role != "assistant") {
            messages_.push_back(std::move(message));
            return {};
        }
        take_thinking(message);
        if (is_inside_call(next)) {
            merge(messages_.back(), std::move(message));
        } else {
            messages_.push_back(std::move(message));
        }
        return {};
    }

    static void merge(wire::Message& into, wire::Message&& message) {
        if (!into.content.empty() && !message.content.empty()) into.content += '\n';
        into.content += message.content;
        std::ranges::move(message.images, std::back_inserter(into.images));
        if (!message.thinking.empty()) into.thinking = std::move(message.thinking);
    }

    void add_call(const json::Value& item, std::string name, std::string arguments_json) {
        const bool continues = !messages_.empty() && messages_.back().role == "assistant";
        auto& message = continues ? messages_.back() : append("assistant");
        take_thinking(message);
        message.tool_calls.push_back({member_text(item, "call_id"),
                                      static_cast<std::int64_t>(message.tool_calls.size()),
                                      std::move(name), std::move(arguments_json)});
    }

    Result<void> add_output(const json::Value& item, std::string_view place) {
        wire::Message message;
        message.role = "tool";
        message.tool_call_id = member_text(item, "call_id");
        message.tool_name = called_function(messages_, message.tool_call_id);
        CORRAL_CHECK(read_parts(item.find("output"), "output", place, message));
        messages_.push_back(std::move(message));
        return {};
    }

    std::vector<wire::Message> messages_;
    std::string thinking_;  // of the next turn
};

// An item in the form in which it is kept: with an id, a type, and parts where there was a text.
std::string kept_item(const json::Value& item, std::string_view type, const MakeId& make_id) {
    const auto id = member_text(item, "id");
    const auto role = member_text(item, "role");
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("id", id.empty() ? make_id(type == "message" ? "msg" : "item") : id);
    writer.text("type", type);
    for (std::size_t i = 0; i < item.keys.size(); ++i) {
        const auto& key = item.keys[i];
        const auto& value = item.items[i];
        if (key == "id" || key == "type") continue;
        if (key == "content" && type == "message" && value.is_string()) {
            std::string& content = writer.key(key);
            content += '[';
            json::ObjectWriter(content)
                .text("type", role == "assistant" ? "output_text" : "input_text")
                .text("text", value.text())
                .end();
            content += ']';
        } else {
            json::append_value(writer.key(key), value);
        }
    }
    writer.end();
    return out;
}

}  // namespace

std::string message_item(std::string_view id, std::string_view role, std::string_view text) {
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("id", id).text("type", "message").text("status", "completed").text("role", role);
    std::string& content = writer.key("content");
    content += '[';
    json::ObjectWriter(content).text("type", "input_text").text("text", text).end();
    content += ']';
    writer.end();
    return out;
}

Result<std::vector<std::string>> decode_items(const json::Value& input, const MakeId& make_id) {
    std::vector<std::string> items;
    if (input.is_null()) return items;
    if (input.is_string()) {
        if (const auto text = input.text(); !text.empty()) {
            items.push_back(message_item(make_id("msg"), "user", text));
        }
        return items;
    }
    if (input.kind != Kind::array) {
        return refuse_field({}, fmt::format("input must be a string or array: {}", input.raw),
                            json::kInvalidType);
    }
    for (std::size_t i = 0; i < input.items.size(); ++i) {
        const auto& item = input.items[i];
        auto type = item_type(item);
        // The API's own short form of a reference has no type.
        if (type.empty() && item.keys.size() == 1 && item.keys.front() == "id") {
            type = "item_reference";
        }
        if (type.empty()) {
            return refuse_field(
                json::element(i) + ".type",
                fmt::format("input[{}]: input item missing required 'type' field", i),
                json::kMissing);
        }
        items.push_back(kept_item(item, type, make_id));
    }
    return items;
}

Result<void> resolve_references(std::vector<std::string>& items, const FindItem& find) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        CORRAL_TRY(const auto item, json::parse(items[i]));
        if (item_type(item) != "item_reference") continue;
        const auto id = member_text(item, "id");
        auto found = find(id);
        if (!found) {
            return refuse_field(fmt::format("input[{}].id", i),
                                fmt::format("input[{}]: item '{}' not found", i, id));
        }
        items[i] = std::move(*found);
    }
    return {};
}

Result<std::vector<wire::Message>> assemble_items(std::span<const std::string> items,
                                                  std::size_t n_past) {
    std::vector<json::Value> values;
    for (const auto& item : items) {
        CORRAL_TRY(auto value, json::parse(item));
        values.push_back(std::move(value));
    }
    Assembly assembly;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto* next = i + 1 < values.size() ? &values[i + 1] : nullptr;
        // What is in the way before `input` can only be one of the instructions.
        const auto place =
            i < n_past ? fmt::format("instructions[{}]", i) : fmt::format("input[{}]", i - n_past);
        CORRAL_CHECK(in_field(place, assembly.add(values[i], next, place)));
    }
    return assembly.finish();
}

}  // namespace corral::api::openai
