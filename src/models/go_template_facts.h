#pragma once

// Purpose: what a Go template gives away about a model without running it: the variables it uses
// and whether it writes thinking. Also the structural check that create makes.
//
// Source: modelfile-create-templates.md 11.4, 15.1.

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::models {

struct GoTemplateFacts {
    std::set<std::string> variables;  // lower case
    bool uses_tools = false;
    bool uses_suffix = false;
    bool thinks = false;  // opening and closing tag around the thinking of a message can be told
    std::string opening_tag;
    std::string closing_tag;
};

// A template that does not parse gives no facts.
GoTemplateFacts go_template_facts(std::string_view text);

// Errors: invalid, 400, `template error: template: :3: unexpected EOF`.
[[nodiscard]] Result<void> check_go_template(std::string_view text);

}  // namespace corral::models
