#pragma once

// Purpose: an answer of server-sent events that starts with its first frame, so that what fails
// before still gets a status of its own.
//
// Frames come framed (api/common/sse.h) and are flushed at once.
// Source: openai-anthropic-api.md 1.5.

#include <string>
#include <utility>

#include "http/server.h"

namespace corral::serve {

class SseStream {
public:
    // `ping` is the frame that says nothing.
    explicit SseStream(http::Response& response, std::string ping = ": ping\n\n")
        : response_(response), ping_(std::move(ping)) {}

    // Sends the frames and empties the text. False when the client is gone.
    http::Task<bool> send(std::string& frames);
    http::Task<void> end();
    // Tells a client that waits that all is well, by a frame that SDKs skip.
    http::Task<bool> ping();
    bool started() const { return response_.started(); }

private:
    http::Response& response_;
    std::string ping_;
};

}  // namespace corral::serve
