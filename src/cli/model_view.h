#pragma once

// Purpose: what `show` prints of a model, from the answer of /api/show. Source: cli.md 7.3.

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace corral::cli {

// All sections: Model, Capabilities, Projector, Parameters, (Metadata, Tensors), System, License.
std::string model_view(const nlohmann::ordered_json& info, bool verbose);

// A metadata value on one line; long lists are cut: "[1 2 3 ...+97 more]".
std::string metadata_text(const nlohmann::ordered_json& value);

}  // namespace corral::cli
