#include "http/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <exception>

#include "base/log.h"
#include "base/text.h"

namespace corral::http {

namespace {

constexpr std::size_t kBodyPiece = 64 << 10;

std::unexpected<Error> client_gone() {
    return fail(ErrorCode::cancelled, "the client closed the connection");
}

}  // namespace

Exchange::Exchange(Channel& channel, RequestParser& parser, const ServerLimits& limits,
                   const bool& closing)
    : channel_(channel),
      parser_(parser),
      limits_(limits),
      closing_(closing),
      continue_pending_(parser.expects_continue() && !parser.body_complete()) {}

std::string_view Exchange::header(std::string_view name) const {
    return equals_ignoring_case(name, "Host") ? parser_.host() : parser_.header(name);
}

// Reading

Task<Result<void>> Exchange::send_continue() {
    continue_pending_ = false;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::array parts = {boost::asio::buffer(kContinue)};
    co_return co_await channel_.write(parts);
}

Task<Result<std::size_t>> Exchange::read_some(std::span<char> buffer) {
    if (cancelled_) co_return client_gone();
    if (continue_pending_ && !started() && channel_.received().empty()) {
        auto sent = co_await send_continue();
        if (!sent) co_return fail(std::move(sent).error());
    }
    while (!parser_.body_complete()) {
        auto step = parser_.parse_body(channel_.received(), buffer);
        if (!step) {
            phase_ = started() ? Phase::broken : phase_;
            co_return fail(std::move(step).error());
        }
        channel_.consume(step->used);
        if (step->complete) body_was_read();
        if (step->produced > 0) co_return step->produced;
        if (step->complete) break;
        auto filled = co_await channel_.fill(kBodyPiece);
        if (!filled) {
            cancel();
            co_return fail(std::move(filled).error());
        }
    }
    co_return std::size_t{0};
}

Task<Result<std::string>> Exchange::read_body(std::size_t limit) {
    const Error too_large{
        ErrorCode::invalid, fmt::format("request body is larger than {} bytes", limit), {}, 413};
    if (content_length().value_or(0) > limit) co_return fail(too_large);
    std::string body;
    while (true) {
        const std::size_t held = body.size();
        // One byte beyond the limit shows that the body is too large.
        const std::size_t room = limit - held;
        body.resize(held + (room < kBodyPiece ? room + 1 : kBodyPiece));
        auto count = co_await read_some(std::span(body).subspan(held));
        if (!count) co_return fail(std::move(count).error());
        body.resize(held + *count);
        if (*count == 0) co_return body;
        if (body.size() > limit) co_return fail(too_large);
    }
}

// From here on, whatever the client sends is not ours, and its leaving can be noticed.
void Exchange::body_was_read() {
    if (!handler_running_) return;
    channel_.watch([this] { cancel(); });
}

// Answering

void Exchange::set_header(std::string_view name, std::string_view value) {
    std::erase_if(head_.headers,
                  [&](const auto& header) { return equals_ignoring_case(header.first, name); });
    add_header(name, value);
}

void Exchange::add_header(std::string_view name, std::string_view value) {
    head_.headers.emplace_back(name, value);
}

bool Exchange::too_much_body_left() const {
    if (parser_.body_complete()) return false;
    return continue_pending_ || parser_.body_left().value_or(0) > limits_.drain_bytes;
}

void Exchange::begin_answer(int status, std::string_view content_type) {
    head_.status = status;
    head_.http_1_0 = parser_.http_1_0();
    head_.close = closing_ || !parser_.keep_alive() || too_much_body_left();
    if (!content_type.empty()) set_header("Content-Type", content_type);
}

Task<Result<void>> Exchange::write_parts(std::vector<boost::asio::const_buffer> parts) {
    auto written = co_await channel_.write(parts);
    if (!written) {
        phase_ = Phase::broken;
        cancel();
        co_return fail(std::move(written).error());
    }
    co_return Result<void>();
}

// A client that has closed its sending half may still be reading, so this is sent even when
// cancelled; to a client that is really gone it fails by itself.
Task<Result<void>> Exchange::send(int status, std::string_view content_type, std::string body) {
    begin_answer(status, content_type);
    phase_ = Phase::finished;
    if (!status_forbids_body(status)) head_.content_length = body.size();
    const std::string head = format_head(head_, std::time(nullptr));
    std::vector<boost::asio::const_buffer> parts = {boost::asio::buffer(head)};
    if (method() != "HEAD" && head_.content_length) parts.push_back(boost::asio::buffer(body));
    co_return co_await write_parts(std::move(parts));
}

Task<Result<void>> Exchange::start(int status, std::string_view content_type) {
    if (cancelled_) co_return client_gone();
    begin_answer(status, content_type);
    phase_ = Phase::streaming;
    head_.chunked = !head_.http_1_0;
    if (head_.http_1_0) head_.close = true;  // only the end of the connection ends the body
    const std::string head = format_head(head_, std::time(nullptr));
    std::vector<boost::asio::const_buffer> parts = {boost::asio::buffer(head)};
    co_return co_await write_parts(std::move(parts));
}

Task<Result<void>> Exchange::write(std::string_view piece) {
    if (cancelled_ || phase_ != Phase::streaming) co_return client_gone();
    // An empty chunk would end the body.
    if (piece.empty() || method() == "HEAD") co_return Result<void>();
    const std::string size = fmt::format("{:x}\r\n", piece.size());
    std::vector<boost::asio::const_buffer> parts = {boost::asio::buffer(piece)};
    if (head_.chunked) {
        parts.insert(parts.begin(), boost::asio::buffer(size));
        parts.push_back(boost::asio::buffer("\r\n", 2));
    }
    co_return co_await write_parts(std::move(parts));
}

Task<Result<void>> Exchange::finish() {
    if (cancelled_ || phase_ != Phase::streaming) co_return client_gone();
    phase_ = Phase::finished;
    if (!head_.chunked || method() == "HEAD") co_return Result<void>();
    std::vector<boost::asio::const_buffer> parts = {boost::asio::buffer("0\r\n\r\n", 5)};
    co_return co_await write_parts(std::move(parts));
}

void Exchange::on_cancel(std::function<void()> f) {
    if (!cancelled_) {
        on_cancel_ = std::move(f);
    } else if (f) {
        f();
    }
}

void Exchange::cancel() {
    if (cancelled_) return;
    cancelled_ = true;
    // Frees a handler that waits for a client to take a piece of its stream.
    if (phase_ == Phase::streaming) channel_.close();
    if (const auto f = std::exchange(on_cancel_, nullptr)) f();
}

// Around the handler

Task<void> Exchange::call_handler(const Router& router) {
    try {
        co_await router.dispatch(*this, *this);
    } catch (const std::exception& error) {
        log_error("request handler failed",
                  {{"method", method()}, {"path", path()}, {"error", error.what()}});
        if (started()) phase_ = Phase::broken;
    }
}

Task<void> Exchange::run(const Router& router) {
    handler_running_ = true;
    if (parser_.body_complete()) body_was_read();
    co_await call_handler(router);
    handler_running_ = false;
    on_cancel_ = nullptr;
    channel_.unwatch();
    if (!started() && !cancelled_) (void)co_await send(500, "", "");
    if (phase_ == Phase::streaming && !cancelled_) (void)co_await finish();
}

Task<bool> Exchange::reusable() {
    if (cancelled_ || phase_ != Phase::finished || head_.close) co_return false;
    channel_.set_deadline(std::chrono::milliseconds(limits_.drain_timeout_ms));
    std::vector<char> waste(parser_.body_complete() ? 0 : kBodyPiece);
    std::size_t drained = 0;
    while (!parser_.body_complete() && drained <= limits_.drain_bytes) {
        const auto count = co_await read_some(waste);
        if (!count) co_return false;
        drained += *count;
    }
    channel_.clear_deadline();
    co_return parser_.body_complete();
}

}  // namespace corral::http
