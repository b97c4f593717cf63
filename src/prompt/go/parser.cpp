#include "prompt/go/parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "prompt/go/functions.h"
#include "prompt/go/lexer.h"
#include "prompt/go/limits.h"
#include "prompt/go/literals.h"

namespace corral::prompt::go {
namespace {

// Empty of everything but blanks: such a definition may be replaced.
bool is_blank(const Block& block) {
    return std::ranges::all_of(block, [](const Statement& statement) {
        const auto* text = std::get_if<Text>(&statement.what);
        return text != nullptr && trim(text->text).empty();
    });
}

// What ends a list of statements.
enum class ListEnd : std::uint8_t { end, otherwise };

std::string_view to_text(ListEnd end) {
    return end == ListEnd::end ? "{{end}}" : "{{else}}";
}

// Parses one template: the whole source, or the body of a `define` or `block`, which is a template
// with variables of its own. All of one source share its lexer.
class TreeParser {
public:
    TreeParser(Lexer& lexer, Blocks& blocks, int depth)
        : lexer_(lexer), blocks_(blocks), depth_(depth) {}

    Result<void> parse_source();
    Result<void> parse_definition();
    Result<void> parse_block_body(const std::string& name);

private:
    using Item = std::variant<Statement, ListEnd>;

    // Reading ahead: tokens_[0] is the last one read, as error messages have its line.
    Token next();
    Token peek();
    Token next_after_space();
    Token peek_after_space();
    void back_up() { ++n_ahead_; }
    void back_up_to(const Token& token);                              // one before the last
    void back_up_to(const Token& token, const Token& token_between);  // two before

    std::unexpected<Error> error(std::string_view reason) const;
    std::unexpected<Error> error_of(const Error& cause) const { return error(cause.message); }
    std::unexpected<Error> unexpected(const Token& token, std::string_view context) const;
    Result<Token> expect(TokenKind kind, std::string_view context);
    Result<void> enter();

    Result<ListEnd> parse_closed_list(Block& block);
    Result<Item> parse_item();
    Result<Item> parse_action();
    Result<Item> parse_loop_exit(const Token& word);
    Result<Item> parse_else();
    Result<Statement> parse_branch(Branch::Kind kind);
    Result<Statement> parse_block();
    Result<Statement> parse_invocation();
    Result<std::string> parse_template_name(const Token& token, std::string_view context);
    Result<void> add(const std::string& name, Block block);

    Result<Pipeline> parse_pipeline(std::string_view context, TokenKind end);
    Result<void> parse_declarations(Pipeline& pipeline, std::string_view context);
    Result<void> check_pipeline(const Pipeline& pipeline, std::string_view context) const;
    Result<Command> parse_command();
    Result<std::optional<Operand>> parse_operand();
    Result<std::optional<Operand>> parse_term();
    Result<Operand> parse_literal(const Token& token);

