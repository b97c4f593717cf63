// GET and DELETE /v1/responses/{id}, its input items, and the end of one that is being generated
// (openai-anthropic-api.md 15.3).

#include "api/openai/errors.h"
#include "serve/openai_responses.h"
#include "serve/openai_service.h"
#include "serve/reply.h"

namespace corral::serve {

namespace openai = api::openai;

namespace {

std::string response_id(const http::Request& request) {
    const auto id = request.parameters.find("id");
    return id == request.parameters.end() ? std::string() : id->second;
}

}  // namespace

http::Task<void> ResponsesService::refuse_missing(http::Response& response, const std::string& id) {
    const auto message = fmt::format("Response with id '{}' not found.", id);
    (void)co_await response.send(404, kPlainJsonType, openai::error_body(404, message));
}

http::Task<void> ResponsesService::show(http::Request& request, http::Response& response) {
    const auto id = response_id(request);
    std::string body;
    if (const auto running = running_.find(id); running != running_.end()) {
        body = running->second->writer.body();
    } else if (const auto* stored = stored_.find(id)) {
        body = stored->body;
    } else {
        co_return co_await refuse_missing(response, id);
    }
    co_await reply_plain(response, body + "\n");
}

http::Task<void> ResponsesService::remove(http::Request& request, http::Response& response) {
    const auto id = response_id(request);
    if (!stored_.remove(id)) co_return co_await refuse_missing(response, id);
    co_await reply_plain(response, openai::deleted_response(id) + "\n");
}

http::Task<void> ResponsesService::cancel(http::Request& request, http::Response& response) {
    const auto id = response_id(request);
    std::string body;
    if (const auto running = running_.find(id); running != running_.end()) {
        running->second->cancelled = true;
        body = running->second->writer.cancelled_body();
        if (const auto events = running->second->events.lock()) events->cancel();
    } else if (const auto* stored = stored_.find(id)) {
        body = stored->body;  // it has ended already
    } else {
        co_return co_await refuse_missing(response, id);
    }
    co_await reply_plain(response, body + "\n");
}

http::Task<void> ResponsesService::input_items(http::Request& request, http::Response& response) {
    const auto id = response_id(request);
    const auto query = openai::decode_list_query(request.target());
    if (!query) co_return co_await refuse(response, query.error());
    const auto* stored = stored_.find(id);
    if (stored == nullptr) co_return co_await refuse_missing(response, id);
    co_await reply_plain(response, openai::item_list(stored->input, *query) + "\n");
}

}  // namespace corral::serve
