#include "prompt/template_data.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace corral::prompt {
namespace {

using go::Map;
using go::Stringer;
using go::Type;
using go::Value;
using nlohmann::ordered_json;
using Omit = Type::Omit;

constexpr std::array<Type::Field, 7> kMessageFields = {{{"Role", "Role"},
                                                        {"Content", "Content"},
                                                        {"Thinking", "Thinking"},
                                                        {"Images", "Images"},
                                                        {"ToolCalls", "ToolCalls"},
                                                        {"ToolName", "ToolName"},
                                                        {"ToolCallID", "ToolCallID"}}};
constexpr std::array<Type::Field, 2> kCallFields = {{{"ID", "ID"}, {"Function", "Function"}}};
constexpr std::array<Type::Field, 3> kCalledFields = {
    {{"Index", "Index"}, {"Name", "Name"}, {"Arguments", "Arguments"}}};
constexpr std::array<Type::Field, 3> kToolFields = {
    {{"Type", "type"}, {"Items", "items", Omit::missing}, {"Function", "function"}}};
constexpr std::array<Type::Field, 3> kFunctionFields = {
    {{"Name", "name"}, {"Description", "description"}, {"Parameters", "parameters"}}};
constexpr std::array<Type::Field, 5> kParametersFields = {{{"Type", "type"},
                                                           {"Defs", "$defs", Omit::missing},
                                                           {"Items", "items", Omit::missing},
                                                           {"Required", "required", Omit::empty},
                                                           {"Properties", "properties"}}};
constexpr std::array<Type::Field, 7> kPropertyFields = {
    {{"AnyOf", "anyOf", Omit::empty},
     {"Type", "type", Omit::empty},
     {"Items", "items", Omit::missing},
     {"Description", "description", Omit::empty},
     {"Enum", "enum", Omit::empty},
     {"Properties", "properties", Omit::missing},
     {"Required", "required", Omit::empty}}};

const Type kMessage{
    .name = "*template.templateMessage", .fields = kMessageFields, .is_pointer = true};
const Type kMessages{.name = "[]*template.templateMessage"};
const Type kCall{.name = "template.templateToolCall", .fields = kCallFields};
const Type kCalls{.name = "[]template.templateToolCall"};
const Type kCalled{.name = "template.templateToolCallFunction", .fields = kCalledFields};
const Type kArguments{.name = "template.templateArgs", .stringer = Stringer::json, .boxes = true};
const Type kImages{.name = "[]api.ImageData"};
const Type kTools{.name = "template.templateTools", .stringer = Stringer::json};
const Type kTool{
    .name = "template.templateTool", .fields = kToolFields, .stringer = Stringer::json};
const Type kFunction{
    .name = "template.templateToolFunction", .fields = kFunctionFields, .prints_json = true};
const Type kParameters{.name = "template.templateToolFunctionParameters",
                       .fields = kParametersFields,
                       .prints_json = true};
const Type kProperties{.name = "template.templateProperties", .stringer = Stringer::json};
const Type kProperty{.name = "api.ToolProperty", .fields = kPropertyFields};
const Type kPropertyList{.name = "[]api.ToolProperty"};
const Type kPropertyTypes{.name = "api.PropertyType", .stringer = Stringer::type_names};

// Any JSON: maps sorted, numbers as doubles. Its depth was bounded where the request was read.
Value any_value(const ordered_json& json) {
    switch (json.type()) {
        case ordered_json::value_t::boolean:
            return Value(json.get<bool>());
        case ordered_json::value_t::number_integer:
        case ordered_json::value_t::number_unsigned:
        case ordered_json::value_t::number_float:
            return Value(json.get<double>());
        case ordered_json::value_t::string:
            return Value(json.get<std::string>());
        case ordered_json::value_t::array: {
            std::vector<Value> items;
            for (const auto& item : json) items.push_back(any_value(item));
            return go::make_list(go::kAnyList, std::move(items));
        }
        case ordered_json::value_t::object: {
            std::vector<Map::Entry> entries;
            for (const auto& [key, item] : json.items()) entries.emplace_back(key, any_value(item));
            return Value(Map::sorted(go::kAnyMap, std::move(entries)));
        }
        default:
            return Value::nil();
    }
}

const ordered_json& member(const ordered_json& object, const char* key) {
    static const ordered_json kNull;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : kNull;
}

Value text_member(const ordered_json& object, const char* key) {
    const ordered_json& value = member(object, key);
    return value.is_string() ? Value(value.get<std::string>()) : Value::borrowed("");
}

// A list of texts; one text counts as a list of one.
Value text_list(const Type& type, const ordered_json& json) {
    std::vector<Value> items;
    if (json.is_string()) items.emplace_back(json.get<std::string>());
    if (json.is_array())
        for (const auto& item : json)
            if (item.is_string()) items.emplace_back(item.get<std::string>());
    return go::make_list(type, std::move(items));
}

Value property_value(const ordered_json& json);

// Properties of a function are sorted by name, those inside of others stay as they came.
enum class Order : std::uint8_t { sorted, kept };

Value properties_value(const ordered_json& json, Order order) {
    if (!json.is_object()) return Value::nil();
    std::vector<Map::Entry> entries;
    for (const auto& [name, property] : json.items())
        entries.emplace_back(name, property_value(property));
    return Value(order == Order::sorted ? Map::sorted(kProperties, std::move(entries))
                                        : Map::ordered(kProperties, std::move(entries)));
}

Value property_value(const ordered_json& json) {
    std::vector<Value> alternatives;
    for (const auto& item : member(json, "anyOf")) alternatives.push_back(property_value(item));
    const ordered_json& values = member(json, "enum");
    return go::make_record(kProperty,
                           {go::make_list(kPropertyList, std::move(alternatives)),
                            text_list(kPropertyTypes, member(json, "type")),
                            any_value(member(json, "items")), text_member(json, "description"),
                            values.is_array() ? any_value(values) : go::make_list(go::kAnyList, {}),
                            properties_value(member(json, "properties"), Order::kept),
                            text_list(go::kStringList, member(json, "required"))});
}

Value parameters_value(const ordered_json& json) {
    return go::make_record(
        kParameters,
        {text_member(json, "type"), any_value(member(json, "$defs")),
         any_value(member(json, "items")), text_list(go::kStringList, member(json, "required")),
         properties_value(member(json, "properties"), Order::sorted)});
}

Value tool_value(const ordered_json& json) {
    const ordered_json& function = member(json, "function");
    return go::make_record(
        kTool, {text_member(json, "type"), any_value(member(json, "items")),
                go::make_record(
                    kFunction, {text_member(function, "name"), text_member(function, "description"),
                                parameters_value(member(function, "parameters"))})});
}

Value arguments_value(const std::string& arguments_json) {
    const auto json = ordered_json::parse(arguments_json, nullptr, false);
    std::vector<Map::Entry> entries;
    if (json.is_object())
        for (const auto& [key, item] : json.items()) entries.emplace_back(key, any_value(item));
    return Value(Map::sorted(kArguments, std::move(entries)));
}

Value call_value(const wire::ToolCall& call) {
    return go::make_record(kCall,
                           {Value::borrowed(call.id),
                            go::make_record(kCalled, {Value(call.index), Value::borrowed(call.name),
                                                      arguments_value(call.arguments_json)})});
}

// A nil list when it has nothing in it.
Value list_or_nil(const Type& type, std::vector<Value> items) {
    auto list = std::make_shared<go::List>();
    list->type = &type;
    list->is_nil = items.empty();
    list->items = std::move(items);
    return Value(std::shared_ptr<const go::List>(std::move(list)));
}

Value message_value(const Turn& turn) {
    const wire::Message& message = *turn.first;
    std::vector<Value> images, calls;
    for (const std::string& image : message.images) images.push_back(Value::borrowed(image));
    for (const wire::ToolCall& call : message.tool_calls) calls.push_back(call_value(call));
    return go::make_record(
        kMessage, {Value::borrowed(message.role), Value::borrowed(turn.content),
                   Value::borrowed(message.thinking), list_or_nil(kImages, std::move(images)),
                   list_or_nil(kCalls, std::move(calls)), Value::borrowed(message.tool_name),
                   Value::borrowed(message.tool_call_id)});
}

// Upstream's templates are told a level wherever there is to be thinking.
std::string_view think_level(wire::Thinking thinking) {
    return wire::level_name(thinking == wire::Thinking::on ? wire::Thinking::medium : thinking);
}

}  // namespace

