#pragma once

// Purpose: the timings of an answer, as `--verbose` prints them. Source: cli.md 8.3.

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace corral::cli {

// One line per figure above zero of the final event.
std::string timings_text(const nlohmann::ordered_json& final_event);

}  // namespace corral::cli
