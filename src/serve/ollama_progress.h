#pragma once

// Purpose: progress of work on another thread, as lines of one HTTP answer.
//
// The worker calls `tell` from its thread; the handler waits for lines on the I/O thread. The
// channel may outlive either side, so it is shared.
// Source: native-api.md 1.4 (framing of streamed pull, push and create).

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/worker.h"
#include "http/server.h"
#include "models/create.h"

namespace corral::serve {

// Runs `work` on a thread of `workers` and streams what it tells as NDJSON, or, when not streaming,
// sends
// `{"status":"success"}` or the error once it has ended. A client that goes away makes
// `is_cancelled` true; the function returns when the work has ended.
using ProgressWork = std::function<Result<void>(const models::OnProgress& tell,
                                                const models::IsCancelled& is_cancelled)>;
http::Task<void> answer_with_progress(boost::asio::io_context& io, Workers& workers,
                                      http::Response& response, bool streams, ProgressWork work);

}  // namespace corral::serve
