// A download from a registry that falls silent.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/hash.h"
#include "http/loopback_fixture.h"
#include "registry/download.h"
#include "store/scratch_folder.h"

namespace corral::registry {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::string_view kBlob = "some bytes";

TEST(DownloadFromASilentRegistry, IsAskedAgainAndLosesNoTry) {
    constexpr int kSilentAnswers = kMaxTries + 1;
    std::atomic<int> n_asked = 0;
    http::Router router;
    router.add("HEAD", "/v2/library/m/blobs/:digest",
               [](http::Request&, http::Response& response) -> http::Task<void> {
                   co_await response.send(200, "application/octet-stream", std::string(kBlob));
               });
    router.add("GET", "/v2/library/m/blobs/:digest",
               [&](http::Request& request, http::Response& response) -> http::Task<void> {
                   const bool asks_where = request.header("Range") == "bytes=0-0";
                   if (asks_where || ++n_asked > kSilentAnswers) {
                       co_await response.send(200, "application/octet-stream", std::string(kBlob));
                       co_return;
                   }
                   asio::steady_timer forever(co_await asio::this_coro::executor,
                                              asio::steady_timer::time_point::max());
                   response.on_cancel([&] { forever.cancel(); });
                   boost::system::error_code ignored;
                   co_await forever.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
               });
    http::LoopbackServer server(std::move(router));
    server.start();
    const store::ScratchFolder folder;
    const auto name = store::ModelName::parse(fmt::format("127.0.0.1:{}/library/m", server.port()));
    const auto digest = store::Digest::parse("sha256:" + sha256_hex(kBlob));
    ASSERT_TRUE(name && digest);
    const IsCancelled never = [] { return false; };
    Access access{folder.path(), true};
    access.network.patience = 200ms;
    const Session session(*name, access, never);
    Download download(session, never, folder.path(),
                      {"", *digest, static_cast<std::int64_t>(kBlob.size())});
    const auto fetched = download.run();
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_TRUE(download.verify_and_commit());
    EXPECT_GT(n_asked, kSilentAnswers);
}

}  // namespace
}  // namespace corral::registry
