#include "api/openai/custom_tools.h"

#include "api/json/field.h"
#include "api/json/writer.h"
#include "base/text.h"
#include "parse/text_rules.h"

namespace corral::api::openai {

namespace {

constexpr std::string_view kParameters =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

std::string text_in(const json::Value& object, std::string_view key) {
    const auto* value = object.find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string();
}

struct TextGrammar {
    std::string syntax;
    std::string definition;  // empty: the text is free
};

Result<TextGrammar> decode_grammar(const json::Value& grammar) {
    TextGrammar decoded{text_in(grammar, "syntax"), text_in(grammar, "definition")};
    if (decoded.syntax != "lark" && decoded.syntax != "regex")
        return json::refuse_field("syntax", "the syntax of a grammar is \"lark\" or \"regex\"");
    if (decoded.definition.empty())
        return json::refuse_field("definition", "a grammar needs its definition", json::kMissing);
    const auto rules =
        parse::text_rules(decoded.syntax, decoded.definition, parse::Spelling::in_json, "text");
    if (!rules) return json::refuse_field("definition", rules.error().message);
    return decoded;
}

Result<TextGrammar> decode_format(const json::Value& format) {
    const auto type = text_in(format, "type");
    if (type == "text" || format.is_null()) return TextGrammar{};
    if (type != "grammar")
        return json::refuse_field("type", "the format of a tool is \"text\" or \"grammar\"");
    const auto* inner = format.find("grammar");
    if (inner != nullptr) return json::in_field("grammar", decode_grammar(*inner));
    return decode_grammar(format);
}

}  // namespace

Result<std::string> custom_function(std::string_view name, const json::Value& tool) {
    TextGrammar grammar;
    if (const auto* format = tool.find("format")) {
        auto decoded = json::in_field("format", decode_format(*format));
        if (!decoded) {
            decoded.error().message.insert(0, fmt::format("the tool {}: ", go_quote(name)));
            return fail(std::move(decoded).error());
        }
        grammar = std::move(*decoded);
    }
    auto description = text_in(tool, "description");
    if (!grammar.definition.empty())
        description += "\nThe input follows this grammar:\n" + grammar.definition;
    std::string function;
    json::ObjectWriter writer(function);
    writer.text("name", name).text("description", description).json("parameters", kParameters);
    if (!grammar.definition.empty()) {
        writer.boolean("strict", true);
        json::ObjectWriter(writer.key("grammar"))
            .text("syntax", grammar.syntax)
            .text("definition", grammar.definition)
            .end();
    }
    writer.end();
    return function;
}

std::string custom_tool_input(std::string_view arguments_json) {
    const auto arguments = json::parse(arguments_json);
    const auto* input = arguments ? arguments->find("input") : nullptr;
    return input != nullptr && input->is_string() ? input->text() : std::string(arguments_json);
}

std::string custom_tool_arguments(std::string_view input) {
    std::string arguments;
    json::ObjectWriter(arguments).text("input", input).end();
    return arguments;
}

}  // namespace corral::api::openai
