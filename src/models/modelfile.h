#pragma once

// Purpose: the Modelfile language: text to commands and back.
//
// Source: modelfile-create-templates.md 1, cli.md 7.2. Errors: invalid, with upstream's texts
// (`(line 3): command must be one of …`, `no FROM line`, `unexpected EOF`).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/details.h"

namespace corral::models {

struct Command {
    // Lower-case keyword: from, license, template, system, adapter, draft, renderer, parser,
    // message, requires; for PARAMETER the name of the parameter.
    std::string name;
    bool is_parameter = false;
    std::string value;  // for message: "role: text"

    bool operator==(const Command&) const = default;
};

// UTF-8, or UTF-16 with a byte-order mark.
[[nodiscard]] Result<std::vector<Command>> parse_modelfile(std::string_view bytes);

// One line per command, each ended by a newline; quotes where a value needs them.
std::string write_modelfile(const std::vector<Command>& commands);

// What the commands amount to.
struct Modelfile {
    std::vector<std::string> from;      // paths or model names, in order
    std::vector<std::string> adapters;  // the last ADAPTER, if any
    std::vector<std::string> drafts;
    std::string template_text;
    std::string system;
    std::string renderer;
    std::string parser;
    std::string minimum_version;
    std::vector<std::string> licenses;
    std::string parameters_json;  // an object with typed values, or empty
    std::vector<StoredMessage> messages;
    std::vector<std::string>
        deprecated_parameters;  // dropped; print `warning: parameter <p> is deprecated`
};

// Checks parameter names and values: `unknown parameter 'x'`, `invalid int value [x]`, ….
[[nodiscard]] Result<Modelfile> interpret_modelfile(const std::vector<Command>& commands);

}  // namespace corral::models
