#include "api/json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/json_string.h"
#include "store/go_number.h"

namespace corral::api::json {

namespace {

template <class Float>
Float finite(Float number) {
    using Limits = std::numeric_limits<Float>;
    return std::isnan(number) ? 0 : std::clamp(number, Limits::lowest(), Limits::max());
}

// Vectors hold millions of numbers, nearly all of this kind: small, without an exponent, and all
// digits of their integer part significant.
template <class Float>
void append_number(std::string& out, Float number) {
    constexpr auto kExactIntegers =
        static_cast<Float>(std::int64_t{1} << std::numeric_limits<Float>::digits);
    const Float magnitude = std::fabs(number);
    if (magnitude < static_cast<Float>(1e-6) || magnitude >= kExactIntegers) {
        out += store::go_json_number(number);
        return;
    }
    std::array<char, 48> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                   std::chars_format::fixed)
                         .ptr;
    out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void append_sorted_object(std::string& out, const Value& value) {
    std::vector<std::size_t> order(value.keys.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {},
                             [&](std::size_t i) { return std::string_view(value.keys[i]); });
    ObjectWriter writer(out);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool replaced_later =
            i + 1 < order.size() && value.keys[order[i]] == value.keys[order[i + 1]];
        if (!replaced_later) append_sorted(writer.key(value.keys[order[i]]), value.items[order[i]]);
    }
    writer.end();
}

template <class Append>
void append_list(std::string& out, const std::vector<Value>& items, Append append) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ',';
        append(out, items[i]);
    }
    out += ']';
}

}  // namespace

void append_integer(std::string& out, std::int64_t number) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void append_double(std::string& out, double number) {
    append_number(out, finite(number));
}

void append_float(std::string& out, float number) {
    append_number(out, finite(number));
}

void append_strings(std::string& out, const std::vector<std::string>& texts) {
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, texts[i]);
    }
    out += ']';
}

void append_value(std::string& out, const Value& value) {
    if (value.kind == Value::Kind::object) {
        ObjectWriter writer(out);
        for (std::size_t i = 0; i < value.keys.size(); ++i) {
            append_value(writer.key(value.keys[i]), value.items[i]);
        }
        writer.end();
    } else if (value.kind == Value::Kind::array) {
        append_list(out, value.items, append_value);
    } else if (value.is_string()) {
        append_json_string(out, value.text());
    } else if (value.kind == Value::Kind::number && !value.integer() && value.number()) {
        append_double(out, *value.number());
    } else {
        out += value.raw;
    }
}

void append_sorted(std::string& out, const Value& value) {
    if (value.kind == Value::Kind::object) {
        append_sorted_object(out, value);
    } else if (value.kind == Value::Kind::array) {
        append_list(out, value.items, append_sorted);
    } else if (value.kind == Value::Kind::number) {
        append_double(out, value.number().value_or(0));
    } else {
        append_value(out, value);
    }
}

ObjectWriter& ObjectWriter::text(std::string_view name, std::string_view value) {
    append_json_string(key(name), value);
    return *this;
}

ObjectWriter& ObjectWriter::text_unless_empty(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
}

ObjectWriter& ObjectWriter::integer(std::string_view name, std::int64_t value) {
    append_integer(key(name), value);
    return *this;
}

ObjectWriter& ObjectWriter::integer_unless_zero(std::string_view name, std::int64_t value) {
    return value == 0 ? *this : integer(name, value);
}

ObjectWriter& ObjectWriter::boolean(std::string_view name, bool value) {
    key(name) += value ? "true" : "false";
    return *this;
}

ObjectWriter& ObjectWriter::strings(std::string_view name, const std::vector<std::string>& values) {
    append_strings(key(name), values);
    return *this;
}

ObjectWriter& ObjectWriter::strings_unless_empty(std::string_view name,
                                                 const std::vector<std::string>& values) {
    return values.empty() ? *this : strings(name, values);
}

ObjectWriter& ObjectWriter::json(std::string_view name, std::string_view value) {
    key(name) += value;
    return *this;
}

std::string& ObjectWriter::key(std::string_view name) {
    if (!std::exchange(first_, false)) out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
    return out_;
}

}  // namespace corral::api::json
