#pragma once

// Purpose: what a command is: one entry of the table in commands.cpp, from which parsing and help
// come.

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "cli/api_client.h"
#include "cli/term/console.h"

namespace corral::cli {

enum class FlagType { boolean, text, integer };

struct Flag {
    std::string_view name;  // without dashes
    char letter = 0;        // short form, 0 = none
    FlagType type = FlagType::boolean;
    std::string_view help;
    // A text flag may stand without a value and then has this one; a value must be attached by '='.
    std::string_view bare_value;
};

// How many positional arguments a command takes.
struct Arity {
    int least = 0;
    int most = -1;  // -1 = any number
};

// A command as it was called: flags by name, positional arguments in order.
struct Invocation {
    std::map<std::string, std::string, std::less<>> flags;
    std::vector<std::string> arguments;

    bool has(std::string_view flag) const { return flags.contains(flag); }
    bool is_set(std::string_view flag) const { return text(flag) == "true"; }
    std::string text(std::string_view flag) const;  // "" when it was not given
};

// What commands work with. Lives as long as the program.
struct Program {
    std::string name;  // "corral", or "ollama" when called so
    Settings settings;
    Console console;
    ApiClient api;
};

// Gives the exit status; an Error is printed and its status taken from one table (app.cpp).
using CommandBody = Result<int> (*)(Program&, const Invocation&);

struct Command {
    std::string_view name;
    std::string_view alias;
    std::string_view arguments;  // "MODEL [PROMPT]", as the usage line shows them
    std::string_view summary;
    std::vector<Flag> flags;
    Arity arity;
    bool needs_server = true;
    bool hidden = false;
    std::vector<std::string_view> variables;  // environment variables its help lists
    CommandBody body = nullptr;
};

}  // namespace corral::cli
