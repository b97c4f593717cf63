#include "http/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <thread>

#include "base/files.h"
#include "base/text.h"

namespace corral::http {
namespace {

// Takes one connection on a loopback port, reads a whole request, answers with the given bytes and
// closes.
class OneShotServer {
public:
    // With `silent` it never answers; it waits for the client to close.
    explicit OneShotServer(std::string answer, bool silent = false)
        : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
        EXPECT_EQ(::listen(listener_.get(), 1), 0);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        thread_ =
            std::jthread([this, answer = std::move(answer), silent] { serve(answer, silent); });
    }

    std::string url(const std::string& path = "/x") const {
        return fmt::format("http://127.0.0.1:{}{}", port_, path);
    }
    // What the client sent; waits until the exchange has ended.
    const std::string& request() {
        if (thread_.joinable()) thread_.join();
        return request_;
    }

private:
    void serve(const std::string& answer, bool silent) {
        const UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        char buffer[4096];
        while (silent || !complete()) {
            const ssize_t n = ::recv(connection.get(), buffer, sizeof buffer, 0);
            if (n <= 0) return;
            request_.append(buffer, static_cast<std::size_t>(n));
        }
        (void)::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }

    bool complete() const {
        const std::size_t head = request_.find("\r\n\r\n");
        if (head == std::string::npos) return false;
        const std::size_t at = request_.find("Content-Length: ");
        if (at != std::string::npos && at < head) {
            return request_.size() >= head + 4 + std::stoul(request_.substr(at + 16));
        }
        if (request_.find("chunked") == std::string::npos) return true;
        return request_.ends_with("\r\n0\r\n\r\n");
    }

    UniqueFd listener_;
    int port_ = 0;
    std::string request_;
    std::jthread thread_;
};

ClientRequest get(const std::string& url) {
    ClientRequest request;
    request.url = url;
    request.headers = {{"User-Agent", "test"}};
    return request;
}

std::string answer_of(const std::string& status, const std::string& body) {
    return fmt::format("HTTP/1.1 {}\r\nX-Thing: a b\r\nContent-Length: {}\r\n\r\n{}", status,
                       body.size(), body);
}

// A port of this machine where nothing listens.
int closed_port() {
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
}

TEST(Client, SendsAndReceives) {
    OneShotServer server(answer_of("200 OK", "hello"));
    ClientRequest request = get(server.url("/a?b=c"));
    request.method = "POST";
    request.body = "{}";
    const auto response = Client().send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "hello");
    const std::pair<std::string, std::string> thing = {"X-Thing", "a b"};
    EXPECT_EQ(response->headers.front(), thing);
    EXPECT_TRUE(server.request().starts_with("POST /a?b=c HTTP/1.1\r\n")) << server.request();
    EXPECT_NE(server.request().find("User-Agent: test\r\n"), std::string::npos);
    EXPECT_EQ(server.request().find("Expect"), std::string::npos);
    EXPECT_EQ(server.request().find("urlencoded"), std::string::npos);
    EXPECT_TRUE(server.request().ends_with("\r\n\r\n{}"));
}

void check_method(const std::string& method, const std::string& body) {
    OneShotServer server(answer_of("404 Not Found", method == "HEAD" ? "" : "no"));
    ClientRequest request = get(server.url());
    request.method = method;
    request.body = body;
    const auto response = Client().send(request);
    ASSERT_TRUE(response) << method << ": " << response.error().message;
    EXPECT_EQ(response->status, 404);
    EXPECT_TRUE(server.request().starts_with(method + " /x ")) << server.request();
    EXPECT_TRUE(server.request().ends_with("\r\n\r\n" + body));
}

TEST(Client, KnowsTheMethods) {
    check_method("GET", "");
    check_method("HEAD", "");
    check_method("POST", "");
    check_method("DELETE", "{}");
    check_method("DELETE", "");
    check_method("PUT", "x");
}

