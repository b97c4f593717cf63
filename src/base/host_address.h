#pragma once

// Purpose: reads OLLAMA_HOST with every leniency upstream has. Internal to base/. Source:
// cli.md 3.1.

#include <string>
#include <string_view>
#include <vector>

#include "base/settings.h"

namespace corral {

// `text` is stripped of blanks and quotes. Anything is accepted; a bad port gives a warning and the
// scheme's default.
HostAddress parse_host_address(std::string_view text, std::vector<std::string>& warnings);

}  // namespace corral
