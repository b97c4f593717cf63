#include "serve/answerer.h"
#include "serve/collect.h"

namespace corral::serve {

http::Task<Result<std::int64_t>> Answerer::count_tokens(const api::ollama::ChatRequest& request,
                                                        http::Response& response) {
    const auto begun = co_await begin(request, response);
    if (!begun) co_return fail(begun.error());
    if (!begun->events) co_return 0;
    const auto counted = co_await collect(*begun->events);
    if (!counted) co_return fail(counted.error());
    co_return counted->done.timings.n_prompt;
}

}  // namespace corral::serve
