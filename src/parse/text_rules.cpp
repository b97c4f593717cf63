#include "parse/text_rules.h"

#include "parse/grammar.h"
#include "parse/lark_grammar.h"
#include "parse/regex_grammar.h"

namespace corral::parse {

namespace {

Result<std::string> translated(std::string_view syntax, std::string_view definition,
                               Spelling spelling, const std::string& name) {
    if (syntax == "lark") return lark_to_gbnf(definition, spelling, name);
    if (syntax != "regex") return fail(ErrorCode::invalid, "its syntax is \"lark\" or \"regex\"");
    CORRAL_TRY(const auto item, regex_to_gbnf(definition, {.spelling = spelling}));
    return fmt::format("{} ::= {}\n", name, item);
}

}  // namespace

Result<std::string> text_rules(std::string_view syntax, std::string_view definition,
                               Spelling spelling, const std::string& name) {
    CORRAL_TRY(auto rules, translated(syntax, definition, spelling, name));
    const auto compiled = Grammar::parse(rules, name);
    if (!compiled) return fail(compiled.error());
    return rules;
}

}  // namespace corral::parse
