#pragma once

// Purpose: the handlers of /v1/responses: generating, and what is kept of it.
//
// A response that is still being generated is known by its id too: it can be looked at, and
// cancelled from another connection, which ends it with what it has.
//
// Ownership: shared by the route table. Threads: the I/O thread.
// Source: openai-anthropic-api.md 8, 15.1, 15.3.

#include <map>
#include <memory>
#include <string>

#include "api/openai/responses_request.h"
#include "api/openai/responses_stream.h"
#include "http/server.h"
#include "serve/answerer.h"
#include "serve/context.h"
#include "serve/stored_responses.h"

namespace corral::serve {

class ResponsesService {
public:
    ResponsesService(Context& context, Answerer& answerer)
        : context_(context), answerer_(answerer) {}

    http::Task<void> create(http::Request& request, http::Response& response);
    // How many tokens the prompt has that `create` would make of the request.
    http::Task<void> count_input(http::Request& request, http::Response& response);
    // openai_stored_responses.cpp
    http::Task<void> show(http::Request& request, http::Response& response);
    http::Task<void> remove(http::Request& request, http::Response& response);
    http::Task<void> cancel(http::Request& request, http::Response& response);
    http::Task<void> input_items(http::Request& request, http::Response& response);

private:
    // One that is being generated.
    struct Running {
        api::openai::ResponseStream writer;
        std::weak_ptr<sched::EventStream> events;
        bool cancelled = false;
    };
    class Registered;

    http::Task<Result<api::openai::ResponseRequest>> read(http::Request& request);
    // Adds what came before. False when it has refused.
    http::Task<bool> remember(api::openai::ResponseRequest& asked, http::Response& response);
    http::Task<void> generate(const api::openai::ResponseRequest& asked, Begun begun,
                              http::Response& response);
    http::Task<void> refuse_missing(http::Response& response, const std::string& id);
    void keep(const api::openai::ResponseRequest& asked, const api::openai::ResponseStream& writer);

    Context& context_;
    Answerer& answerer_;
    StoredResponses stored_;
    std::map<std::string, Running*, std::less<>> running_;
};

}  // namespace corral::serve
