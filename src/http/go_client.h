#pragma once

// Purpose: what Ollama's HTTP client, Go's, shows of itself: to the servers it asks, and to users
// in errors.

#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::http {

// "ollama/0.33.0 (amd64 linux) corral/0.1.0".
std::string user_agent();

// `Get "http://…/api/tags": <cause>`, as an exchange that failed before a status arrived is shown;
// what was cancelled stays as it is.
Error transport_error(std::string_view method, std::string_view url, const Error& cause);

}  // namespace corral::http
