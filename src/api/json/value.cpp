#include "api/json/value.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "api/json/scanner.h"
#include "base/utf8.h"

namespace corral::api::json {

namespace {

char32_t hex4(std::string_view digits) {
    std::uint32_t code = 0;
    std::from_chars(digits.data(), digits.data() + 4, code, 16);
    return code;
}

bool is_high_surrogate(char32_t code) {
    return code >= 0xD800 && code < 0xDC00;
}
bool is_low_surrogate(char32_t code) {
    return code >= 0xDC00 && code < 0xE000;
}

// Decodes the \u escape whose first digit is at `at`, and its low half when it is a pair.
char32_t unicode_escape(std::string_view text, std::size_t& at) {
    const auto first = hex4(text.substr(at));
    at += 4;
    if (!is_high_surrogate(first)) {
        return is_low_surrogate(first) ? kReplacementCharacter : first;
    }
    if (text.substr(at, 2) != "\\u") return kReplacementCharacter;
    const auto second = hex4(text.substr(at + 2));
    if (!is_low_surrogate(second)) return kReplacementCharacter;
    at += 6;
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

char simple_escape(char letter) {
    switch (letter) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return letter;
    }
}

std::string unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto run = std::min(text.find('\\', at), text.size());
        out += text.substr(at, run - at);
        at = run;
        if (at == text.size()) break;
        const char letter = text[at + 1];
        at += 2;
        if (letter == 'u') {
            append_utf8(out, unicode_escape(text, at));
        } else {
            out += simple_escape(letter);
        }
    }
    return out;
}

char folded(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}

// The next character of a key, folded; besides ASCII, two other letters fold onto ASCII ones.
char next_folded(std::string_view& key) {
    constexpr std::string_view kLongS = "\u017F";
    constexpr std::string_view kKelvin = "\u212A";
    for (const auto& [letter, ascii] : {std::pair{kLongS, 's'}, std::pair{kKelvin, 'k'}}) {
        if (key.starts_with(letter)) {
            key.remove_prefix(letter.size());
            return ascii;
        }
    }
    const char result = folded(key.front());
    key.remove_prefix(1);
    return result;
}

}  // namespace

std::string Value::text() const {
    const auto inner = raw.substr(1, raw.size() - 2);
    auto decoded =
        inner.find('\\') == std::string_view::npos ? std::string(inner) : unescape(inner);
    return is_valid_utf8(decoded) ? decoded : sanitize_utf8(decoded);
}

std::optional<std::int64_t> Value::integer() const {
    std::int64_t number = 0;
    const auto end = raw.data() + raw.size();
    const auto [stop, error] = std::from_chars(raw.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

std::optional<double> Value::number() const {
    double number = 0;
    const auto [stop, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error == std::errc{}) return number;
    // from_chars reports numbers too small for a double like those too large; Go reads them as 0.
    const auto exponent = raw.find_first_of("eE");
    const bool tiny = exponent == std::string_view::npos
                          ? raw.find_first_of("123456789") > raw.find('.')
                          : raw.substr(exponent + 1, 1) == "-";
    if (tiny) return 0.0;
    return std::nullopt;
}

const Value* Value::find(std::string_view key) const {
    for (auto i = keys.size(); i-- > 0;) {
        if (keys[i] == key) return &items[i];
    }
    return nullptr;
}

Result<Value> parse(std::string_view body) {
    return Scanner(body).scan();
}

Result<void> for_each_item(std::string_view body, std::string_view key,
                           const std::function<void(const Value&)>& on_item) {
    return Scanner(body).scan_items(key, on_item);
}

bool keys_match(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        if (next_folded(a) != next_folded(b)) return false;
    }
    return a.empty() && b.empty();
}

nlohmann::ordered_json to_ordered_json(const Value& value) {
    switch (value.kind) {
        case Value::Kind::null:
            return nullptr;
        case Value::Kind::boolean:
            return value.boolean();
        case Value::Kind::number:
            if (const auto integer = value.integer()) return *integer;
            return value.number().value_or(0);
        case Value::Kind::string:
            return value.text();
        case Value::Kind::array: {
            auto array = nlohmann::ordered_json::array();
            for (const auto& item : value.items) array.push_back(to_ordered_json(item));
            return array;
        }
        case Value::Kind::object: {
            auto object = nlohmann::ordered_json::object();
            for (std::size_t i = 0; i < value.keys.size(); ++i) {
                object[value.keys[i]] = to_ordered_json(value.items[i]);
            }
            return object;
        }
    }
    return nullptr;
}

}  // namespace corral::api::json
