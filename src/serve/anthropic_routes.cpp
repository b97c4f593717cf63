#include <memory>

#include "serve/anthropic_service.h"
#include "serve/context.h"

namespace corral::serve {

void add_anthropic_routes(http::Router& router, Context& context, Answerer& answerer) {
    const auto service = std::make_shared<AnthropicService>(context, answerer);
    router.add("POST", "/v1/messages", [service](http::Request& request, http::Response& response) {
        return service->messages(request, response);
    });
    router.add("POST", "/v1/messages/count_tokens",
               [service](http::Request& request, http::Response& response) {
                   return service->count_tokens(request, response);
               });
}

}  // namespace corral::serve
