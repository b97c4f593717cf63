#include "serve/image_fetcher.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "api/common/image_url.h"

namespace corral::serve {
namespace {

namespace asio = boost::asio;

// The kernel takes connections to it; nobody ever says a word.
class SilentHost {
public:
    explicit SilentHost(asio::io_context& io)
        : acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {}
    std::string name() const {
        return fmt::format("127.0.0.1:{}", acceptor_.local_endpoint().port());
    }

private:
    asio::ip::tcp::acceptor acceptor_;
};

TEST(ImageFetcher, DoesNotWaitForEver) {  // openai-anthropic-api.md 15.2
    asio::io_context io;
    const SilentHost host(io);
    ImageFetcher fetcher(io, {host.name()}, std::chrono::milliseconds(1));
    std::vector<wire::Message> messages(1);
    messages[0].images = {api::image_at("http://" + host.name() + "/x.png")};
    Result<void> fetched;
    asio::co_spawn(io, fetcher.fetch(messages, "none are fetched"),
                   [&](const std::exception_ptr&, Result<void> result) { fetched = result; });
    io.run();
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().http_status, 400);
    EXPECT_EQ(fetched.error().message,
              fmt::format("the image at {} cannot be fetched: it takes too long", host.name()));
}

}  // namespace
}  // namespace corral::serve
