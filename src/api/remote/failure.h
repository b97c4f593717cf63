#pragma once

// Purpose: what goes wrong with a remote, as a failure that names it.
//
// A status the remote answered with is passed on with the remote's own words; what keeps it from
// answering at all is ErrorCode::unavailable. Upstream's stubs give these texts as upstream does,
// bare; ours say whose they are. Source: native-api.md 9.3.

#include <string>
#include <string_view>

#include "base/result.h"
#include "models/config.h"
#include "wire/event.h"

namespace corral::api::remote {

// An answer with a status that is not 2xx.
wire::Failed refused(const models::ModelConfig& config, int status, std::string_view body);

// No answer, or not all of it.
wire::Failed lost(const models::ModelConfig& config, const Error& error);

// What the remote sent in place of the rest of its answer.
wire::Failed broke_off(const models::ModelConfig& config, wire::Failed failed);

// The error object of the native API for a request that was passed on: `{"StatusCode":404,
// "Status":"404 Not Found","error":"…"}` when the remote answered, `{"error":"…"}` when not.
std::string relay_error_body(const wire::Failed& failed);

// The message of an error object of any API, else the beginning of the text.
std::string error_text(std::string_view body);

}  // namespace corral::api::remote
