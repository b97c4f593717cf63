#pragma once

// Purpose: a running generation's events to one HTTP answer, streamed or whole.
//
// The first event decides how the answer starts: a failure still gets its status; once a line has
// been sent, a failure is a line `{"error":…}` under status 200. When the client goes away the
// functions return early and the caller drops the stream, which cancels the generation.
// Source: native-api.md 1.4, 8.5, 8.6.

#include <chrono>
#include <memory>
#include <string>

#include "api/ollama/answer.h"
#include "http/server.h"
#include "sched/pool.h"

namespace corral::serve {

// One answer while it is being given.
struct AnswerRun {
    std::shared_ptr<sched::EventStream> events;
    api::ollama::AnswerWriter writer;
    std::chrono::steady_clock::time_point started;  // handler entry
    std::chrono::nanoseconds load_time{};           // from there until a runner was obtained
    bool is_relayed = false;                        // by another server (native-api.md 9.3)

    api::ollama::AnswerTimes times() const;
};

http::Task<void> stream_answer(AnswerRun& run, http::Response& response);
http::Task<void> send_answer(AnswerRun& run, http::Response& response);
// The prompt only; `n_images` images belong to it.
http::Task<void> send_rendered(AnswerRun& run, std::size_t n_images, http::Response& response);

// What a stream sends for an error: a reply of its own, or its last line when it has begun.
http::Task<void> fail_stream(http::Response& response, Error error);

// Tells the client of a stream its place among those who wait for a model (1 = the next): a piece
// without text, which every client takes for one. It fixes the status 200, after which errors are
// lines; so a request that waits for nobody but the load itself is told nothing.
http::Task<void> tell_place(const api::ollama::AnswerWriter& writer, std::size_t n_before,
                            http::Response& response);

}  // namespace corral::serve
