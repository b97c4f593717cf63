#include "prompt/go/evaluator.h"

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

#include "base/text.h"
#include "base/utf8.h"
#include "prompt/go/display.h"
#include "prompt/go/functions.h"
#include "prompt/go/limits.h"

namespace corral::prompt::go {
namespace {

enum class Flow : std::uint8_t { next, break_loop, continue_loop };

// What a parameter of a function takes.
enum class Wanted : std::uint8_t { anything, text };

constexpr std::size_t kMaxShownBytes = 1000;

// Errors quote nodes and values, which may be of any size.
std::string shortened(std::string text) {
    if (text.size() <= kMaxShownBytes) return text;
    text.resize(kMaxShownBytes);
    text.resize(complete_utf8_length(text));
    return text + "…";
}

std::string shown(const Value& value) {
    std::string text;
    append_value(text, value);
    return text;
}

class Evaluator {
public:
    explicit Evaluator(const Program& program) : program_(program) {}

    Result<std::string> run(const Value& data) {
        variables_.push_back({"$", data});
        CORRAL_CHECK(walk(data, program_.blocks.at("")));
        return std::move(output_);
    }

private:
    struct Binding {
        std::string_view name;
        Value value;
    };
    using Node = std::variant<const Operand*, const Command*, const Pipeline*, const Statement*>;
    using Operands = std::span<const Operand>;

    // Takes back at the end of a scope the variables declared in it.
    class Scope {
    public:
        explicit Scope(std::vector<Binding>& variables)
            : variables_(variables), n_variables_(variables.size()) {}
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope() {
            variables_.erase(variables_.begin() + static_cast<std::ptrdiff_t>(n_variables_),
                             variables_.end());
        }

    private:
        std::vector<Binding>& variables_;
        std::size_t n_variables_;
    };

    // One more level of recursion, while it lives.
    class Level {
    public:
        explicit Level(int& depth) : depth_(depth) { ++depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { --depth_; }

    private:
        int& depth_;
    };

    std::unexpected<Error> error(std::string_view reason) const;
    Result<void> step(std::size_t n_bytes = 0);
    Result<void> check_depth() const;
    bool is_cut(std::size_t position) const {
        return program_.cut_after && block_name_.empty() && position > *program_.cut_after;
    }

    Result<Flow> walk(const Value& dot, const Block& block);
    Result<Flow> walk(const Value& dot, const Statement& statement);
    Result<Flow> act(const Value& dot, const Action& action, const Statement& statement);
    Result<Flow> branch(const Value& dot, const Branch& branch);
    Result<Flow> loop(const Value& dot, const Branch& branch);
    Result<void> iterate(const Branch& branch, const Value& collection, bool& ran);
    Result<Flow> iteration(const Branch& branch, Value index, const Value& element);
    Result<Flow> invoke(const Value& dot, const Invocation& invocation);
    Result<void> write(std::string_view text);

    // The value of a pipeline is never nil: what is missing is nothing.
    Result<Value> pipeline(const Value& dot, const Pipeline& pipeline);
    Result<Value> command(const Value& dot, const Command& command, const Value* last);
    Result<Value> constant(const Value& dot, const Operand& operand);
    Result<Value> argument(const Value& dot, const Operand& operand, Wanted wanted);
    Result<Value> text_argument(const Operand& operand, Result<Value> value);
    Result<Value> variable(const Operand& operand, Operands operands, const Value* last);
    Result<Value> chain(const Value& dot, const Operand& operand, Operands operands,
                        const Value* last);
    Result<Value> fields(Value receiver, std::span<const std::string> names, Operands operands,
                         const Value* last);
    // `is_boxed`: the receiver came out of a map of anything, which is its type then to Go.
    Result<Value> field(const Value& receiver, const std::string& name, bool is_boxed,
                        std::size_t n_arguments);
    Result<Value> number(const Operand& operand);
    Result<Value> function(const Value& dot, const Operand& name, Node node, Operands operands,
                           const Value* last);
    Result<Value> call(const Function& function, Node node, std::span<const Value> arguments);
    Result<void> check_count(const Function& function, std::size_t n_operands, bool has_last) const;
    Result<Value> and_or(const Value& dot, bool is_or, Operands operands, const Value* last);
    Result<void> refuse_arguments(Operands operands, const Value* last) const;

