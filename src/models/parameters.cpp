#include "models/parameters.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "store/go_json.h"
#include "store/go_number.h"

namespace corral::models {

using nlohmann::json;

namespace {

constexpr ParameterInfo kParameters[] = {
    {"num_keep", ParameterType::integer},
    {"seed", ParameterType::integer},
    {"num_predict", ParameterType::integer},
    {"num_think", ParameterType::integer},  // beyond upstream
    {"top_k", ParameterType::integer},
    {"top_p", ParameterType::number},
    {"min_p", ParameterType::number},
    {"typical_p", ParameterType::number},
    {"repeat_last_n", ParameterType::integer},
    {"temperature", ParameterType::number},
    {"repeat_penalty", ParameterType::number},
    {"presence_penalty", ParameterType::number},
    {"frequency_penalty", ParameterType::number},
    {"stop", ParameterType::texts},
    {"num_ctx", ParameterType::integer},
    {"num_batch", ParameterType::integer},
    {"num_gpu", ParameterType::integer},
    {"main_gpu", ParameterType::integer},
    {"use_mmap", ParameterType::boolean},
    {"num_thread", ParameterType::integer},
    {"draft_num_predict", ParameterType::integer},
};

constexpr std::string_view kDeprecated[] = {
    "penalize_newline", "low_vram", "f16_kv",       "logits_all",   "vocab_only",
    "use_mlock",        "mirostat", "mirostat_tau", "mirostat_eta",
};

template <class Number>
bool parse_whole(std::string_view text, Number& value) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end;
}

// The number that has the fewest digits as a 32-bit float keeps them in JSON: 0.7, not
// 0.699999988079071.
double shortest_double(float value) {
    const std::string text = store::go_json_number(value);
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Result<json> parse_boolean(std::string_view text) {
    constexpr std::string_view kTrue[] = {"1", "t", "T", "TRUE", "true", "True"};
    constexpr std::string_view kFalse[] = {"0", "f", "F", "FALSE", "false", "False"};
    if (std::ranges::find(kTrue, text) != std::end(kTrue)) return true;
    if (std::ranges::find(kFalse, text) != std::end(kFalse)) return false;
    return fail(ErrorCode::invalid, "invalid bool value [{}]", text);
}

std::string one_text(const json& value, TextStyle style) {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        return style == TextStyle::quoted ? go_quote(text) : text;
    }
    if (value.is_number()) return store::go_g_number(value.get<double>());
    return store::to_go_json(value);
}

}  // namespace

const ParameterInfo* parameter_info(std::string_view name) {
    const auto* info = std::ranges::find(kParameters, name, &ParameterInfo::name);
    return info == std::end(kParameters) ? nullptr : info;
}

bool is_deprecated_parameter(std::string_view name) {
    return std::ranges::find(kDeprecated, name) != std::end(kDeprecated);
}

Result<json> parse_parameter(std::string_view name, std::string_view text) {
    const ParameterInfo* info = parameter_info(name);
    if (!info) return fail(ErrorCode::invalid, "unknown parameter '{}'", name);
    std::int64_t integer = 0;
    float number = 0;
    switch (info->type) {
        case ParameterType::texts:
            return json::array({std::string(text)});
        case ParameterType::boolean:
            return parse_boolean(text);
        case ParameterType::integer:
            if (parse_whole(text, integer)) return integer;
            return fail(ErrorCode::invalid, "invalid int value [{}]", text);
        case ParameterType::number:
            if (parse_whole(text, number)) return shortest_double(number);
            return fail(ErrorCode::invalid, "invalid float value [{}]", text);
    }
    return fail(ErrorCode::internal, "parameter '{}' has no type", name);
}

json merge_parameters(const json& lower, const json& upper) {
    json merged = lower.is_object() ? lower : json::object();
    if (!upper.is_object()) return merged;
    for (const auto& [key, value] : upper.items())
        if (!value.is_null()) merged[key] = value;
    return merged;
}

std::vector<std::string> parameter_texts(const json& value, TextStyle style) {
    std::vector<std::string> texts;
    if (!value.is_array()) return {one_text(value, style)};
    for (const json& element : value) texts.push_back(one_text(element, style));
    return texts;
}

}  // namespace corral::models
