#pragma once

// Purpose: JSON from clients, read exactly as upstream's decoder reads it, with its error texts.
//
// `parse` checks the first JSON value of a body and ignores what follows it. A Value is a tree of
// views into that body, which therefore has to outlive it; strings are unescaped and numbers
// converted only when asked for, so a large base64 text costs no copy and a number keeps its
// literal (type-mismatch texts quote it).
//
// Bounds: kMaxDepth levels, kMaxValues values, kMaxMembers keys per object.
// Errors: ErrorCode::invalid with Go's wording: `missing request body` (nothing but blanks),
// `unexpected EOF` (truncated), `invalid character '}' looking for beginning of value`, ...
// Source: native-api.md 3.2.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::api::json {

inline constexpr int kMaxDepth = 1000;
inline constexpr std::size_t kMaxValues = std::size_t{1} << 21;
inline constexpr std::size_t kMaxMembers = 8192;

struct Value {
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

    Kind kind = Kind::null;
    std::string_view raw;           // the value's text in the body, without outer blanks
    std::vector<std::string> keys;  // of an object, unescaped, in the order and number they came
    std::vector<Value> items;       // elements of an array; values of an object, beside `keys`

    bool is_null() const { return kind == Kind::null; }
    bool is_string() const { return kind == Kind::string; }
    bool boolean() const { return raw == "true"; }
    // Unescaped; lone surrogates and invalid UTF-8 become U+FFFD. Only for strings.
    std::string text() const;
    // Nothing when the literal has a fraction or exponent, or does not fit. Only for numbers.
    std::optional<std::int64_t> integer() const;
    // Nothing when the magnitude does not fit a double. Only for numbers.
    std::optional<double> number() const;
    // The last member of exactly that name, or null.
    const Value* find(std::string_view key) const;
};

[[nodiscard]] Result<Value> parse(std::string_view body);
// Calls `on_item` for every element of the array that is the object's member `key`, one after the
// other, so that a long list is never a tree as a whole; it may have been called when a mistake is
// found later. Without such an array there are no calls.
[[nodiscard]] Result<void> for_each_item(std::string_view body, std::string_view key,
                                         const std::function<void(const Value&)>& on_item);

// How Go's decoder compares keys that are not equal: without regard to case.
bool keys_match(std::string_view a, std::string_view b);

// The last of duplicate keys wins. Integral literals that fit become integers, others doubles.
nlohmann::ordered_json to_ordered_json(const Value& value);

}  // namespace corral::api::json
