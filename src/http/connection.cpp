#include "http/connection.h"

#include <ctime>

namespace corral::http {

namespace {

constexpr std::size_t kHeadPiece = 4096;

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Shared& shared)
    : shared_(shared), channel_(std::make_shared<Channel>(std::move(socket))) {
    shared_.connections.insert(this);
}

Connection::~Connection() {
    shared_.connections.erase(this);
}

bool Connection::expired(Channel::Clock::time_point now) {
    const auto patience = std::chrono::milliseconds(shared_.limits.stall_timeout_ms);
    return channel_->expired(now) || channel_->stalled_for(now) >= patience;
}

void Connection::cancel() {
    if (exchange_ != nullptr) exchange_->cancel();
    close();
}

Task<void> Connection::run() {
    const auto idle = std::chrono::milliseconds(shared_.limits.idle_timeout_ms);
    while (!shared_.stopping) {
        busy_ = false;
        channel_->set_deadline(idle);
        if (channel_->received().empty() && !co_await channel_->wait_readable()) break;
        auto parser = std::make_unique<RequestParser>(shared_.limits.header_bytes);
        if (!co_await read_head(*parser)) break;
        if (!co_await serve_one(*parser)) break;
    }
    if (unread_ || !channel_->received().empty()) {
        co_await channel_->linger(std::chrono::milliseconds(shared_.limits.linger_ms));
    }
    channel_->close();
}

Task<bool> Connection::read_head(RequestParser& parser) {
    channel_->set_deadline(std::chrono::milliseconds(shared_.limits.header_timeout_ms));
    while (true) {
        auto step = parser.parse_head(channel_->received());
        if (!step) {
            co_await refuse(std::move(step).error());
            co_return false;
        }
        channel_->consume(step->used);
        if (step->complete) break;
        if (!co_await channel_->fill(kHeadPiece)) co_return false;
    }
    channel_->clear_deadline();
    co_return true;
}

Task<void> Connection::refuse(Error error) {
    unread_ = true;
    ResponseHead head{.status = error.http_status, .close = true};
    head.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    head.content_length = error.message.size();
    const std::string text = format_head(head, std::time(nullptr)) + error.message;
    const std::array parts = {asio::const_buffer(text.data(), text.size())};
    (void)co_await channel_->write(parts);
}

Task<bool> Connection::serve_one(RequestParser& parser) {
    busy_ = true;
    const auto begin = Channel::Clock::now();
    Exchange exchange(*channel_, parser, shared_.limits, shared_.stopping);
    exchange_ = &exchange;
    co_await exchange.run(shared_.router);
    record(exchange, begin);
    const bool reusable = co_await exchange.reusable();
    exchange_ = nullptr;
    unread_ = !parser.body_complete();
    co_return reusable;
}

void Connection::record(const Exchange& exchange, Channel::Clock::time_point begin) const {
    if (!shared_.on_exchange) return;
    shared_.on_exchange({.method = exchange.method(),
                         .path = exchange.path(),
                         .remote_address = channel_->remote_address(),
                         .status = exchange.status(),
                         .duration = Channel::Clock::now() - begin});
}

}  // namespace corral::http