    Lexer& lexer_;
    Blocks& blocks_;
    int depth_;
    int n_ranges_ = 0;
    std::vector<std::string> variables_ = {"$"};
    std::array<Token, 3> tokens_;
    int n_ahead_ = 0;
    std::size_t action_line_ = 0;
};

Token TreeParser::next() {
    if (n_ahead_ > 0)
        --n_ahead_;
    else
        tokens_[0] = lexer_.next();
    return tokens_[static_cast<std::size_t>(n_ahead_)];
}

Token TreeParser::peek() {
    if (n_ahead_ == 0) {
        n_ahead_ = 1;
        tokens_[0] = lexer_.next();
    }
    return tokens_[static_cast<std::size_t>(n_ahead_ - 1)];
}

Token TreeParser::next_after_space() {
    Token token = next();
    while (token.kind == TokenKind::space) token = next();
    return token;
}

Token TreeParser::peek_after_space() {
    const Token token = next_after_space();
    back_up();
    return token;
}

void TreeParser::back_up_to(const Token& token) {
    tokens_[1] = token;
    n_ahead_ = 2;
}

void TreeParser::back_up_to(const Token& token, const Token& token_between) {
    tokens_[1] = token_between;
    tokens_[2] = token;
    n_ahead_ = 3;
}

std::unexpected<Error> TreeParser::error(std::string_view reason) const {
    return fail(ErrorCode::invalid, "template: :{}: {}", tokens_[0].line, reason);
}

std::unexpected<Error> TreeParser::unexpected(const Token& token, std::string_view context) const {
    if (token.kind != TokenKind::error)
        return error(fmt::format("unexpected {} in {}", go::to_text(token), context));
    std::string reason(token.text);
    if (action_line_ != 0 && action_line_ != token.line) {
        reason += fmt::format(" {}started at :{}", reason.ends_with(" action") ? "" : "in action ",
                              action_line_);
    }
    return error(reason);
}

Result<Token> TreeParser::expect(TokenKind kind, std::string_view context) {
    const Token token = next_after_space();
    if (token.kind != kind) return unexpected(token, context);
    return token;
}

Result<void> TreeParser::enter() {
    if (++depth_ > kMaxParseDepth) return error("max expression depth exceeded");
    return {};
}

Result<void> TreeParser::add(const std::string& name, Block block) {
    const auto known = blocks_.find(name);
    if (known == blocks_.end() || is_blank(known->second)) {
        blocks_[name] = std::move(block);
        return {};
    }
    if (is_blank(block)) return {};
    return error("template: multiple definition of template " + go_quote(name));
}

Result<void> TreeParser::parse_source() {
    Block root;
    for (;;) {
        const Token token = peek();
        if (token.kind == TokenKind::end_of_source) break;
        if (token.kind == TokenKind::open) {
            next();
            if (next_after_space().kind == TokenKind::define_word) {
                CORRAL_CHECK(TreeParser(lexer_, blocks_, depth_).parse_definition());
                continue;
            }
            back_up_to(token);
        }
        CORRAL_TRY(Item item, parse_item());
        if (const auto* end = std::get_if<ListEnd>(&item))
            return error(fmt::format("unexpected {}", to_text(*end)));
        root.push_back(std::get<Statement>(std::move(item)));
    }
    return add("", std::move(root));
}

Result<void> TreeParser::parse_definition() {
    constexpr std::string_view kContext = "define clause";
    const Token token = next_after_space();
    if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string)
        return unexpected(token, kContext);
    CORRAL_TRY(const std::string name, parse_template_name(token, kContext));
    CORRAL_CHECK(expect(TokenKind::close, kContext));
    Block block;
    CORRAL_TRY(const ListEnd end, parse_closed_list(block));
    if (end != ListEnd::end)
        return error(fmt::format("unexpected {} in {}", to_text(end), kContext));
    return add(name, std::move(block));
}

Result<void> TreeParser::parse_block_body(const std::string& name) {
    CORRAL_CHECK(enter());
    Block block;
    CORRAL_TRY(const ListEnd end, parse_closed_list(block));
    if (end != ListEnd::end)
        return error(fmt::format("unexpected {} in block clause", to_text(end)));
    return add(name, std::move(block));
}

Result<ListEnd> TreeParser::parse_closed_list(Block& block) {
    while (peek_after_space().kind != TokenKind::end_of_source) {
        CORRAL_TRY(Item item, parse_item());
        if (const auto* end = std::get_if<ListEnd>(&item)) return *end;
        block.push_back(std::get<Statement>(std::move(item)));
    }
    return error("unexpected EOF");
}

Result<TreeParser::Item> TreeParser::parse_item() {
    const Token token = next_after_space();
    if (token.kind == TokenKind::text) return Statement{token.position, Text{token.text}};
    if (token.kind != TokenKind::open) return unexpected(token, "input");
    action_line_ = token.line;
    auto item = parse_action();
    action_line_ = 0;
    return item;
}

Result<TreeParser::Item> TreeParser::parse_action() {
    const Token word = next_after_space();
    switch (word.kind) {
        case TokenKind::block_word:
            return parse_block();
        case TokenKind::break_word:
        case TokenKind::continue_word:
            return parse_loop_exit(word);
        case TokenKind::else_word:
            return parse_else();
        case TokenKind::end_word:
            CORRAL_CHECK(expect(TokenKind::close, "end"));
            return ListEnd::end;
        case TokenKind::if_word:
            return parse_branch(Branch::Kind::when);
        case TokenKind::range_word:
            return parse_branch(Branch::Kind::range);
        case TokenKind::template_word:
            return parse_invocation();
        case TokenKind::with_word:
            return parse_branch(Branch::Kind::with);
        default:
            break;
    }
    back_up();
    const std::size_t position = peek().position;
    CORRAL_TRY(Pipeline pipeline, parse_pipeline("command", TokenKind::close));
    return Statement{position, Action{std::move(pipeline)}};
}

Result<TreeParser::Item> TreeParser::parse_loop_exit(const Token& word) {
    const bool is_break = word.kind == TokenKind::break_word;
    const std::string_view name = is_break ? "{{break}}" : "{{continue}}";
    CORRAL_CHECK(expect(TokenKind::close, name));
    if (n_ranges_ == 0) return error(fmt::format("{} outside {{{{range}}}}", name));
    if (is_break) return Statement{word.position, Break{}};
    return Statement{word.position, Continue{}};
}

// Of `else if` and `else with` the second word is left to parse_branch.
Result<TreeParser::Item> TreeParser::parse_else() {
    const TokenKind kind = peek_after_space().kind;
    if (kind != TokenKind::if_word && kind != TokenKind::with_word)
        CORRAL_CHECK(expect(TokenKind::close, "else"));
    return ListEnd::otherwise;
}

Result<Statement> TreeParser::parse_branch(Branch::Kind kind) {
    constexpr std::string_view kContexts[] = {"if", "with", "range"};
    CORRAL_CHECK(enter());
    const std::size_t n_variables = variables_.size();
    Branch branch;
    branch.kind = kind;
    CORRAL_TRY(branch.pipeline,
               parse_pipeline(kContexts[static_cast<int>(kind)], TokenKind::close));
    const int in_range = kind == Branch::Kind::range ? 1 : 0;
    n_ranges_ += in_range;
    CORRAL_TRY(const ListEnd end, parse_closed_list(branch.body));
    n_ranges_ -= in_range;
    if (end == ListEnd::otherwise) {
        branch.has_otherwise = true;
        const Token word = peek();
        const bool chains = (kind == Branch::Kind::when && word.kind == TokenKind::if_word) ||
                            (kind == Branch::Kind::with && word.kind == TokenKind::with_word);
        if (chains) {
            // A branch of its own that shares our `end`.
            next();
            CORRAL_TRY(Statement nested, parse_branch(kind));
            branch.otherwise.push_back(std::move(nested));
        } else {
            CORRAL_TRY(const ListEnd last, parse_closed_list(branch.otherwise));
            if (last != ListEnd::end)
                return error(fmt::format("expected end; found {}", to_text(last)));
        }
    }
    variables_.resize(n_variables);
    --depth_;
    const std::size_t position = branch.pipeline.position;
    return Statement{position, std::move(branch)};
}

Result<Statement> TreeParser::parse_block() {
    constexpr std::string_view kContext = "block clause";
    const Token token = next_after_space();
    CORRAL_TRY(const std::string name, parse_template_name(token, kContext));
    CORRAL_TRY(Pipeline pipeline, parse_pipeline(kContext, TokenKind::close));
    CORRAL_CHECK(TreeParser(lexer_, blocks_, depth_).parse_block_body(name));
    return Statement{token.position,
                     Invocation{name, std::make_unique<Pipeline>(std::move(pipeline))}};
}

Result<Statement> TreeParser::parse_invocation() {
    constexpr std::string_view kContext = "template clause";
    const Token token = next_after_space();
    CORRAL_TRY(std::string name, parse_template_name(token, kContext));
    Invocation invocation{std::move(name), nullptr};
    if (next_after_space().kind != TokenKind::close) {
        back_up();
        CORRAL_TRY(Pipeline pipeline, parse_pipeline(kContext, TokenKind::close));
        invocation.argument = std::make_unique<Pipeline>(std::move(pipeline));
    }
    return Statement{token.position, std::move(invocation)};
}

Result<std::string> TreeParser::parse_template_name(const Token& token, std::string_view context) {
    if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string)
        return unexpected(token, context);
    auto name = unquote(token.text);
    if (!name) return error_of(name.error());
    return name;
}

