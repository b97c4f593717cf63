#pragma once

// Purpose: the syntax tree of a Go template. Immutable once parsed.
//
//   {{ $x := .A.B | f 1 (len $) }}
//          pipeline: declares $x; two commands; the second has three operands, the last of which is
//          a pipeline in parentheses
//
// Positions are bytes from the start of the source.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace corral::prompt::go {

struct Pipeline;
struct Operand;

struct Dot {};
struct Nil {};
struct Boolean {
    bool value = false;
};
// What the literal is where any type will do: a float if it is written like one, else an int.
struct Number {
    std::string text;  // as written
    std::variant<std::int64_t, double> value;
    bool overflows_int = false;  // an unsigned number beyond int: an error when it is used
};
struct String {
    std::string quoted;  // as written
    std::shared_ptr<const std::string> value;
};
// .A.B: names {A, B}
struct Field {
    std::vector<std::string> names;
};
// $x.A: names {$x, A}
struct Variable {
    std::vector<std::string> names;
};
// The name of a function.
struct Identifier {
    std::string name;
};
// (…).A.B or f.A
struct Chain {
    std::unique_ptr<Operand> base;
    std::vector<std::string> names;
};

struct Operand {
    std::size_t position = 0;
    std::variant<Dot, Nil, Boolean, Number, String, Field, Variable, Identifier, Chain,
                 std::unique_ptr<Pipeline>>
        what;
};

struct Command {
    std::size_t position = 0;
    std::vector<Operand> operands;  // never empty
};

struct Pipeline {
    std::size_t position = 0;
    std::vector<std::string> variables;  // declared or assigned, with `$`; two in a range at most
    bool assigns = false;                // `=` rather than `:=`
    std::vector<Command> commands;       // never empty
};

struct Statement;
using Block = std::vector<Statement>;

struct Text {
    std::string_view text;  // into the source
};
struct Action {
    Pipeline pipeline;
};
struct Branch {
    enum class Kind : std::uint8_t { when, with, range } kind = Kind::when;
    Pipeline pipeline;
    Block body;
    Block otherwise;
    bool has_otherwise = false;
};
// {{ template "name" pipeline }}
struct Invocation {
    std::string name;
    std::unique_ptr<Pipeline> argument;  // may be null
};
struct Break {};
struct Continue {};

struct Statement {
    std::size_t position = 0;
    std::variant<Text, Action, Branch, Invocation, Break, Continue> what;
};

// Blocks by the name they were defined under; the template itself is "".
using Blocks = std::map<std::string, Block, std::less<>>;

// The nodes as Go prints them in error messages.
std::string to_text(const Operand& operand);
std::string to_text(const Command& command);
std::string to_text(const Pipeline& pipeline);
std::string to_text(const Statement& statement);
std::string to_text(const Block& block);

}  // namespace corral::prompt::go
