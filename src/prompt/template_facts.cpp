#include "prompt/template_facts.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"

namespace corral::prompt {
namespace {

using go::Block;
using go::Branch;
using go::Operand;
using go::Pipeline;

// Calls `visit` for every operand of a pipeline, those in parentheses included; the insides of
// chains are passed over, as upstream does.
template <class Visit>
void for_each_operand(const Pipeline& pipeline, Visit visit) {
    for (const go::Command& command : pipeline.commands) {
        for (const Operand& operand : command.operands) {
            visit(operand);
            if (const auto* nested = std::get_if<std::unique_ptr<Pipeline>>(&operand.what))
                for_each_operand(**nested, visit);
        }
    }
}

const go::Field* as_field(const Operand& operand) {
    return std::get_if<go::Field>(&operand.what);
}

const Pipeline* pipeline_of(const go::Statement& statement) {
    if (const auto* action = std::get_if<go::Action>(&statement.what)) return &action->pipeline;
    if (const auto* branch = std::get_if<Branch>(&statement.what)) return &branch->pipeline;
    if (const auto* call = std::get_if<go::Invocation>(&statement.what))
        return call->argument.get();
    return nullptr;
}

Result<void> collect_variables(const Block& block, TemplateFacts& facts) {
    for (const go::Statement& statement : block) {
        const Pipeline* pipeline = pipeline_of(statement);
        if (pipeline == nullptr && std::holds_alternative<go::Invocation>(statement.what))
            return fail(ErrorCode::invalid, "undefined template specified");
        if (pipeline != nullptr) {
            for_each_operand(*pipeline, [&facts](const Operand& operand) {
                const auto* variable = std::get_if<go::Variable>(&operand.what);
                const go::Field* field = as_field(operand);
                if (variable == nullptr && field == nullptr) return;
                for (const std::string& name : variable ? variable->names : field->names)
                    facts.variables.insert(lower(name));
            });
        }
        if (const auto* branch = std::get_if<Branch>(&statement.what)) {
            CORRAL_CHECK(collect_variables(branch->body, facts));
            CORRAL_CHECK(collect_variables(branch->otherwise, facts));
        }
    }
    return {};
}

// Finds the texts around `.Thinking` in a range over the messages: those that begin and end the
// innermost list of statements. Later ones win.
class ThinkingFinder {
public:
    ThinkingTags tags;

    void walk(const Block& block, bool in_messages) {
        for (const go::Statement& statement : block) {
            if (const Pipeline* pipeline = pipeline_of(statement); pipeline && in_messages)
                look(*pipeline, block);
            const auto* branch = std::get_if<Branch>(&statement.what);
            if (branch == nullptr) continue;
            const bool inside = branch->kind == Branch::Kind::range
                                    ? mentions(branch->pipeline, "Messages")
                                    : in_messages;
            walk(branch->body, inside);
            walk(branch->otherwise, inside);
        }
    }

private:
    static bool mentions(const Pipeline& pipeline, std::string_view name) {
        bool found = false;
        for_each_operand(pipeline, [&](const Operand& operand) {
            const go::Field* field = as_field(operand);
            found = found || (field != nullptr && field->names.front() == name);
        });
        return found;
    }

    void look(const Pipeline& pipeline, const Block& block) {
        if (!mentions(pipeline, "Thinking")) return;
        if (const auto* first = std::get_if<go::Text>(&block.front().what))
            tags.opening = trim(first->text);
        if (const auto* last = std::get_if<go::Text>(&block.back().what))
            tags.closing = trim(last->text);
    }
};

bool asks_for_tool_calls(const Branch& branch) {
    if (branch.kind != Branch::Kind::when) return false;
    for (const go::Command& command : branch.pipeline.commands)
        for (const Operand& operand : command.operands)
            if (const go::Field* field = as_field(operand);
                field != nullptr &&
                std::ranges::find(field->names, "ToolCalls") != field->names.end())
                return true;
    return false;
}

const Branch* find_tool_calls(const Block& block) {
    for (const go::Statement& statement : block) {
        const auto* branch = std::get_if<Branch>(&statement.what);
        if (branch == nullptr) continue;
        if (asks_for_tool_calls(*branch)) return branch;
        if (const Branch* found = find_tool_calls(branch->body)) return found;
        if (const Branch* found = find_tool_calls(branch->otherwise)) return found;
    }
    return nullptr;
}

// The first text that is not blank, unless something is printed before it.
std::string_view first_text(const Block& block) {
    for (const go::Statement& statement : block) {
        if (const auto* text = std::get_if<go::Text>(&statement.what)) {
            if (!trim(text->text).empty()) return text->text;
        } else if (const auto* branch = std::get_if<Branch>(&statement.what)) {
            const std::string_view inner = first_text(branch->body);
            return inner.empty() ? first_text(branch->otherwise) : inner;
        } else if (std::holds_alternative<go::Action>(statement.what)) {
            return {};
        }
    }
    return {};
}

std::string tool_mark(const Block& root) {
    const Branch* calls = find_tool_calls(root);
    const std::string text =
        calls == nullptr ? "" : replace_all(first_text(calls->body), "\r\n", "\n");
    const std::string_view mark = trim(std::string_view(text).substr(0, text.find('{')));
    return mark.empty() ? "{" : std::string(mark);
}

std::optional<std::size_t> find_response(const Block& block) {
    for (const go::Statement& statement : block) {
        if (const auto* action = std::get_if<go::Action>(&statement.what)) {
            for (const go::Command& command : action->pipeline.commands)
                for (const Operand& operand : command.operands)
                    if (const go::Field* field = as_field(operand);
                        field != nullptr &&
                        std::ranges::find(field->names, "Response") != field->names.end())
                        return operand.position;
        } else if (const auto* branch = std::get_if<Branch>(&statement.what)) {
            if (const auto found = find_response(branch->body)) return found;
            if (const auto found = find_response(branch->otherwise)) return found;
        }
    }
    return std::nullopt;
}

}  // namespace

Result<TemplateFacts> facts_of(const go::Blocks& blocks, std::string_view source) {
    TemplateFacts facts;
    for (const auto& [name, block] : blocks) CORRAL_CHECK(collect_variables(block, facts));
    const Block& root = blocks.at("");
    ThinkingFinder finder;
    finder.walk(root, false);
    if (!finder.tags.opening.empty() && !finder.tags.closing.empty())
        facts.thinking = std::move(finder.tags);
    facts.tool_mark = tool_mark(root);
    facts.has_tool_round_trip =
        facts.uses("tools") && facts.uses("toolcalls") &&
        (source.contains("eq .Role \"tool\"") || source.contains("tool_response") ||
         source.contains("TOOL_RESULTS"));
    facts.response_at = find_response(root);
    return facts;
}

}  // namespace corral::prompt
