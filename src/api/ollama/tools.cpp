#include "api/ollama/tools.h"

#include <map>
#include <utility>

#include "api/json/writer.h"
#include "base/json_string.h"

namespace corral::api::ollama {

namespace {

using json::Reader;
using json::Value;

// Free-form JSON is kept as text; null and absent are empty.
Reader::Read read_any(std::string& target) {
    return [&target](const Value& value) {
        target.clear();
        if (!value.is_null()) json::append_sorted(target, value);
    };
}

std::string write_property(Reader& reader, const Value& value);

// An object of properties in the order they came; of duplicates the last, at the place of the
// first.
std::string write_properties(Reader& reader, const Value& value) {
    if (value.kind != Value::Kind::object) {
        reader.reject({ErrorCode::invalid, std::string(kNotAnObject), {}, 0});
        return {};
    }
    std::map<std::string_view, const Value*> last;
    for (std::size_t i = 0; i < value.keys.size(); ++i) last[value.keys[i]] = &value.items[i];
    std::string out;
    json::ObjectWriter writer(out);
    for (const auto& key : value.keys) {
        if (const auto* property = std::exchange(last[key], nullptr)) {
            writer.json(key, write_property(reader, *property));
        }
    }
    writer.end();
    return out;
}

Reader::Read read_properties(Reader& reader, std::string& target) {
    const auto read = [&reader, &target](const Value& value) {
        target = value.is_null() ? std::string() : write_properties(reader, value);
    };
    return reader.custom(read);
}

// "string" or ["string","null"]; a list of one collapses.
Reader::Read read_type(Reader& reader, std::string& target) {
    return reader.custom([&reader, &target](const Value& value) {
        target.clear();
        std::vector<std::string> types;
        if (value.is_string()) {
            types.push_back(value.text());
        } else {
            reader.texts(types)(value);
        }
        if (types.size() == 1) {
            append_json_string(target, types.front());
        } else if (!types.empty()) {
            json::append_strings(target, types);
        }
    });
}

// A list that is left out when empty.
Reader::Read read_any_list(Reader& reader, std::string& target) {
    return [&reader, &target](const Value& value) {
        target.clear();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::array) return reader.mismatch(value, "[]interface {}");
        if (!value.items.empty()) json::append_sorted(target, value);
    };
}

Reader::Read read_alternatives(Reader& reader, std::string& target) {
    return [&reader, &target](const Value& value) {
        target.clear();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::array) return reader.mismatch(value, "[]api.ToolProperty");
        reader.each(value, [&](const Value& item) {
            target += target.empty() ? "[" : ",";
            target += write_property(reader, item);
        });
        if (!target.empty()) target += ']';
    };
}

void write_if(json::ObjectWriter& writer, std::string_view key, const std::string& json_text) {
    if (!json_text.empty()) writer.json(key, json_text);
}

std::string write_property(Reader& reader, const Value& value) {
    std::string any_of, type, items, description, values, properties;
    std::vector<std::string> required;
    reader.object(value, "api.ToolProperty",
                  {{"anyOf", read_alternatives(reader, any_of)},
                   {"type", read_type(reader, type)},
                   {"items", read_any(items)},
                   {"description", reader.text(description)},
                   {"enum", read_any_list(reader, values)},
                   {"properties", read_properties(reader, properties)},
                   {"required", reader.texts(required)}});
    std::string out;
    json::ObjectWriter writer(out);
    write_if(writer, "anyOf", any_of);
    write_if(writer, "type", type);
    write_if(writer, "items", items);
    writer.text_unless_empty("description", description);
    write_if(writer, "enum", values);
    write_if(writer, "properties", properties);
    writer.strings_unless_empty("required", required);
    writer.end();
    return out;
}

std::string write_parameters(Reader& reader, const Value* value) {
    std::string type, definitions, items, properties;
    std::vector<std::string> required;
    if (value != nullptr) {
        reader.object(*value, "api.ToolFunctionParameters",
                      {{"type", reader.text(type)},
                       {"$defs", read_any(definitions)},
                       {"items", read_any(items)},
                       {"required", reader.texts(required)},
                       {"properties", read_properties(reader, properties)}});
    }
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("type", type);
    write_if(writer, "$defs", definitions);
    write_if(writer, "items", items);
    writer.strings_unless_empty("required", required);
    writer.json("properties", properties.empty() ? "null" : properties);
    writer.end();
    return out;
}

std::string as_sent(const Value& value) {
    std::string out;
    json::append_value(out, value);
    return out;
}

bool is_strict(const Value& function) {
    const auto* strict = function.find("strict");
    return strict != nullptr && strict->kind == Value::Kind::boolean && strict->boolean();
}

std::string write_function(Reader& reader, const Value* value, Schemas schemas) {
    const bool is_whole = schemas == Schemas::whole;
    std::string name, description, parameters;
    const auto read_parameters = reader.nested("ToolFunctionParameters", [&](const Value& inner) {
        parameters = write_parameters(reader, &inner);
        if (is_whole && inner.kind == Value::Kind::object) parameters = as_sent(inner);
    });
    if (value != nullptr) {
        reader.object(*value, "api.ToolFunction",
                      {{"name", reader.text(name)},
                       {"description", reader.text(description)},
                       {"parameters", read_parameters}});
    }
    if (parameters.empty()) parameters = write_parameters(reader, nullptr);
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("name", name).text_unless_empty("description", description);
    writer.json("parameters", parameters);
    if (is_whole && value != nullptr && is_strict(*value)) {
        writer.boolean("strict", true);
        if (const auto* grammar = value->find("grammar")) writer.json("grammar", as_sent(*grammar));
    }
    writer.end();
    return out;
}

std::string write_tool(Reader& reader, const Value& value, Schemas schemas) {
    std::string type, items, function;
    const auto read_function = reader.nested("ToolFunction", [&](const Value& inner) {
        function = write_function(reader, &inner, schemas);
    });
    reader.object(
        value, "api.Tool",
        {{"type", reader.text(type)}, {"items", read_any(items)}, {"function", read_function}});
    if (function.empty()) function = write_function(reader, nullptr, schemas);
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("type", type);
    write_if(writer, "items", items);
    writer.json("function", function).end();
    return out;
}

}  // namespace

Reader::Read read_tools(Reader& reader, std::string& tools_json, Schemas schemas) {
    return [&reader, &tools_json, schemas](const Value& value) {
        tools_json.clear();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::array) return reader.mismatch(value, "api.Tools");
        const auto read_tool = reader.nested("Tool", [&](const Value& item) {
            tools_json += tools_json.empty() ? "[" : ",";
            tools_json += write_tool(reader, item, schemas);
        });
        reader.each(value, read_tool);
        if (!tools_json.empty()) tools_json += ']';
    };
}

}  // namespace corral::api::ollama
