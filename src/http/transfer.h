#pragma once

// Purpose: one exchange of the client, on a libcurl handle. Internal to http/.

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client.h"

namespace corral::http {

class Transfer {
public:
    // Gets the body piece by piece; an error it returns ends the transfer and becomes the result.
    using OnBody =
        std::function<std::optional<Error>(std::string_view piece, ClientResponse& response)>;

    // All three outlive the transfer.
    Transfer(CURL* handle, const ClientRequest& request, const OnBody& on_body);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // Runs the exchange on `connections`, which keeps the connection for the next one.
    [[nodiscard]] Result<ClientResponse> run(CURLM* connections);
    // For who drives the handle on its own: what the exchange comes to, now that it has ended with
    // `code`. Call it once.
    [[nodiscard]] Result<ClientResponse> conclude(CURLcode code);

private:
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    void set_address();
    void set_headers();
    void set_method_and_body();
    Result<CURLcode> drive(CURLM* connections);
    Error failure(CURLcode code);

    void take_header(std::string_view line);

    static std::size_t on_header(char* data, std::size_t size, std::size_t n, void* self);
    static std::size_t on_write(char* data, std::size_t size, std::size_t n, void* self);
    static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static std::size_t on_read(char* data, std::size_t size, std::size_t n, void* self);

    CURL* handle_;
    const ClientRequest& request_;
    const OnBody& on_body_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::unique_ptr<curl_slist, FreeList> known_hosts_;
    ClientResponse response_;
    std::optional<Error> refused_;  // what on_body_ returned
    std::string explanation_;       // libcurl's own words
    std::string forbidden_;         // the last address that may_connect refused
};

}  // namespace corral::http
