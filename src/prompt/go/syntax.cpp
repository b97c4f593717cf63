#include "prompt/go/syntax.h"

#include <fmt/format.h>

#include "base/text.h"

namespace corral::prompt::go {
namespace {

std::string dotted(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += "." + name;
    return text;
}

struct OperandText {
    std::string operator()(const Dot&) const { return "."; }
    std::string operator()(const Nil&) const { return "nil"; }
    std::string operator()(const Boolean& boolean) const {
        return boolean.value ? "true" : "false";
    }
    std::string operator()(const Number& number) const { return number.text; }
    std::string operator()(const String& string) const { return string.quoted; }
    std::string operator()(const Field& field) const { return dotted(field.names); }
    std::string operator()(const Variable& variable) const { return join(variable.names, "."); }
    std::string operator()(const Identifier& identifier) const { return identifier.name; }
    std::string operator()(const Chain& chain) const {
        const std::string base = to_text(*chain.base);
        const bool is_pipeline =
            std::holds_alternative<std::unique_ptr<Pipeline>>(chain.base->what);
        return (is_pipeline ? "(" + base + ")" : base) + dotted(chain.names);
    }
    std::string operator()(const std::unique_ptr<Pipeline>& pipeline) const {
        return to_text(*pipeline);
    }
};

struct StatementText {
    std::string operator()(const Text& text) const { return std::string(text.text); }
    std::string operator()(const Action& action) const {
        return "{{" + to_text(action.pipeline) + "}}";
    }
    std::string operator()(const Branch& branch) const {
        constexpr std::string_view kNames[] = {"if", "with", "range"};
        std::string text = fmt::format("{{{{{} {}}}}}", kNames[static_cast<int>(branch.kind)],
                                       to_text(branch.pipeline));
        text += to_text(branch.body);
        if (branch.has_otherwise) text += "{{else}}" + to_text(branch.otherwise);
        return text + "{{end}}";
    }
    std::string operator()(const Invocation& invocation) const {
        const std::string argument = invocation.argument ? " " + to_text(*invocation.argument) : "";
        return "{{template " + go_quote(invocation.name) + argument + "}}";
    }
    std::string operator()(const Break&) const { return "{{break}}"; }
    std::string operator()(const Continue&) const { return "{{continue}}"; }
};

}  // namespace

std::string to_text(const Operand& operand) {
    return std::visit(OperandText(), operand.what);
}

std::string to_text(const Command& command) {
    std::string text;
    for (const Operand& operand : command.operands) {
        if (&operand != &command.operands.front()) text += ' ';
        const bool is_pipeline = std::holds_alternative<std::unique_ptr<Pipeline>>(operand.what);
        text += is_pipeline ? "(" + to_text(operand) + ")" : to_text(operand);
    }
    return text;
}

std::string to_text(const Pipeline& pipeline) {
    std::string text = join(pipeline.variables, ", ");
    if (!text.empty()) text += pipeline.assigns ? " = " : " := ";
    for (const Command& command : pipeline.commands) {
        if (&command != &pipeline.commands.front()) text += " | ";
        text += to_text(command);
    }
    return text;
}

std::string to_text(const Statement& statement) {
    return std::visit(StatementText(), statement.what);
}

std::string to_text(const Block& block) {
    std::string text;
    for (const Statement& statement : block) text += to_text(statement);
    return text;
}

}  // namespace corral::prompt::go
