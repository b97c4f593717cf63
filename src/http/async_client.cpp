#include "http/async_client.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <utility>

#include "http/transfer.h"

namespace corral::http {

namespace asio = boost::asio;

namespace {

using Descriptor = asio::posix::stream_descriptor;

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

// A socket of libcurl's, watched for what it waits for. The socket stays libcurl's.
struct Watched {
    Watched(asio::io_context& io, curl_socket_t socket) : descriptor(io, socket) {}
    ~Watched() { (void)descriptor.release(); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    Descriptor descriptor;
    int wanted = 0;  // CURL_POLL_*
    bool waits_to_read = false;
    bool waits_to_write = false;
};

}  // namespace

struct AsyncClient::State : std::enable_shared_from_this<AsyncClient::State> {
    class Exchange;

    explicit State(asio::io_context& context) : io(context), wake_up(context) {
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, &State::on_socket);
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, &State::on_timer);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
    }

    // What libcurl calls; it must not be called back from there.
    static int on_socket(CURL* handle, curl_socket_t socket, int wanted, void* self, void* unused);
    static int on_timer(CURLM* multi, long timeout_ms, void* self);

    void wait(curl_socket_t socket, const std::shared_ptr<Watched>& watched);
    void wait_for(curl_socket_t socket, const std::shared_ptr<Watched>& watched,
                  Descriptor::wait_type type, bool Watched::*waits, int event);
    // Lets libcurl work and tells the exchanges that have ended thereby.
    void act(curl_socket_t socket, int events);
    void tell_ended();
    void close();

    asio::io_context& io;
    asio::steady_timer wake_up;
    std::map<curl_socket_t, std::shared_ptr<Watched>> sockets;
    std::map<CURL*, Exchange*> exchanges;
    std::unique_ptr<CURLM, FreeMulti> multi{curl_multi_init()};
};

class AsyncClient::State::Exchange final : public PendingExchange {
public:
    Exchange(std::shared_ptr<State> state, ClientRequest request, OnBody on_body, OnEnd on_end)
        : state_(std::move(state)),
          request_(std::move(request)),
          on_body_(std::move(on_body)),
          on_end_(std::move(on_end)),
          transfer_(handle_.get(), request_, on_body_) {
        state_->exchanges.emplace(handle_.get(), this);
        curl_multi_add_handle(state_->multi.get(), handle_.get());
    }
    ~Exchange() override { leave(); }

    void end(CURLcode code) {
        leave();
        // The call may destroy this.
        const OnEnd on_end = std::move(on_end_);
        on_end(transfer_.conclude(code));
    }

    void leave() {
        if (!state_) return;
        state_->exchanges.erase(handle_.get());
        curl_multi_remove_handle(state_->multi.get(), handle_.get());
        state_.reset();
    }

private:
    std::shared_ptr<State> state_;  // null once it has ended
    const ClientRequest request_;
    const OnBody on_body_;
    OnEnd on_end_;
    std::unique_ptr<CURL, FreeHandle> handle_{curl_easy_init()};
    Transfer transfer_;
};

int AsyncClient::State::on_socket(CURL* /*handle*/, curl_socket_t socket, int wanted, void* self,
                                  void* /*unused*/) {
    auto& state = *static_cast<State*>(self);
    if (wanted == CURL_POLL_REMOVE) {
        state.sockets.erase(socket);
        return 0;
    }
    auto& watched = state.sockets[socket];
    if (!watched) watched = std::make_shared<Watched>(state.io, socket);
    watched->wanted = wanted;
    state.wait(socket, watched);
    return 0;
}

int AsyncClient::State::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
    auto& state = *static_cast<State*>(self);
    state.wake_up.cancel();
    if (timeout_ms < 0) return 0;
    state.wake_up.expires_after(std::chrono::milliseconds(timeout_ms));
    state.wake_up.async_wait([weak = state.weak_from_this()](const boost::system::error_code& e) {
        const auto alive = weak.lock();
        if (!e && alive) alive->act(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
}

void AsyncClient::State::wait(curl_socket_t socket, const std::shared_ptr<Watched>& watched) {
    if ((watched->wanted & CURL_POLL_IN) != 0) {
        wait_for(socket, watched, Descriptor::wait_read, &Watched::waits_to_read, CURL_CSELECT_IN);
    }
    if ((watched->wanted & CURL_POLL_OUT) != 0) {
        wait_for(socket, watched, Descriptor::wait_write, &Watched::waits_to_write,
                 CURL_CSELECT_OUT);
    }
}

void AsyncClient::State::wait_for(curl_socket_t socket, const std::shared_ptr<Watched>& watched,
                                  Descriptor::wait_type type, bool Watched::*waits, int event) {
    if (std::exchange((*watched).*waits, true)) return;
    watched->descriptor.async_wait(
        type, [weak_state = weak_from_this(), weak = std::weak_ptr(watched), socket, waits,
               event](const boost::system::error_code& error) {
            const auto state = weak_state.lock();
            auto still_watched = weak.lock();
            if (error || !state || !still_watched) return;
            (*still_watched).*waits = false;
            // Whether it is still wanted can have changed meanwhile; libcurl does not mind.
            state->act(socket, event);
            const auto found = state->sockets.find(socket);
            if (found != state->sockets.end() && found->second == still_watched) {
                state->wait(socket, still_watched);
            }
        });
}

void AsyncClient::State::act(curl_socket_t socket, int events) {
    int n_running = 0;
    curl_multi_socket_action(multi.get(), socket, events, &n_running);
    tell_ended();
}

void AsyncClient::State::tell_ended() {
    const auto alive = shared_from_this();  // an exchange's end may be the client's
    int n_left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &n_left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        const auto found = exchanges.find(message->easy_handle);
        if (found != exchanges.end()) found->second->end(code);
    }
}

void AsyncClient::State::close() {
    while (!exchanges.empty()) exchanges.begin()->second->leave();
    wake_up.cancel();
}

AsyncClient::AsyncClient(asio::io_context& io) : state_(std::make_shared<State>(io)) {}

AsyncClient::~AsyncClient() {
    state_->close();
}

std::unique_ptr<PendingExchange> AsyncClient::start(ClientRequest request, OnBody on_body,
                                                    OnEnd on_end) {
    return std::make_unique<State::Exchange>(state_, std::move(request), std::move(on_body),
                                             std::move(on_end));
}

}  // namespace corral::http
