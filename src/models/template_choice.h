#pragma once

// Purpose: which template makes a model's prompts.
//
// Upstream calls the use of the file's Jinja template "native" and everything else "rendered". A
// template layer may also hold a Jinja text, which is ours to allow: it is used like the file's.
// Models whose prompts need a renderer or parser that this version lacks fall back on the file's
// template.
// Source: native-api.md 7.1, 10.2; modelfile-create-templates.md 10.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::models {

struct ModelRecord;

enum class TemplateChoice : std::uint8_t {
    none,         // there is none
    file,         // the GGUF's Jinja template
    jinja_layer,  // the template layer, in Jinja
    go_layer,     // the template layer, in Go
    unsupported,  // only a renderer, a parser or the harmony format would do, which are missing
};

// `go_template` is the setting OLLAMA_GO_TEMPLATE: unset, the better template is chosen.
TemplateChoice choose_template(const ModelRecord& record, std::optional<bool> go_template);

// Jinja rather than Go: has a `{%`, and to Go it is wrong or has no variables.
bool is_jinja_template(std::string_view text);

// What a Jinja text gives away by its words: "tools", "thinking".
std::vector<std::string> jinja_capabilities(std::string_view text);
// What a Go template does by its variables: "tools", "insert", "thinking".
std::vector<std::string> go_capabilities(std::string_view text);

// The check that create makes. Errors: invalid, 400, `template error: template: :3: …`.
[[nodiscard]] Result<void> check_template(std::string_view text);

}  // namespace corral::models