TEST(Client, DoesNotConnectWhereItMustNot) {
    ClientRequest request = get(fmt::format("http://localhost:{}/", closed_port()));
    int n_asked = 0;
    request.may_connect = [&](const sockaddr&) { return ++n_asked == 0; };
    const auto response = Client().send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::invalid);
    EXPECT_TRUE(response.error().message.starts_with("must not connect to ")) << n_asked;
    EXPECT_GT(n_asked, 0);
}

TEST(Client, ConnectsWhereItMay) {
    OneShotServer server(answer_of("200 OK", "hello"));
    ClientRequest request = get(server.url());
    request.may_connect = [](const sockaddr& address) { return address.sa_family == AF_INET; };
    const auto response = Client().send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "hello");
}

TEST(Client, IsCancelledByAFlag) {
    OneShotServer server("", true);
    ClientRequest request = get(server.url());
    request.is_cancelled = [] { return true; };
    const auto response = Client().send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::cancelled);
}

TEST(Client, ReadsTheBodyFromASource) {
    for (const std::int64_t size : {5, -1}) {
        OneShotServer server(answer_of("201 Created", ""));
        std::string left = "12345";
        ClientRequest request = get(server.url());
        request.method = "POST";
        request.body_size = size;
        request.body_source = [&](char* buffer, std::size_t room) {
            const std::size_t n = left.copy(buffer, std::min<std::size_t>(room, 2));
            left.erase(0, n);
            return n;
        };
        const auto response = Client().send(request);
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->status, 201);
        EXPECT_TRUE(server.request().starts_with("POST /x "));
        const std::string end = size < 0 ? "\r\n0\r\n\r\n" : "\r\n\r\n12345";
        EXPECT_TRUE(server.request().ends_with(end)) << server.request();
    }
}

TEST(Client, StreamsLines) {
    OneShotServer server(answer_of("200 OK", "{\"a\":1}\n{\"b\":2}\nlast"));
    std::vector<std::string> lines;
    const auto response = Client().stream(get(server.url()), [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
    });
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(lines, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}", "last"}));
    EXPECT_EQ(response->body, "");
}

TEST(Client, CollectsTheBodyOfAFailedStream) {
    OneShotServer server(answer_of("400 Bad Request", "{\"error\":\"x\"}\n"));
    const auto response =
        Client().stream(get(server.url()), [](std::string_view) { return false; });
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 400);
    EXPECT_EQ(response->body, "{\"error\":\"x\"}\n");
}

TEST(Client, EndsAStreamWhenToldTo) {
    OneShotServer server(answer_of("200 OK", "a\nb\n"));
    const auto response =
        Client().stream(get(server.url()), [](std::string_view) { return false; });
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::cancelled);
}

TEST(Client, GivesUpASilentServerWhenCancelled) {
    OneShotServer server("", true);
    const UniqueFd event(::eventfd(1, EFD_CLOEXEC));
    ClientRequest request = get(server.url());
    request.cancel_fd = event.get();
    const auto response = Client().send(request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::cancelled);
}

void check_unavailable(const std::string& url, const std::string& text) {
    const auto response = Client().send(get(url));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_EQ(response.error().message, text);
}

TEST(Client, SaysWhyThereIsNoAnswer) {
    const int port = closed_port();
    const std::string refused =
        fmt::format("dial tcp 127.0.0.1:{}: connect: connection refused", port);
    check_unavailable(fmt::format("http://127.0.0.1:{}/", port), refused);
    OneShotServer mute("");
    check_unavailable(mute.url(), "EOF");
    OneShotServer cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    check_unavailable(cut.url(), "unexpected EOF");
}

TEST(Client, RefusesOtherAddresses) {
    for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "http://a b/", ""}) {
        const auto response = Client().send(get(url));
        ASSERT_FALSE(response) << url;
        EXPECT_EQ(response.error().code, ErrorCode::invalid) << url << response.error().message;
    }
}

TEST(Client, RefusesEndlessAnswers) {
    OneShotServer server(answer_of("200 OK", std::string((64 << 20) + 1, 'x')));
    const auto response = Client().send(get(server.url()));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace corral::http
