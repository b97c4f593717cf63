#pragma once

// Purpose: one request and its answer on a connection: what a handler sees as Request and Response.
//
// Lives from the end of the request's head to the end of its answer, on the I/O thread. `run` calls
// the handler and leaves the connection in a state the caller can act on: see `reusable`.

#include <memory>
#include <string>
#include <vector>

#include "http/channel.h"
#include "http/head.h"
#include "http/parser.h"
#include "http/server.h"

namespace corral::http {

class Exchange final : public Request, public Response {
public:
    // The parser has read the head. `closing` is read when the answer begins: true announces that
    // the connection ends after it.
    Exchange(Channel& channel, RequestParser& parser, const ServerLimits& limits,
             const bool& closing);
    ~Exchange() override { channel_.unwatch(); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // Runs the handler and completes what it left open. A handler that throws is logged and
    // answered with an empty 500.
    Task<void> run(const Router& router);
    // Whether the connection can take another request: the answer is complete, nobody asked to
    // close and the body has been read or could be drained.
    Task<bool> reusable();

    void cancel();
    int status() const { return head_.status; }  // 0 before there is an answer

    std::string_view method() const override { return parser_.method(); }
    std::string_view target() const override { return parser_.target(); }
    std::string_view path() const override { return parser_.path(); }
    std::string_view header(std::string_view name) const override;
    std::string remote_address() const override { return channel_.remote_address(); }
    std::optional<std::uint64_t> content_length() const override {
        return parser_.content_length();
    }
    Task<Result<std::string>> read_body(std::size_t limit) override;
    Task<Result<std::size_t>> read_some(std::span<char> buffer) override;

    void set_header(std::string_view name, std::string_view value) override;
    void add_header(std::string_view name, std::string_view value) override;
    Task<Result<void>> send(int status, std::string_view content_type, std::string body) override;
    Task<Result<void>> start(int status, std::string_view content_type) override;
    Task<Result<void>> write(std::string_view piece) override;
    Task<Result<void>> finish() override;
    bool started() const override { return phase_ != Phase::waiting; }
    bool cancelled() const override { return cancelled_; }
    void on_cancel(std::function<void()> f) override;

private:
    enum class Phase { waiting, streaming, finished, broken };

    Task<void> call_handler(const Router& router);
    Task<Result<void>> send_continue();
    void begin_answer(int status, std::string_view content_type);
    bool too_much_body_left() const;
    void body_was_read();
    Task<Result<void>> write_parts(std::vector<boost::asio::const_buffer> parts);

    Channel& channel_;
    RequestParser& parser_;
    const ServerLimits& limits_;
    const bool& closing_;
    ResponseHead head_{.status = 0};
    Phase phase_ = Phase::waiting;
    bool cancelled_ = false;
    bool continue_pending_ = false;
    bool handler_running_ = false;
    std::function<void()> on_cancel_;
};

}  // namespace corral::http
