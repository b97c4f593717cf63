#include "api/remote/fields.h"

namespace corral::api::remote {

const json::Value* member(const json::Value& value, std::string_view key) {
    return value.kind == json::Value::Kind::object ? value.find(key) : nullptr;
}

std::string text_of(const json::Value& value, std::string_view key) {
    const auto* found = member(value, key);
    return found != nullptr && found->is_string() ? found->text() : std::string();
}

std::int64_t integer_of(const json::Value& value, std::string_view key) {
    const auto* found = member(value, key);
    if (found == nullptr || found->kind != json::Value::Kind::number) return 0;
    return found->integer().value_or(0);
}

double number_of(const json::Value& value, std::string_view key) {
    const auto* found = member(value, key);
    if (found == nullptr || found->kind != json::Value::Kind::number) return 0;
    return found->number().value_or(0);
}

bool is_true(const json::Value& value, std::string_view key) {
    const auto* found = member(value, key);
    return found != nullptr && found->kind == json::Value::Kind::boolean && found->boolean();
}

const std::vector<json::Value>& items_of(const json::Value& value, std::string_view key) {
    static const std::vector<json::Value> kNone;
    const auto* found = member(value, key);
    return found != nullptr && found->kind == json::Value::Kind::array ? found->items : kNone;
}

}  // namespace corral::api::remote
