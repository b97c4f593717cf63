#pragma once

// Purpose: the events of an answer as the dialects under /v1 read them: piece by piece, or whole.
//
// Errors: what the events failed with; tool calls that are no JSON. Threads: the I/O thread.

#include <variant>

#include "base/result.h"
#include "http/server.h"
#include "sched/pool.h"
#include "serve/sse_stream.h"
#include "wire/event.h"

namespace corral::serve {

// The next piece of an answer with its tool calls in the encoder's form, or its end.
http::Task<Result<std::variant<wire::Delta, wire::Done>>> next_piece(sched::EventStream& events);
// The same, with pings to the client of `stream` while there is nothing to tell.
http::Task<Result<std::variant<wire::Delta, wire::Done>>> next_piece(sched::EventStream& events,
                                                                     SseStream& stream);

// An answer that was read to its end.
struct Collected {
    wire::Delta answer;
    wire::Done done;
};
http::Task<Result<Collected>> collect(sched::EventStream& events);

// Tells clients that try again by themselves whether that can help.
void advise_retries(http::Response& response, int status, ErrorCode code);

}  // namespace corral::serve
