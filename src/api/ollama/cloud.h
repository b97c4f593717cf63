#pragma once

// Purpose: the replies about upstream's cloud, which Corral does without, and its switch.
//
// Source: native-api.md 8.1, 8.15, 9.1.

#include <string>
#include <string_view>

namespace corral::api::ollama {

// Whether the text of ~/.ollama/server.json switches the cloud off; what is no such JSON does not.
bool disables_cloud(std::string_view server_json);

// `{"cloud":{"disabled":true,"source":"…"}}`; `source` says who switched it off, "none" that nobody
// had to.
std::string cloud_status_body(std::string_view source);

// `{"recommendations":[…]}`: of upstream's list the models that run on the user's own machine.
std::string recommendations_body();

}  // namespace corral::api::ollama
