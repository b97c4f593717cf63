#pragma once

// Purpose: the handlers of upstream's native routes: shells around api/ollama that find models,
// hold leases and move bytes.
//
// Ownership: shared by the route table. Threads: everything runs on the I/O thread; blocking file
// work goes through Context::workers.
// Source: native-api.md 6 and 8.

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "api/ollama/names.h"
#include "http/server.h"
#include "models/resolve.h"
#include "serve/context.h"

namespace corral::serve {

using Record = std::shared_ptr<const models::ModelRecord>;

class OllamaService {
public:
    explicit OllamaService(Context& context);

    // Lists and changes of the store: ollama_models.cpp.
    http::Task<void> tags(http::Response& response);
    http::Task<void> ps(http::Response& response);
    http::Task<void> show(http::Request& request, http::Response& response);
    http::Task<void> copy(http::Request& request, http::Response& response);
    http::Task<void> remove(http::Request& request, http::Response& response);

    // ollama_create.cpp
    http::Task<void> create(http::Request& request, http::Response& response);

    // Answers: ollama_answer.cpp.
    http::Task<void> generate(http::Request& request, http::Response& response);
    http::Task<void> chat(http::Request& request, http::Response& response);

private:
    using Clock = std::chrono::steady_clock;

    // The request's body, decoded.
    template <class Decode>
    auto read(http::Request& request, Decode decode) -> http::Task<decltype(decode({}))> {
        auto body = co_await request.read_body(context_.settings.max_body_bytes);
        if (!body) co_return std::unexpected(std::move(body).error());
        co_return decode(*body);
    }
    // The installed model that a request names, with the errors of its route.
    http::Task<Result<Record>> find(api::ollama::NameRoute route, std::string as_sent);

    template <class Request>
    http::Task<void> answer(Request request, Clock::time_point started, http::Response& response);

    // Says in the log, once per model, that its Go template is passed over.
    void note_template(const models::ModelRecord& record);

    Context& context_;
    models::Catalog catalog_;
    std::set<std::string> noted_templates_;  // manifest digests
    // What `ps` tells about models in memory, by the key of their runner.
    std::map<std::string, models::ModelDetails> loaded_details_;
};

}  // namespace corral::serve
