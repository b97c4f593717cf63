#include "engine/grammar.h"

#include <exception>

#include "json-schema-to-grammar.h"

namespace corral::engine {
namespace {

// Any JSON object. White space between tokens is bounded, or a model could go on with it for ever.
constexpr const char* kJsonObject = R"GBNF(root ::= object
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws ( member ( "," ws member )* )? "}" ws
member ::= string ":" ws value ws
array ::= "[" ws ( value ws ( "," ws value ws )* )? "]"
string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\""
number ::= "-"? ( "0" | [1-9] [0-9]{0,18} ) ( "." [0-9]{1,18} )? ( [eE] [-+]? [0-9]{1,3} )?
ws ::= " " | "\n" [ \t]{0,24} | ""
)GBNF";

}  // namespace

Result<std::string> grammar_of(const wire::Format& format) {
    if (format.kind == wire::Format::Kind::none) return std::string();
    if (format.kind == wire::Format::Kind::json) return std::string(kJsonObject);
    try {
        return json_schema_to_grammar(common_json::parse(format.schema_json));
    } catch (const std::exception& error) {
        return fail(Error{ErrorCode::invalid,
                          fmt::format("the format's JSON schema cannot be used: {}", error.what()),
                          {},
                          400});
    }
}

}  // namespace corral::engine
