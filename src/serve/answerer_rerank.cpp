#include <utility>

#include "serve/answerer.h"

namespace corral::serve {

namespace rerank = api::rerank;

http::Task<Result<Begun>> Answerer::begin(const rerank::Request& request,
                                          http::Response& response) {
    auto record = co_await find(api::ollama::NameRoute::chat, request.model);
    if (!record) co_return fail(record.error());
    Begun begun;
    if ((*record)->config.is_remote()) {
        auto events = remotes_.start(request, **record);
        if (!events) co_return fail(events.error());
        begun.events = std::move(*events);
    } else {
        auto plan = rerank::plan(request, **record, context_.settings);
        if (!plan) co_return fail(plan.error());
        auto lease =
            co_await acquire(std::move(plan->spec), request.keep_alive, **record, response);
        if (!lease) co_return fail(lease.error());
        begun.lease = std::move(*lease);
        begun.events = begun.lease->embed(std::move(plan->embed));
    }
    begun.record = std::move(*record);
    cancel_with(response, begun.events);
    co_return begun;
}

}  // namespace corral::serve
