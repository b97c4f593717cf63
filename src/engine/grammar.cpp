#include "engine/grammar.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "json-schema-to-grammar.h"

namespace corral::engine {
namespace {

// Any JSON object. White space between tokens is bounded, or a model could go on with it for ever.
constexpr const char* kJsonRules = R"GBNF(
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws ( member ( "," ws member )* )? "}" ws
member ::= string ":" ws value ws
array ::= "[" ws ( value ws ( "," ws value ws )* )? "]"
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\""
number ::= "-"? ( "0" | [1-9] [0-9]{0,18} ) ( "." [0-9]{1,18} )? ( [eE] [-+]? [0-9]{1,3} )?
ws ::= " " | "\n" [ \t]{0,24} | ""
)GBNF";

using Json = nlohmann::ordered_json;

// References of a schema that is moved to `place` in another one.
void move_references(Json& node, const std::string& place) {
    for (auto& [key, child] : node.items()) {
        if (key == "$ref" && child.is_string()) {
            const auto& reference = child.get_ref<const std::string&>();
            if (reference.starts_with('#')) child = place + reference.substr(1);
        } else if (child.is_structured()) {
            move_references(child, place);
        }
    }
}

Json bare_call_schema(const std::vector<std::string>& names, const char* arguments) {
    return {{"type", "object"},
            {"properties", {{"name", {{"enum", names}}}, {arguments, {{"type", "object"}}}}},
            {"required", {"name", arguments}}};
}

std::unexpected<Error> unusable(std::string_view why) {
    return fail(Error{ErrorCode::invalid,
                      fmt::format("the format's JSON schema cannot be used: {}", why),
                      {},
                      400});
}

}  // namespace

std::string with_stand_ins(std::string grammar,
                           const std::vector<parse::BoundedSchema::StandIn>& stand_ins) {
    for (const auto& value : stand_ins) {
        grammar = replace_all(grammar, "\"\\\"" + value.text + "\\\"\"", value.text);
        grammar += value.text + " ::= " + value.rule + "\n";
    }
    return grammar;
}

Result<std::string> grammar_of(const wire::Format& format) {
    if (format.kind == wire::Format::Kind::none) return std::string();
    if (format.kind == wire::Format::Kind::json) return std::string("root ::= object") + kJsonRules;
    const auto schema = parse::bounded_schema(format.schema_json);
    if (!schema) return unusable(schema.error().message);
    try {
        return with_stand_ins(json_schema_to_grammar(common_json::parse(schema->json)),
                              schema->stand_ins);
    } catch (const std::exception& error) {
        return unusable(error.what());
    }
}

std::string marked_call_grammar(std::string_view mark) {
    std::string grammar = "root ::= \"";
    for (const char c : mark) {
        if (c == '"' || c == '\\') grammar += '\\';
        c == '\n' ? grammar += "\\n" : grammar += c;
    }
    // A mark with a brace is in the object already.
    grammar += mark.contains('{') ? "\" rest" : "\" [^{]{0,64} object rest";
    return grammar + "\nrest ::= | . rest" + kJsonRules;
}

wire::Format format_or_bare_call(const wire::Format& format, const std::vector<std::string>& names,
                                 bool in_list) {
    Json schema = {{"type", "object"}};
    if (format.kind == wire::Format::Kind::schema) {
        schema = Json::parse(format.schema_json, nullptr, false);
        if (!schema.is_object()) return format;  // what is wrong with it is told by grammar_of
    }
    move_references(schema, "#/$defs/corral-format");
    Json call = {{"anyOf", Json::array({bare_call_schema(names, "parameters"),
                                        bare_call_schema(names, "arguments")})}};
    if (in_list) call = {{"type", "array"}, {"items", std::move(call)}, {"minItems", 1}};
    const Json reference = {{"$ref", "#/$defs/corral-format"}};
    const Json either = {{"anyOf", Json::array({reference, std::move(call)})},
                         {"$defs", {{"corral-format", std::move(schema)}}}};
    return {wire::Format::Kind::schema, either.dump()};
}

}  // namespace corral::engine
