// Where a registry may send us, on a network that is made up.

#include "registry/session.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "http/loopback_fixture.h"

namespace corral::registry {
namespace {

constexpr const char* kInside = "127.0.0.2";

// The server's address lies far away, only kInside is near.
Reach made_up_reach(const sockaddr& address) {
    if (address.sa_family != AF_INET) return Reach::machine;
    in_addr inside{};
    ::inet_pton(AF_INET, kInside, &inside);
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    return v4.s_addr == inside.s_addr ? Reach::machine : Reach::internet;
}

// A registry that sends whoever asks for its manifest to another host.
class RedirectingRegistry : public testing::Test {
protected:
    RedirectingRegistry() {
        http::Router router;
        router.add("GET", "/v2/library/m/manifests/latest",
                   [this](http::Request&, http::Response& response) -> http::Task<void> {
                       const auto to = fmt::format("http://{}:{}/there", host_, server_->port());
                       response.set_header("Location", to);
                       co_await response.send(307, {}, {});
                   });
        router.add("GET", "/there",
                   [](http::Request&, http::Response& response) -> http::Task<void> {
                       co_await response.send(200, "text/plain", "hello");
                   });
        server_ = std::make_unique<http::LoopbackServer>(std::move(router));
        server_->start();
    }

    // What comes when the registry sends us to `host`: a text, or an error's.
    std::string sent_to(std::string host) {
        host_ = std::move(host);
        const auto port = server_->port();
        Access access{.key_folder = {}, .insecure = true};
        access.network.reach_of = made_up_reach;
        for (const auto& [name, address] : {std::pair("registry.example", "127.0.0.1"),
                                            {"far.example", "127.0.0.1"},
                                            {"inside.example", kInside}}) {
            access.network.known_hosts.push_back(fmt::format("{}:{}:{}", name, port, address));
        }
        const auto name =
            store::ModelName::parse(fmt::format("registry.example:{}/library/m", port));
        Session session(*name, access, [] { return false; });
        std::string text;
        const auto answer = session.request(
            "GET", "manifests/latest", {},
            [&](std::string_view piece, const http::ClientResponse&) -> std::optional<Error> {
                text += piece;
                return std::nullopt;
            });
        return answer ? text : answer.error().message;
    }

    std::string refusal_of_host(const std::string& host) const {
        return fmt::format("the registry redirects into a private network: {}:{}", host,
                           server_->port());
    }

private:
    std::string host_;
    std::unique_ptr<http::LoopbackServer> server_;
};

TEST_F(RedirectingRegistry, LeadsToPlacesAsFarAwayAsItself) {
    EXPECT_EQ(sent_to("far.example"), "hello");
}

TEST_F(RedirectingRegistry, LeadsNoNearer) {
    for (const char* host : {"localhost", "127.0.0.1", "0x7f000001", "[::1]"}) {
        EXPECT_EQ(sent_to(host), refusal_of_host(host));
    }
}

TEST_F(RedirectingRegistry, IsHeldAgainstTheAddressesThatNamesStandFor) {
    EXPECT_EQ(sent_to("inside.example"), refusal_of_host("inside.example"));
}

}  // namespace
}  // namespace corral::registry