Result<Pipeline> TreeParser::parse_pipeline(std::string_view context, TokenKind end) {
    Pipeline pipeline;
    pipeline.position = peek_after_space().position;
    CORRAL_CHECK(parse_declarations(pipeline, context));
    for (;;) {
        const Token token = next_after_space();
        if (token.kind == end) break;
        switch (token.kind) {
            case TokenKind::boolean:
            case TokenKind::rune:
            case TokenKind::dot:
            case TokenKind::field:
            case TokenKind::identifier:
            case TokenKind::number:
            case TokenKind::nil_word:
            case TokenKind::raw_string:
            case TokenKind::string:
            case TokenKind::variable:
            case TokenKind::open_parenthesis: {
                back_up();
                CORRAL_TRY(Command command, parse_command());
                pipeline.commands.push_back(std::move(command));
                break;
            }
            default:
                return unexpected(token, context);
        }
    }
    CORRAL_CHECK(check_pipeline(pipeline, context));
    return pipeline;
}

Result<void> TreeParser::parse_declarations(Pipeline& pipeline, std::string_view context) {
    while (peek_after_space().kind == TokenKind::variable) {
        const Token variable = next_after_space();
        const Token after = peek();
        const Token operation = peek_after_space();
        const bool is_comma = operation.kind == TokenKind::character && operation.text == ",";
        const bool declares =
            operation.kind == TokenKind::declare || operation.kind == TokenKind::assign;
        if (!declares && !is_comma) {
            // A variable like any operand.
            if (after.kind == TokenKind::space)
                back_up_to(variable, after);
            else
                back_up_to(variable);
            return {};
        }
        pipeline.assigns = operation.kind == TokenKind::assign;
        next_after_space();
        pipeline.variables.emplace_back(variable.text);
        variables_.emplace_back(variable.text);
        if (declares) return {};
        if (context != "range" || pipeline.variables.size() > 1)
            return error(fmt::format("too many declarations in {}", context));
        const TokenKind second = peek_after_space().kind;
        if (second != TokenKind::variable && second != TokenKind::close &&
            second != TokenKind::close_parenthesis)
            return error("range can only initialize variables");
    }
    return {};
}