std::vector<Turn> collate(std::span<const wire::Message> messages) {
    std::vector<Turn> turns;
    for (const wire::Message& message : messages) {
        const bool joins =
            !turns.empty() && turns.back().first->role == message.role && message.role != "tool";
        if (joins)
            turns.back().content += "\n\n" + message.content;
        else
            turns.push_back({&message, message.content});
    }
    return turns;
}

std::string system_text(std::span<const wire::Message> messages) {
    std::vector<std::string> parts;
    for (const wire::Message& message : messages)
        if (message.role == "system") parts.push_back(message.content);
    return join(parts, "\n\n");
}

Value messages_value(std::span<const Turn> turns) {
    std::vector<Value> items;
    for (const Turn& turn : turns) items.push_back(message_value(turn));
    return list_or_nil(kMessages, std::move(items));
}

Result<Value> tools_value(const std::string& tools_json) {
    if (tools_json.empty()) return list_or_nil(kTools, {});
    const auto json = ordered_json::parse(tools_json, nullptr, false);
    if (!json.is_array()) return fail(ErrorCode::internal, "the tools are not a JSON array");
    std::vector<Value> items;
    for (const auto& tool : json) items.push_back(tool_value(tool));
    return list_or_nil(kTools, std::move(items));
}

void add_thinking(std::vector<Map::Entry>& data, wire::Thinking thinking) {
    const bool thinks = thinking != wire::Thinking::unset && thinking != wire::Thinking::off;
    data.emplace_back("Think", Value(thinks));
    data.emplace_back("ThinkLevel", Value::borrowed(think_level(thinking)));
    data.emplace_back("IsThinkSet", Value(thinking != wire::Thinking::unset));
}

}  // namespace corral::prompt
