#include <algorithm>

#include "api/ollama/plan.h"
#include "serve/answerer.h"
#include "serve/collect.h"

namespace corral::serve {

http::Task<Result<Begun>> Answerer::begin(const api::tokens::Request& request,
                                          http::Response& response) {
    auto record = co_await find(api::ollama::NameRoute::chat, request.model);
    if (!record) co_return fail(record.error());
    auto plan = api::tokens::plan(request, **record, context_.settings);
    if (!plan) co_return fail(plan.error());
    auto lease = co_await acquire(std::move(plan->spec), request.keep_alive, **record, response);
    if (!lease) co_return fail(lease.error());
    Begun begun;
    begun.record = std::move(*record);
    begun.lease = std::move(*lease);
    begun.events = begun.lease->generate(std::move(plan->render));
    cancel_with(response, begun.events);
    co_return begun;
}

bool Answerer::is_in_memory(const sched::ModelSpec& spec) const {
    return std::ranges::any_of(context_.pool.running(),
                               [&](const auto& model) { return model.key == spec.key; });
}

http::Task<Result<std::int64_t>> Answerer::count_tokens(const api::ollama::ChatRequest& request,
                                                        http::Response& response) {
    const auto record = co_await find(api::ollama::NameRoute::chat, request.model);
    if (!record) co_return fail(record.error());
    const bool needs_weights = request.n_images() > 0 || (*record)->config.is_remote();
    if (!needs_weights && !request.only_loads() && !prompts_.is_full()) {
        auto plan = api::ollama::plan_answer(request, **record, context_.settings);
        if (!plan) co_return fail(plan.error());
        if (!is_in_memory(plan->spec)) {
            const auto done =
                co_await prompts_.read(std::move(plan->spec.load), std::move(*plan->generation));
            if (!done) co_return fail(done.error());
            co_return done->timings.n_prompt;
        }
    }
    const auto begun = co_await begin(request, response);
    if (!begun) co_return fail(begun.error());
    if (!begun->events) co_return 0;
    const auto counted = co_await collect(*begun->events);
    if (!counted) co_return fail(counted.error());
    co_return counted->done.timings.n_prompt;
}

}  // namespace corral::serve
