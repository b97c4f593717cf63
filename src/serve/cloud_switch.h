#pragma once

// Purpose: what the user has said about upstream's cloud.
//
// Corral has no cloud: models run on this machine or not at all. The switch is read all the same,
// because /api/status tells its source and clients show it.
// Source: native-api.md 8.1 and 9.1.

#include <string_view>

#include "base/settings.h"

namespace corral::serve {

enum class CloudSwitch { unset, by_environment, by_file, by_both };

// OLLAMA_NO_CLOUD, and `disable_ollama_cloud` in ~/.ollama/server.json; a file that cannot be read
// or is no JSON says nothing.
CloudSwitch read_cloud_switch(const Settings& settings);

// "none", "env", "config", "both".
std::string_view source_text(CloudSwitch cloud_switch);

}  // namespace corral::serve
