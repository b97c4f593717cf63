#pragma once

// Purpose: puts the images into a request that it names by their URLs.
//
// Off unless CORRAL_IMAGE_HOSTS lists hosts (serve/image_hosts.h says which may be asked). Every
// redirect is held against the list anew, and so is every address that a name turns out to stand
// for. Proxies of the environment are not used. Bounds: kMaxImages for a request, kMaxImageBytes
// each, kMaxRedirects, and `patience` for all of them together.
//
// Errors: 400, with what went wrong and the host, or the dialect's own text where nothing is
// fetched. Threads: the I/O thread, which is not blocked. Source: openai-anthropic-api.md 15.2.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/async_client.h"
#include "http/server.h"
#include "serve/image_hosts.h"
#include "wire/request.h"

namespace corral::serve {

class ImageFetcher {
public:
    static constexpr std::size_t kMaxImages = 16;
    static constexpr std::size_t kMaxImageBytes = std::size_t{20} << 20;
    static constexpr int kMaxRedirects = 3;
    static constexpr std::chrono::seconds kPatience{20};

    ImageFetcher(boost::asio::io_context& io, std::vector<std::string> hosts,
                 std::chrono::milliseconds patience = kPatience)
        : io_(io), hosts_(std::move(hosts)), patience_(patience), client_(io) {}

    // Replaces what stands for images in the messages (api/common/image_url.h). `refusal` is what a
    // client is told where none are fetched.
    http::Task<Result<void>> fetch(std::vector<wire::Message>& messages, std::string_view refusal);

private:
    using Deadline = std::chrono::steady_clock::time_point;

    http::Task<Result<std::string>> fetch_one(std::string url, Deadline deadline);
    http::Task<Result<http::ClientResponse>> get(const std::string& url, registry::Reach nearest,
                                                 Deadline deadline);

    boost::asio::io_context& io_;
    ImageHosts hosts_;
    std::chrono::milliseconds patience_;
    http::AsyncClient client_;
};

}  // namespace corral::serve
