#pragma once

// Purpose: what the arguments of tools are held to when a model calls them.
//
// Templates show a definition as it came. Its arguments are bound by the keywords that upstream
// knows (type, properties, required, items, enum, anyOf, $defs). Those of a definition that is
// `"strict": true` are bound by all of its schema. One with a `grammar` (`{"syntax":"lark",
// "definition":"…"}`, parse/text_rules.h), a custom tool of OpenAI's API, takes `{"input":"…"}`
// with a text that follows it.
//
// Where a model's notation writes the arguments one by one, texts are whatever the model says and
// numbers have no bounds: llama.cpp reads such values only by their type.
//
// Errors: invalid with http_status 400, a strict schema that cannot be followed; the message names
// the tool and the place. Source: openai-anthropic-api.md 2.7, 15.2.

#include <string>
#include <vector>

#include "base/result.h"
#include "parse/json_schema.h"

namespace corral::engine {

struct ArgumentSchemas {
    std::string plain_json;   // the definitions with those keywords only
    bool leaves_out = false;  // something of them is not in plain_json
    std::string strict_json;  // with what binds strictly in its place; empty: nothing does
    std::vector<parse::BoundedSchema::StandIn> stand_ins;  // that texts in strict_json stand for

    // strict_json with values that no rule of ours binds.
    std::string without_rules() const;
};

// `tools_json` as wire::ChatPrompt has it; of none, nothing is bound.
[[nodiscard]] Result<ArgumentSchemas> argument_schemas(const std::string& tools_json);

}  // namespace corral::engine