Result<void> TreeParser::check_pipeline(const Pipeline& pipeline, std::string_view context) const {
    if (pipeline.commands.empty()) return error(fmt::format("missing value for {}", context));
    for (std::size_t i = 1; i < pipeline.commands.size(); ++i) {
        const auto& first = pipeline.commands[i].operands.front().what;
        const bool is_constant =
            std::holds_alternative<Boolean>(first) || std::holds_alternative<Dot>(first) ||
            std::holds_alternative<Nil>(first) || std::holds_alternative<Number>(first) ||
            std::holds_alternative<String>(first);
        if (is_constant)
            return error(fmt::format("non executable command in pipeline stage {}", i + 1));
    }
    return {};
}

Result<Command> TreeParser::parse_command() {
    Command command;
    command.position = peek_after_space().position;
    for (;;) {
        peek_after_space();
        CORRAL_TRY(auto operand, parse_operand());
        if (operand) command.operands.push_back(std::move(*operand));
        const Token token = next();
        if (token.kind == TokenKind::space) continue;
        if (token.kind == TokenKind::close || token.kind == TokenKind::close_parenthesis) {
            back_up();
        } else if (token.kind != TokenKind::pipe) {
            return unexpected(token, "operand");
        }
        break;
    }
    if (command.operands.empty()) return error("empty command");
    return command;
}

