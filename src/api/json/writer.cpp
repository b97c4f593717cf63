#include "api/json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/utf8.h"
#include "store/go_number.h"

namespace corral::api::json {

namespace {

constexpr bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' &&
           byte != '>' && byte != '&';
}

constexpr auto kPlain = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = is_plain(static_cast<unsigned char>(i));
    }
    return table;
}();

void append_escaped_byte(std::string& out, unsigned char byte) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (byte) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
    }
}

// Appends the non-ASCII character `rest` begins with and returns its length.
std::size_t append_multibyte(std::string& out, std::string_view rest) {
    const auto character = first_utf8_character(rest);
    if (!character.valid) {
        out += "\\ufffd";
    } else if (character.code_point == 0x2028) {
        out += "\\u2028";
    } else if (character.code_point == 0x2029) {
        out += "\\u2029";
    } else {
        out += rest.substr(0, character.length);
    }
    return character.length;
}

template <class Float>
Float finite(Float number) {
    using Limits = std::numeric_limits<Float>;
    return std::isnan(number) ? 0 : std::clamp(number, Limits::lowest(), Limits::max());
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

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        auto run = at;
        while (run < text.size() && kPlain[static_cast<unsigned char>(text[run])]) ++run;
        out.append(text, at, run - at);
        at = run;
        if (at == text.size()) break;
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            append_escaped_byte(out, byte);
            ++at;
        } else {
            at += append_multibyte(out, text.substr(at));
        }
    }
    out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void append_double(std::string& out, double number) {
    out += store::go_json_number(finite(number));
}

void append_float(std::string& out, float number) {
    out += store::go_json_number(finite(number));
}

void append_strings(std::string& out, const std::vector<std::string>& texts) {
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out += ',';
        append_string(out, texts[i]);
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
        append_string(out, value.text());
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
    append_string(key(name), value);
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
    append_string(out_, name);
    out_ += ':';
    return out_;
}

}  // namespace corral::api::json
