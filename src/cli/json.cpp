#include "cli/json.h"

namespace corral::cli {

const Json& member(const Json& object, std::string_view key) {
    static const Json kNull;
    if (!object.is_object()) return kNull;
    auto found = object.find(key);
    return found == object.end() ? kNull : *found;
}

std::string text_of(const Json& object, std::string_view key) {
    const auto& value = member(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t integer_of(const Json& object, std::string_view key) {
    const auto& value = member(object, key);
    return value.is_number() ? value.get<std::int64_t>() : 0;
}

bool flag_of(const Json& object, std::string_view key) {
    const auto& value = member(object, key);
    return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> texts_of(const Json& object, std::string_view key) {
    std::vector<std::string> texts;
    const auto& value = member(object, key);
    if (!value.is_array()) return texts;
    for (const auto& item : value) {
        if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    return texts;
}

void put_text(Json& object, std::string_view key, const std::string& value) {
    if (!value.empty()) object[std::string(key)] = value;
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace corral::cli
