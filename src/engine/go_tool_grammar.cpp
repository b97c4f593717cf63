#include "engine/go_tool_grammar.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "engine/argument_schemas.h"
#include "engine/grammar.h"
#include "engine/tool_definitions.h"
#include "json-schema-to-grammar.h"

namespace corral::engine {
namespace {

using ToolJson = nlohmann::ordered_json;

// A tool without parameters takes none.
std::string schema_of(const ToolJson& tool) {
    ToolJson parameters = tool_parameters(tool);
    if (!parameters.is_object()) parameters = ToolJson::object();
    if (!parameters.contains("properties") || !parameters["properties"].is_object()) {
        parameters["type"] = "object";
        parameters["properties"] = ToolJson::object();
    }
    return parameters.dump(-1, ' ', false, ToolJson::error_handler_t::replace);
}

std::string calls_grammar(const prompt::ToolNotation& notation, const ToolJson& tools) {
    return build_grammar([&](const common_grammar_builder& builder) {
        std::string calls;
        for (const ToolJson& tool : tools) {
            const std::string name = tool_name(tool);
            if (name.empty()) continue;
            const auto schema = common_chat_schema_from_json(common_json::parse(schema_of(tool)));
            const std::string arguments = builder.add_schema("arguments", *schema.root);
            if (!calls.empty()) calls += " | ";
            calls += gbnf_format_literal(notation.before_name + name + notation.before_arguments) +
                     " " + arguments;
        }
        if (!notation.closing.empty())
            calls = "(" + calls + ") " + gbnf_format_literal(notation.closing);
        builder.add_rule("call", calls);
        builder.add_rule("rest", "| . rest");
        builder.add_rule("root", "call rest");
    });
}

}  // namespace

Result<std::string> go_tool_grammar(const prompt::ToolNotation& notation,
                                    const std::string& tools_json) {
    CORRAL_TRY(const ArgumentSchemas schemas, argument_schemas(tools_json));
    const bool is_strict = !schemas.strict_json.empty();
    const ToolJson tools =
        ToolJson::parse(is_strict ? schemas.strict_json : schemas.plain_json, nullptr, false);
    try {
        return with_stand_ins(calls_grammar(notation, tools), schemas.stand_ins);
    } catch (const std::exception& error) {
        return fail(Error{ErrorCode::invalid,
                          fmt::format("the schemas of the tools cannot be used: {}", error.what()),
                          {},
                          400});
    }
}

}  // namespace corral::engine
