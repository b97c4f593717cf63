#include "prompt/go/display.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "store/go_json.h"
#include "store/go_number.h"

namespace corral::prompt::go {
namespace {

using nlohmann::ordered_json;

bool is_left_out(const Type::Field& field, const Value& value) {
    if (field.omit == Type::Omit::never) return false;
    return field.omit == Type::Omit::missing ? value.is_empty() : !value.truth();
}

ordered_json json_of(const Value& value);

ordered_json json_of_list(const List& list) {
    if (list.type->stringer == Stringer::type_names && list.items.size() == 1)
        return json_of(list.items.front());
    if (list.is_nil) return nullptr;
    ordered_json array = ordered_json::array();
    for (const Value& item : list.items) array.push_back(json_of(item));
    return array;
}

ordered_json json_of_record(const Record& record) {
    ordered_json object = ordered_json::object();
    for (std::size_t i = 0; i < record.values.size(); ++i) {
        const Type::Field& field = record.type->fields[i];
        if (is_left_out(field, record.values[i])) continue;
        object[std::string(field.json_key)] = json_of(record.values[i]);
    }
    return object;
}

// Depth is that of the data: bounded where it was parsed.
ordered_json json_of(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::nothing:
        case Value::Kind::nil:
            return nullptr;
        case Value::Kind::boolean:
            return value.boolean();
        case Value::Kind::integer:
            return value.integer();
        case Value::Kind::real:
            return value.real();
        case Value::Kind::text:
            return value.text();
        case Value::Kind::list:
            return json_of_list(value.list());
        case Value::Kind::map: {
            if (value.map().is_nil) return nullptr;
            ordered_json object = ordered_json::object();
            for (const auto& [key, item] : value.map().entries) object[key] = json_of(item);
            return object;
        }
        case Value::Kind::record:
            return json_of_record(value.record());
    }
    return nullptr;
}

void append_list(std::string& out, const List& list, Style style) {
    const bool is_syntax = style == Style::syntax;
    out += is_syntax ? fmt::format("{}{{", list.type->name) : "[";
    for (const Value& item : list.items) {
        if (&item != &list.items.front()) out += is_syntax ? ", " : " ";
        append_value(out, item, style);
    }
    out += is_syntax ? '}' : ']';
}

void append_map(std::string& out, const Map& map, Style style) {
    const bool is_syntax = style == Style::syntax;
    out += is_syntax ? fmt::format("{}{{", map.type->name) : "map[";
    for (const auto& entry : map.entries) {
        if (&entry != &map.entries.front()) out += is_syntax ? ", " : " ";
        out += is_syntax ? go_quote(entry.first) : entry.first;
        out += ':';
        append_value(out, entry.second, style);
    }
    out += is_syntax ? '}' : ']';
}

void append_record(std::string& out, const Record& record, Style style) {
    const bool is_syntax = style == Style::syntax;
    if (is_syntax) out += record.type->name;
    out += '{';
    for (std::size_t i = 0; i < record.values.size(); ++i) {
        if (i > 0) out += is_syntax ? ", " : " ";
        if (style != Style::plain) out += fmt::format("{}:", record.type->fields[i].name);
        append_value(out, record.values[i], style);
    }
    out += '}';
}

}  // namespace

void append_value(std::string& out, const Value& value, Style style) {
    if (value.stringer() != Stringer::none && style != Style::syntax) {
        out += stringer_text(value);
        return;
    }
    switch (value.kind()) {
        case Value::Kind::nothing:
        case Value::Kind::nil:
            out += style == Style::syntax ? "interface {}(nil)" : "<nil>";
            return;
        case Value::Kind::boolean:
            out += value.boolean() ? "true" : "false";
            return;
        case Value::Kind::integer:
            out += std::to_string(value.integer());
            return;
        case Value::Kind::real:
            out += store::go_g_number(value.real());
            return;
        case Value::Kind::text:
            out += style == Style::syntax ? go_quote(value.text()) : std::string(value.text());
            return;
        case Value::Kind::list:
            return append_list(out, value.list(), style);
        case Value::Kind::map:
            return append_map(out, value.map(), style);
        case Value::Kind::record:
            if (value.record().type->prints_json && style == Style::plain)
                out += to_json(value);
            else
                append_record(out, value.record(), style);
            return;
    }
}

void append_printed(std::string& out, const Value& value) {
    if (value.kind() == Value::Kind::text) {
        out += value.text();
    } else if (value.is_empty()) {
        out += "<no value>";
    } else {
        append_value(out, value);
    }
}

std::string print(std::span<const Value> values) {
    std::string text;
    bool after_string = true;
    for (const Value& value : values) {
        const bool is_string = value.kind() == Value::Kind::text;
        if (!is_string && !after_string) text += ' ';
        append_value(text, value);
        after_string = is_string;
    }
    return text;
}

std::string print_line(std::span<const Value> values) {
    std::string text;
    for (const Value& value : values) {
        if (&value != values.data()) text += ' ';
        append_value(text, value);
    }
    return text + "\n";
}

std::string to_json(const Value& value) {
    return store::to_go_json(json_of(value));
}

std::string stringer_text(const Value& value) {
    if (value.stringer() == Stringer::json) {
        const bool is_nil_map = value.kind() == Value::Kind::map && value.map().is_nil;
        return is_nil_map ? "{}" : to_json(value);
    }
    const auto& items = value.list().items;
    if (items.empty()) return {};
    std::string text;
    if (items.size() == 1) {
        append_value(text, items.front());
    } else {
        append_list(text, value.list(), Style::plain);
    }
    return text;
}

std::string typescript_type(const Value& property) {
    if (property.kind() != Value::Kind::record) return "any";
    const Record& record = property.record();
    const Value* any_of = record.find("AnyOf");
    const Value* types = record.find("Type");
    if (any_of == nullptr || types == nullptr) return "any";
    std::vector<std::string> parts;
    if (any_of->truth()) {
        for (const Value& part : any_of->list().items) parts.push_back(typescript_type(part));
        return join(parts, " | ");
    }
    constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"string", "string"},   {"number", "number"}, {"integer", "number"},
        {"boolean", "boolean"}, {"array", "any[]"},   {"object", "Record<string, any>"},
        {"null", "null"}};
    for (const Value& type : types->list().items) {
        std::string name = "any";
        for (const auto& [schema, typescript] : kNames)
            if (type.text() == schema) name = typescript;
        parts.push_back(std::move(name));
    }
    return parts.empty() ? "any" : join(parts, " | ");
}

}  // namespace corral::prompt::go