// A term with the fields that follow it.
Result<std::optional<Operand>> TreeParser::parse_operand() {
    CORRAL_TRY(auto term, parse_term());
    if (!term || peek().kind != TokenKind::field) return term;
    const std::size_t position = peek().position;
    std::vector<std::string> names;
    while (peek().kind == TokenKind::field) names.emplace_back(next().text.substr(1));
    if (auto* field = std::get_if<Field>(&term->what)) {
        std::ranges::move(names, std::back_inserter(field->names));
        term->position = position;
        return term;
    }
    if (auto* variable = std::get_if<Variable>(&term->what)) {
        std::ranges::move(names, std::back_inserter(variable->names));
        term->position = position;
        return term;
    }
    const bool has_fields = std::holds_alternative<Identifier>(term->what) ||
                            std::holds_alternative<std::unique_ptr<Pipeline>>(term->what);
    if (!has_fields) return error("unexpected . after term " + go_quote(go::to_text(*term)));
    Chain chain{std::make_unique<Operand>(std::move(*term)), std::move(names)};
    return Operand{position, std::move(chain)};
}

Result<std::optional<Operand>> TreeParser::parse_term() {
    const Token token = next_after_space();
    switch (token.kind) {
        case TokenKind::identifier:
            if (find_function(token.text) == nullptr)
                return error(fmt::format("function {} not defined", go_quote(token.text)));
            return Operand{token.position, Identifier{std::string(token.text)}};
        case TokenKind::dot:
            return Operand{token.position, Dot{}};
        case TokenKind::nil_word:
            return Operand{token.position, Nil{}};
        case TokenKind::variable:
            if (std::ranges::find(variables_, token.text) == variables_.end())
                return error(fmt::format("undefined variable {}", go_quote(token.text)));
            return Operand{token.position, Variable{{std::string(token.text)}}};
        case TokenKind::field:
            return Operand{token.position, Field{{std::string(token.text.substr(1))}}};
        case TokenKind::boolean:
            return Operand{token.position, Boolean{token.text == "true"}};
        case TokenKind::open_parenthesis: {
            CORRAL_CHECK(enter());
            CORRAL_TRY(Pipeline pipeline,
                       parse_pipeline("parenthesized pipeline", TokenKind::close_parenthesis));
            --depth_;
            return Operand{token.position, std::make_unique<Pipeline>(std::move(pipeline))};
        }
        case TokenKind::rune:
        case TokenKind::number:
        case TokenKind::string:
        case TokenKind::raw_string:
            return parse_literal(token);
        default:
            back_up();
            return std::nullopt;
    }
}

Result<Operand> TreeParser::parse_literal(const Token& token) {
    if (token.kind == TokenKind::string || token.kind == TokenKind::raw_string) {
        auto value = unquote(token.text);
        if (!value) return error_of(value.error());
        return Operand{token.position,
                       String{std::string(token.text),
                              std::make_shared<const std::string>(std::move(*value))}};
    }
    auto number = token.kind == TokenKind::rune ? parse_rune(token.text) : parse_number(token.text);
    if (!number) return error_of(number.error());
    return Operand{token.position, std::move(*number)};
}

}  // namespace

Result<Blocks> parse(std::string_view source) {
    if (source.size() > kMaxSourceBytes)
        return fail(ErrorCode::invalid, "template: :1: the template is larger than 1 MiB");
    Lexer lexer(source);
    Blocks blocks;
    CORRAL_CHECK(TreeParser(lexer, blocks, 0).parse_source());
    return blocks;
}

}  // namespace corral::prompt::go
