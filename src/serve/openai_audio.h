#pragma once

// Purpose: the handlers of /v1/audio/…: shells around api/openai/transcription and the Answerer.
//
// Ownership: shared by the route table. Threads: the I/O thread.
// Source: openai-anthropic-api.md 9, 15.6.

#include "api/openai/transcription.h"
#include "http/server.h"
#include "serve/answerer.h"
#include "serve/context.h"

namespace corral::serve {

class AudioService {
public:
    AudioService(Context& context, Answerer& answerer) : context_(context), answerer_(answerer) {}

    http::Task<void> transcriptions(http::Request& request, http::Response& response);
    http::Task<void> translations(http::Request& request, http::Response& response);

private:
    http::Task<Result<api::openai::TranscriptionRequest>> read(http::Request& request,
                                                               api::openai::SpeechTask task);
    http::Task<Result<Begun>> begin(const api::openai::TranscriptionRequest& request,
                                    http::Response& response);
    http::Task<void> answer(http::Request& request, api::openai::SpeechTask task,
                            http::Response& response);

    Context& context_;
    Answerer& answerer_;
};

}  // namespace corral::serve
