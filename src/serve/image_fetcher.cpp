#include "serve/image_fetcher.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "api/common/image_url.h"
#include "base/text.h"
#include "http/go_client.h"
#include "registry/challenge.h"

namespace corral::serve {

namespace asio = boost::asio;

namespace {

Error bad_image(std::string_view url, std::string_view why) {
    return {ErrorCode::invalid,
            fmt::format("the image at {} cannot be fetched: {}", registry::host_of(url), why),
            {},
            400};
}

Error refused(std::string_view why) {
    return {ErrorCode::invalid, std::string(why), {}, 400};
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string_view location_of(const http::ClientResponse& response) {
    for (const auto& [name, value] : response.headers) {
        if (equals_ignoring_case(name, "Location")) return value;
    }
    return {};
}

// The images that are still to come, in order.
std::vector<std::string*> awaited(std::vector<wire::Message>& messages) {
    std::vector<std::string*> images;
    for (auto& message : messages) {
        for (auto& image : message.images) {
            if (api::awaited_url(image)) images.push_back(&image);
        }
    }
    return images;
}

// Bodies of redirects and refusals are read too, and not looked at.
std::optional<Error> keep_within_bound(std::string_view piece, http::ClientResponse& response) {
    if (response.body.size() + piece.size() > ImageFetcher::kMaxImageBytes)
        return refused("it is larger than 20 MiB");
    response.body += piece;
    return std::nullopt;
}

}  // namespace

http::Task<Result<void>> ImageFetcher::fetch(std::vector<wire::Message>& messages,
                                             std::string_view refusal) {
    const auto images = awaited(messages);
    if (images.empty()) co_return Result<void>();
    if (hosts_.none()) co_return fail(refused(refusal));
    if (images.size() > kMaxImages)
        co_return fail(refused(fmt::format("at most {} images can be fetched", kMaxImages)));
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    for (auto* image : images) {
        auto bytes = co_await fetch_one(std::string(*api::awaited_url(*image)), deadline);
        if (!bytes) co_return fail(std::move(bytes).error());
        *image = std::move(*bytes);
    }
    co_return Result<void>();
}

http::Task<Result<std::string>> ImageFetcher::fetch_one(std::string url, Deadline deadline) {
    for (int n_redirects = 0; n_redirects <= kMaxRedirects; ++n_redirects) {
        const auto nearest = hosts_.nearest(url);
        if (!nearest)
            co_return fail(bad_image(url, "its host is not in the server's CORRAL_IMAGE_HOSTS"));
        auto response = co_await get(url, *nearest, deadline);
        if (!response) co_return fail(bad_image(url, response.error().message));
        if (response->status == 200) co_return std::move(response->body);
        if (!is_redirect(response->status))
            co_return fail(bad_image(url, fmt::format("status {}", response->status)));
        url = registry::resolve_location(url, location_of(*response));
    }
    co_return fail(bad_image(url, "too many redirects"));
}

http::Task<Result<http::ClientResponse>> ImageFetcher::get(const std::string& url,
                                                           registry::Reach nearest,
                                                           Deadline deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) co_return fail(refused("it takes too long"));
    bool leads_inside = false;
    http::ClientRequest request;
    request.url = url;
    request.headers = {{"User-Agent", http::user_agent()}};
    request.timeout_ms = left.count();
    request.direct = true;
    request.may_connect = [nearest, &leads_inside](const sockaddr& address) {
        const bool is_too_near = registry::reach_of(address) > nearest;
        leads_inside |= is_too_near;
        return !is_too_near;
    };
    asio::steady_timer ended(io_, asio::steady_timer::time_point::max());  // cancelled to wake us
    Result<http::ClientResponse> result;
    const auto exchange = client_.start(std::move(request), keep_within_bound,
                                        [&](Result<http::ClientResponse> response) {
                                            result = std::move(response);
                                            ended.cancel();
                                        });
    co_await ended.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!result && leads_inside && result.error().code == ErrorCode::invalid)
        co_return fail(refused("it lies within a private network"));
    if (!result && std::chrono::steady_clock::now() >= deadline)
        co_return fail(refused("it takes too long"));
    co_return result;
}

}  // namespace corral::serve
