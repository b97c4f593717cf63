#pragma once

// Purpose: JSON text as upstream's encoder writes it, appended to a string without building a tree;
// the hot path of streamed answers. (store/go_json.h writes whole trees.)
//
// Compact; strings per base/json_string.h; numbers in the shortest form that reads back the same,
// with an exponent only below 1e-6 and from 1e21 on.
// Source: native-api.md 3.1.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/value.h"

namespace corral::api::json {

void append_integer(std::string& out, std::int64_t number);
// JSON has no infinities: they are written as the largest finite number, NaN as 0.
void append_double(std::string& out, double number);
void append_float(std::string& out, float number);
void append_strings(std::string& out, const std::vector<std::string>& texts);
// Key order kept, and integers that 64 bits hold; other numbers as doubles.
void append_value(std::string& out, const Value& value);
// As a Go map of anything comes out again: keys sorted bytewise, numbers as doubles.
void append_sorted(std::string& out, const Value& value);

// Writes one object; keys come out in the order of the calls. The `_unless_empty` kind leaves zero
// values out.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

    ObjectWriter& text(std::string_view key, std::string_view value);
    ObjectWriter& text_unless_empty(std::string_view key, std::string_view value);
    ObjectWriter& integer(std::string_view key, std::int64_t value);
    ObjectWriter& integer_unless_zero(std::string_view key, std::int64_t value);
    ObjectWriter& boolean(std::string_view key, bool value);
    ObjectWriter& strings(std::string_view key, const std::vector<std::string>& values);
    ObjectWriter& strings_unless_empty(std::string_view key,
                                       const std::vector<std::string>& values);
    // The value is JSON text already.
    ObjectWriter& json(std::string_view key, std::string_view value);
    // Writes the key; the caller appends the value to the returned text.
    std::string& key(std::string_view key);
    void end() { out_ += '}'; }

private:
    std::string& out_;
    bool first_ = true;
};

}  // namespace corral::api::json