    Value* find_variable(std::string_view name) {
        const auto found =
            std::ranges::find(variables_.rbegin(), variables_.rend(), name, &Binding::name);
        return found == variables_.rend() ? nullptr : &found->value;
    }
    Result<void> set_variable(std::string_view name, Value value);

    const Program& program_;
    std::string output_;
    std::vector<Binding> variables_;
    std::string_view block_name_;  // the template being run
    Node node_;                    // the node being evaluated, for error messages
    std::size_t n_steps_ = 0;
    int depth_ = 0;
};

std::unexpected<Error> Evaluator::error(std::string_view reason) const {
    const std::size_t position = std::visit([](const auto* node) { return node->position; }, node_);
    const std::string text = std::visit([](const auto* node) { return to_text(*node); }, node_);
    const std::string_view before = program_.source.substr(0, position);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto line = 1 + std::ranges::count(before, '\n');
    return fail(ErrorCode::invalid, "template: :{}:{}: executing {} at <{}>: {}", line,
                position - line_start, go_quote(block_name_), shortened(text),
                shortened(std::string(reason)));
}

Result<void> Evaluator::step(std::size_t n_bytes) {
    n_steps_ += 1 + n_bytes / kBytesPerStep;
    if (n_steps_ > kMaxSteps) return error("the template takes too many steps");
    return {};
}

Result<void> Evaluator::check_depth() const {
    if (depth_ <= kMaxEvaluationDepth) return {};
    return error(fmt::format("exceeded maximum template depth ({})", kMaxEvaluationDepth));
}

Result<void> Evaluator::set_variable(std::string_view name, Value value) {
    Value* known = find_variable(name);
    if (known == nullptr) return error(fmt::format("undefined variable: {}", name));
    *known = std::move(value);
    return {};
}

Result<void> Evaluator::write(std::string_view text) {
    if (output_.size() + text.size() > kMaxOutputBytes)
        return error("the rendered text is larger than 64 MiB");
    output_ += text;
    return {};
}

Result<Flow> Evaluator::walk(const Value& dot, const Block& block) {
    const Level level(depth_);
    CORRAL_CHECK(check_depth());
    for (const Statement& statement : block) {
        if (is_cut(statement.position)) break;
        CORRAL_TRY(const Flow flow, walk(dot, statement));
        if (flow != Flow::next) return flow;
    }
    return Flow::next;
}

Result<Flow> Evaluator::walk(const Value& dot, const Statement& statement) {
    node_ = &statement;
    CORRAL_CHECK(step());
    if (const auto* text = std::get_if<Text>(&statement.what)) {
        CORRAL_CHECK(write(text->text));
        return Flow::next;
    }
    if (const auto* action = std::get_if<Action>(&statement.what))
        return act(dot, *action, statement);
    if (const auto* branch_node = std::get_if<Branch>(&statement.what)) {
        return branch_node->kind == Branch::Kind::range ? loop(dot, *branch_node)
                                                        : branch(dot, *branch_node);
    }
    if (const auto* invocation = std::get_if<Invocation>(&statement.what))
        return invoke(dot, *invocation);
    return std::holds_alternative<Break>(statement.what) ? Flow::break_loop : Flow::continue_loop;
}

Result<Flow> Evaluator::act(const Value& dot, const Action& action, const Statement& statement) {
    CORRAL_TRY(const Value value, pipeline(dot, action.pipeline));
    if (!action.pipeline.variables.empty()) return Flow::next;
    node_ = &statement;
    if (value.kind() == Value::Kind::text) {
        CORRAL_CHECK(write(value.text()));
        return Flow::next;
    }
    std::string text;
    append_printed(text, value);
    CORRAL_CHECK(step(text.size()));
    CORRAL_CHECK(write(text));
    return Flow::next;
}

Result<Flow> Evaluator::branch(const Value& dot, const Branch& branch) {
    const Scope scope(variables_);
    CORRAL_TRY(const Value value, pipeline(dot, branch.pipeline));
    if (!value.truth()) return walk(dot, branch.otherwise);
    return walk(branch.kind == Branch::Kind::with ? value : dot, branch.body);
}

Result<Flow> Evaluator::loop(const Value& dot, const Branch& branch) {
    const Scope scope(variables_);
    CORRAL_TRY(const Value collection, pipeline(dot, branch.pipeline));
    bool ran = false;
    CORRAL_CHECK(iterate(branch, collection, ran));
    return ran ? Flow::next : walk(dot, branch.otherwise);
}

Result<void> Evaluator::iterate(const Branch& branch, const Value& collection, bool& ran) {
    const auto kind = collection.kind();
    const auto run = [&](Value index, const Value& element) {
        ran = true;
        return iteration(branch, std::move(index), element);
    };
    if (kind == Value::Kind::integer) {
        if (branch.pipeline.variables.size() > 1)
            return error(fmt::format("can't use {} to iterate over more than one variable",
                                     collection.integer()));
        for (std::int64_t i = 0; i < collection.integer(); ++i) {
            CORRAL_TRY(const Flow flow, run(Value(), Value(i)));
            if (flow == Flow::break_loop) break;
        }
    } else if (kind == Value::Kind::list) {
        const auto& items = collection.list().items;
        for (std::size_t i = 0; i < items.size(); ++i) {
            CORRAL_TRY(const Flow flow, run(Value(static_cast<std::int64_t>(i)), items[i]));
            if (flow == Flow::break_loop) break;
        }
    } else if (kind == Value::Kind::map) {
        for (const auto& [key, value] : collection.map().entries) {
            CORRAL_TRY(const Flow flow, run(Value::borrowed(key), value));
            if (flow == Flow::break_loop) break;
        }
    } else if (!collection.is_empty()) {
        return error("range can't iterate over " + shown(collection));
    }
    return {};
}

Result<Flow> Evaluator::iteration(const Branch& branch, Value index, const Value& element) {
    CORRAL_CHECK(step());
    const auto& names = branch.pipeline.variables;
    if (branch.pipeline.assigns) {
        if (names.size() > 1) CORRAL_CHECK(set_variable(names[0], std::move(index)));
        if (!names.empty()) CORRAL_CHECK(set_variable(names.back(), element));
    } else if (!names.empty()) {
        // The pipeline has declared them; the last one is on top.
        variables_.back().value = element;
        if (names.size() > 1) variables_[variables_.size() - 2].value = std::move(index);
    }
    const Scope scope(variables_);
    return walk(element, branch.body);
}

Result<Flow> Evaluator::invoke(const Value& dot, const Invocation& invocation) {
    const auto block = program_.blocks.find(invocation.name);
    if (block == program_.blocks.end())
        return error(fmt::format("template {} not defined", go_quote(invocation.name)));
    Value data;
    if (invocation.argument) {
        CORRAL_TRY(data, pipeline(dot, *invocation.argument));
    }
    // A template sees no variables but its own.
    auto hidden = std::exchange(variables_, {{"$", data}});
    const std::string_view name = std::exchange(block_name_, block->first);
    auto flow = walk(data, block->second);
    variables_ = std::move(hidden);
    if (flow) block_name_ = name;  // an error has to keep the name
    return flow;
}

Result<Value> Evaluator::pipeline(const Value& dot, const Pipeline& pipeline) {
    const Level level(depth_);
    CORRAL_CHECK(check_depth());
    node_ = &pipeline;
    Value value;
    bool is_first = true;
    for (const Command& one : pipeline.commands) {
        if (!is_first && is_cut(one.position)) break;
        CORRAL_TRY(value, command(dot, one, is_first ? nullptr : &value));
        if (value.kind() == Value::Kind::nil) value = Value();
        is_first = false;
    }
    for (const std::string& name : pipeline.variables) {
        if (pipeline.assigns) {
            CORRAL_CHECK(set_variable(name, value));
        } else {
            variables_.push_back({name, value});
        }
    }
    return value;
}

Result<void> Evaluator::refuse_arguments(Operands operands, const Value* last) const {
    if (operands.size() <= 1 && last == nullptr) return {};
    return error("can't give argument to non-function " + to_text(operands.front()));
}

Result<Value> Evaluator::command(const Value& dot, const Command& command, const Value* last) {
    Operands operands = command.operands;
    while (operands.size() > 1 && is_cut(operands.back().position))
        operands = operands.first(operands.size() - 1);
    const Operand& first = operands.front();
    CORRAL_CHECK(step());
    if (const auto* field_node = std::get_if<Field>(&first.what)) {
        node_ = &first;
        return fields(dot, field_node->names, operands, last);
    }
    if (std::holds_alternative<Chain>(first.what)) return chain(dot, first, operands, last);
    if (std::holds_alternative<Identifier>(first.what))
        return function(dot, first, &command, operands, last);
    if (const auto* nested = std::get_if<std::unique_ptr<Pipeline>>(&first.what)) {
        CORRAL_CHECK(refuse_arguments(operands, last));
        return pipeline(dot, **nested);
    }
    if (std::holds_alternative<Variable>(first.what)) return variable(first, operands, last);
    node_ = &first;
    CORRAL_CHECK(refuse_arguments(operands, last));
    if (std::holds_alternative<Nil>(first.what)) return error("nil is not a command");
    return constant(dot, first);
}

Result<Value> Evaluator::constant(const Value& dot, const Operand& operand) {
    if (const auto* boolean = std::get_if<Boolean>(&operand.what)) return Value(boolean->value);
    if (const auto* string = std::get_if<String>(&operand.what)) return Value(string->value);
    if (std::holds_alternative<Number>(operand.what)) return number(operand);
    return dot;
}

Result<Value> Evaluator::number(const Operand& operand) {
    node_ = &operand;
    const auto& number = std::get<Number>(operand.what);
    if (number.overflows_int) return error(number.text + " overflows int");
    return std::visit([](auto value) { return Value(value); }, number.value);
}

Result<Value> Evaluator::variable(const Operand& operand, Operands operands, const Value* last) {
    node_ = &operand;
    const auto& names = std::get<Variable>(operand.what).names;
    const Value* value = find_variable(names.front());
    if (value == nullptr) return error("undefined variable: " + names.front());
    if (names.size() > 1) return fields(*value, std::span(names).subspan(1), operands, last);
    CORRAL_CHECK(refuse_arguments(operands, last));
    return *value;
}

Result<Value> Evaluator::chain(const Value& dot, const Operand& operand, Operands operands,
                               const Value* last) {
    node_ = &operand;
    const auto& chain = std::get<Chain>(operand.what);
    CORRAL_TRY(Value base, argument(dot, *chain.base, Wanted::anything));
    return fields(std::move(base), chain.names, operands, last);
}

Result<Value> Evaluator::fields(Value receiver, std::span<const std::string> names,
                                Operands operands, const Value* last) {
    bool is_boxed = false;
    for (const std::string& name : names.first(names.size() - 1)) {
        const bool boxes = receiver.kind() == Value::Kind::map && receiver.map().type->boxes;
        CORRAL_TRY(receiver, field(receiver, name, is_boxed, 0));
        is_boxed = boxes;
    }
    const std::size_t n_arguments =
        (operands.empty() ? 0 : operands.size() - 1) + (last == nullptr ? 0 : 1);
    return field(receiver, names.back(), is_boxed, n_arguments);
}

Result<Value> Evaluator::field(const Value& receiver, const std::string& name, bool is_boxed,
                               std::size_t n_arguments) {
    if (receiver.kind() == Value::Kind::nothing) return Value();
    if (receiver.kind() == Value::Kind::nil)
        return error("nil pointer evaluating interface {}." + name);
    if (name == "String" && receiver.stringer() != Stringer::none) {
        if (n_arguments > 0)
            return error(
                fmt::format("wrong number of args for String: want 0 got {}", n_arguments));
        return Value(stringer_text(receiver));
    }
    if (receiver.kind() == Value::Kind::record) {
        if (const Value* found = receiver.record().find(name)) {
            if (n_arguments > 0)
                return error(name + " has arguments but cannot be invoked as function");
            return *found;
        }
    }
    if (receiver.kind() == Value::Kind::map) {
        if (n_arguments > 0) return error(name + " is not a method but has arguments");
        const Value* found = receiver.map().find(name);
        return found == nullptr ? Value::nil() : *found;
    }
    return error(fmt::format("can't evaluate field {} in type {}", name,
                             is_boxed ? "interface {}" : receiver.type_name()));
}

Result<void> Evaluator::check_count(const Function& function, std::size_t n_operands,
                                    bool has_last) const {
    const std::size_t n = n_operands + (has_last ? 1 : 0);
    if (function.is_variadic() && n < function.min_arguments)
        return error(fmt::format("wrong number of args for {}: want at least {} got {}",
                                 function.name, function.min_arguments, n_operands));
    if (!function.is_variadic() && n != function.max_arguments)
        return error(fmt::format("wrong number of args for {}: want {} got {}", function.name,
                                 function.max_arguments, n));
    return {};
}

// `operands` include the name; `node` is what a failing call is blamed on.
Result<Value> Evaluator::function(const Value& dot, const Operand& name, Node node,
                                  Operands operands, const Value* last) {
    node_ = &name;
    const Function* function = find_function(std::get<Identifier>(name.what).name);
    if (function == nullptr) return error(to_text(name) + " is not a defined function");
    const Operands given = operands.empty() ? operands : operands.subspan(1);
    CORRAL_CHECK(check_count(*function, given.size(), last != nullptr));
    if (function->name == "and" || function->name == "or")
        return and_or(dot, function->name == "or", given, last);
    std::vector<Value> arguments;
    arguments.reserve(given.size() + 1);
    for (const Operand& operand : given) {
        const bool wants_text = function->first_is_text && arguments.empty();
        CORRAL_TRY(Value value,
                   argument(dot, operand, wants_text ? Wanted::text : Wanted::anything));
        arguments.push_back(std::move(value));
    }
    if (last != nullptr) {
        const bool wants_text = function->first_is_text && arguments.empty();
        if (wants_text && last->kind() != Value::Kind::text)
            return error(last->is_empty()
                             ? "invalid value; expected string"
                             : fmt::format("wrong type for value; expected string; got {}",
                                           last->type_name()));
        arguments.push_back(*last);
    }
    if (function->name == "call") {
        node_ = node;
        const std::string callee = given.empty() ? shown(*last) : to_text(given.front());
        return error(arguments.front().is_empty()
                         ? "error calling call: call of nil"
                         : fmt::format("error calling call: non-function {} of type {}", callee,
                                       arguments.front().type_name()));
    }
    return call(*function, node, arguments);
}

Result<Value> Evaluator::call(const Function& function, Node node,
                              std::span<const Value> arguments) {
    const auto size_of = [](const Value& value) {
        return value.kind() == Value::Kind::text ? value.text().size() : 0;
    };
    std::size_t n_bytes = 0;
    for (const Value& value : arguments) n_bytes += size_of(value);
    CORRAL_CHECK(step(n_bytes));
    auto result = function.call(arguments);
    if (!result) {
        node_ = node;
        return error(fmt::format("error calling {}: {}", function.name, result.error().message));
    }
    CORRAL_CHECK(step(size_of(*result)));
    return result;
}

Result<Value> Evaluator::and_or(const Value& dot, bool is_or, Operands operands,
                                const Value* last) {
    Value value;
    for (const Operand& operand : operands) {
        CORRAL_TRY(value, argument(dot, operand, Wanted::anything));
        if (value.truth() == is_or) return value;
    }
    return last == nullptr ? value : *last;
}

Result<Value> Evaluator::text_argument(const Operand& operand, Result<Value> value) {
    if (!value || value->kind() == Value::Kind::text) return value;
    if (std::holds_alternative<Number>(operand.what) ||
        std::holds_alternative<Boolean>(operand.what))
        return error("expected string; found " + to_text(operand));
    if (value->kind() == Value::Kind::nothing) return error("invalid value; expected string");
    return error(fmt::format("wrong type for value; expected string; got {}", value->type_name()));
}

Result<Value> Evaluator::argument(const Value& dot, const Operand& operand, Wanted wanted) {
    CORRAL_CHECK(step());
    node_ = &operand;
    Result<Value> value = Value();
    if (std::holds_alternative<Nil>(operand.what)) {
        if (wanted == Wanted::text) return error("cannot assign nil to string");
        return Value();
    }
    if (const auto* field_node = std::get_if<Field>(&operand.what)) {
        value = fields(dot, field_node->names, {}, nullptr);
    } else if (std::holds_alternative<Variable>(operand.what)) {
        value = variable(operand, {}, nullptr);
    } else if (std::holds_alternative<Chain>(operand.what)) {
        value = chain(dot, operand, {}, nullptr);
    } else if (std::holds_alternative<Identifier>(operand.what)) {
        value = function(dot, operand, &operand, {}, nullptr);
    } else if (const auto* nested = std::get_if<std::unique_ptr<Pipeline>>(&operand.what)) {
        value = pipeline(dot, **nested);
    } else {
        value = constant(dot, operand);
    }
    return wanted == Wanted::text ? text_argument(operand, std::move(value)) : value;
}

}  // namespace

Result<std::string> evaluate(const Program& program, const Value& data) {
    return Evaluator(program).run(data);
}

}  // namespace corral::prompt::go
