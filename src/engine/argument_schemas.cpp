#include "engine/argument_schemas.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "engine/grammar.h"
#include "engine/tool_definitions.h"
#include "parse/text_rules.h"

namespace corral::engine {
namespace {

using SchemaJson = nlohmann::ordered_json;

constexpr std::array kCopied = {"type", "items", "description", "enum", "required"};

SchemaJson plain_property(const SchemaJson& node);

SchemaJson plain_children(const SchemaJson& children) {
    SchemaJson plain = children;
    if (plain.is_structured()) {
        for (SchemaJson& child : plain) child = plain_property(child);
    }
    return plain;
}

SchemaJson plain_property(const SchemaJson& node) {
    if (!node.is_object()) return node;
    SchemaJson plain = SchemaJson::object();
    for (const auto& [key, value] : node.items()) {
        if (key == "properties" || key == "anyOf") {
            plain[key] = plain_children(value);
        } else if (std::ranges::find(kCopied, key) != kCopied.end()) {
            plain[key] = value;
        }
    }
    return plain;
}

SchemaJson plain_parameters(const SchemaJson& node) {
    if (!node.is_object()) return node;
    SchemaJson plain = SchemaJson::object();
    for (const auto& [key, value] : node.items()) {
        if (key == "properties") {
            plain[key] = plain_children(value);
        } else if (key == "type" || key == "items" || key == "required" || key == "$defs") {
            plain[key] = value;
        }
    }
    return plain;
}

Error not_strict(const SchemaJson& tool, std::string_view why) {
    return {ErrorCode::invalid,
            fmt::format("the parameters of the tool {} cannot be strict: {}",
                        go_quote(tool_name(tool)), why),
            {},
            400};
}

// Converting it alone tells what is wrong with it.
Result<parse::BoundedSchema> strict_parameters(const SchemaJson& tool, const std::string& schema,
                                               std::size_t index) {
    auto bounded = parse::bounded_schema(schema, fmt::format("corral-tool-{}-number-", index));
    if (!bounded) return fail(not_strict(tool, bounded.error().message));
    if (auto alone = grammar_of({wire::Format::Kind::schema, schema}); !alone)
        return fail(not_strict(tool, alone.error().message));
    return bounded;
}

// The one text of a tool whose grammar says what it is.
Result<parse::BoundedSchema> text_parameters(const SchemaJson& tool, const SchemaJson& grammar,
                                             std::size_t index) {
    const auto member = [&](const char* key) {
        const auto found = grammar.find(key);
        return found != grammar.end() && found->is_string() ? found->get<std::string>()
                                                            : std::string();
    };
    const std::string text = fmt::format("corral-tool-{}-text", index);
    const std::string inside = text + "-inside";
    auto rules =
        parse::text_rules(member("syntax"), member("definition"), parse::Spelling::in_json, inside);
    if (!rules) return fail(not_strict(tool, rules.error().message));
    const SchemaJson schema = {{"type", "object"},
                               {"properties", {{"input", {{"enum", {text}}}}}},
                               {"required", {"input"}},
                               {"additionalProperties", false}};
    parse::BoundedSchema bounded;
    bounded.json = schema.dump();
    bounded.stand_ins.push_back(
        {text, fmt::format(R"("\"" {} "\""{}{})", inside, "\n", *rules), R"({"type":"string"})"});
    return bounded;
}

std::string text_of(const SchemaJson& json) {
    return json.dump(-1, ' ', false, SchemaJson::error_handler_t::replace);
}

}  // namespace

std::string ArgumentSchemas::without_rules() const {
    std::string json = strict_json;
    for (const auto& value : stand_ins)
        json = replace_all(json, R"({"enum":[")" + value.text + R"("]})", value.otherwise);
    return json;
}

Result<ArgumentSchemas> argument_schemas(const std::string& tools_json) {
    if (tools_json.empty()) return ArgumentSchemas{};
    const SchemaJson tools = SchemaJson::parse(tools_json, nullptr, false);
    SchemaJson plain = tools;
    SchemaJson strict = tools;
    ArgumentSchemas schemas;
    bool is_strict = false;
    for (std::size_t i = 0; tools.is_array() && i < tools.size(); ++i) {
        const SchemaJson& parameters = tool_parameters(tools[i]);
        if (!parameters.is_object()) continue;
        plain[i]["function"]["parameters"] = plain_parameters(parameters);
        schemas.leaves_out |= plain[i] != tools[i];
        if (!is_strict_tool(tools[i])) {
            strict[i] = plain[i];
            continue;
        }
        is_strict = true;
        const SchemaJson* grammar = tool_grammar(tools[i]);
        CORRAL_TRY(auto bounded, grammar == nullptr
                                     ? strict_parameters(tools[i], text_of(parameters), i)
                                     : text_parameters(tools[i], *grammar, i));
        strict[i]["function"]["parameters"] = SchemaJson::parse(bounded.json, nullptr, false);
        std::ranges::move(bounded.stand_ins, std::back_inserter(schemas.stand_ins));
    }
    schemas.plain_json = text_of(plain);
    if (is_strict) schemas.strict_json = text_of(strict);
    return schemas;
}

}  // namespace corral::engine
