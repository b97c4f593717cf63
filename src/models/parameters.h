#pragma once

// Purpose: the stored options of a model (the params blob) and the table of parameters a Modelfile
// may set.
//
// Source: modelfile-create-templates.md 1.4, storage-registry.md 6, native-api.md 8.4.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::models {

enum class ParameterType { integer, number, boolean, texts };

struct ParameterInfo {
    std::string_view name;
    ParameterType type;
};

// Null for unknown names.
const ParameterInfo* parameter_info(std::string_view name);
bool is_deprecated_parameter(std::string_view name);

// Converts the text of a Modelfile line; a value of type `texts` becomes a list of one.
// Errors: invalid, `unknown parameter 'x'`, `invalid int value [x]`, ….
[[nodiscard]] Result<nlohmann::json> parse_parameter(std::string_view name, std::string_view text);

// `upper` wins per key; null values in it leave what is below. Both are objects.
nlohmann::json merge_parameters(const nlohmann::json& lower, const nlohmann::json& upper);

// Values as show prints them, one text per line: `4096`, `0.7`, `"<|eot|>"` when quoted, else bare.
enum class TextStyle { quoted, bare };
std::vector<std::string> parameter_texts(const nlohmann::json& value, TextStyle style);

}  // namespace corral::models
