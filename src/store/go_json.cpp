#include "store/go_json.h"

#include <nlohmann/json.hpp>

#include "base/json_extent.h"
#include "base/json_string.h"
#include "base/text.h"
#include "store/go_number.h"

namespace corral::store {

namespace {

// Recursion is bounded: what is written was parsed by parse_go_json, which limits the depth, or
// made by us.
template <class Json>
void append_value(std::string& out, const Json& value) {
    if (value.is_object()) {
        out += '{';
        bool first = true;
        for (const auto& [key, member] : value.items()) {
            if (!std::exchange(first, false)) out += ',';
            append_json_string(out, key);
            out += ':';
            append_value(out, member);
        }
        out += '}';
    } else if (value.is_array()) {
        out += '[';
        bool first = true;
        for (const auto& element : value) {
            if (!std::exchange(first, false)) out += ',';
            append_value(out, element);
        }
        out += ']';
    } else if (value.is_string()) {
        append_json_string(out, value.template get_ref<const std::string&>());
    } else if (value.is_number_float()) {
        out += go_json_number(value.template get<double>());
    } else {
        out += value.dump();
    }
}

constexpr int kMaxDepth = 200;

}  // namespace

std::string to_go_json(const nlohmann::json& value) {
    std::string out;
    append_value(out, value);
    return out;
}

std::string to_go_json(const nlohmann::ordered_json& value) {
    std::string out;
    append_value(out, value);
    return out;
}

Result<nlohmann::json> parse_go_json(std::string_view text) {
    const JsonExtent first_value = json_extent(text);
    if (first_value.depth > kMaxDepth)
        return fail(ErrorCode::corrupt, "bad JSON: it nests too deeply");
    try {
        return nlohmann::json::parse(text.substr(0, first_value.length));
    } catch (const nlohmann::json::exception& e) {
        return fail(ErrorCode::corrupt, "bad JSON: {}", e.what());
    }
}

const nlohmann::json* json_field(const nlohmann::json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    if (const auto exact = object.find(std::string(key)); exact != object.end()) return &*exact;
    for (const auto& [name, value] : object.items())
        if (equals_ignoring_case(name, key)) return &value;
    return nullptr;
}

Result<std::string> json_text(const nlohmann::json& object, std::string_view key) {
    const nlohmann::json* value = json_field(object, key);
    if (!value || value->is_null()) return std::string();
    if (!value->is_string()) return fail(ErrorCode::corrupt, "\"{}\" is not a string", key);
    return value->get<std::string>();
}

Result<std::int64_t> json_integer(const nlohmann::json& object, std::string_view key) {
    const nlohmann::json* value = json_field(object, key);
    if (!value || value->is_null()) return 0;
    if (!value->is_number_integer())
        return fail(ErrorCode::corrupt, "\"{}\" is not an integer", key);
    return value->get<std::int64_t>();
}

Result<std::vector<std::string>> json_texts(const nlohmann::json& object, std::string_view key) {
    std::vector<std::string> texts;
    const nlohmann::json* value = json_field(object, key);
    if (!value || value->is_null()) return texts;
    if (!value->is_array()) return fail(ErrorCode::corrupt, "\"{}\" is not a list", key);
    for (const auto& element : *value) {
        if (!element.is_string())
            return fail(ErrorCode::corrupt, "\"{}\" holds what is not a string", key);
        texts.push_back(element.get<std::string>());
    }
    return texts;
}

}  // namespace corral::store
