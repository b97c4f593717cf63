#pragma once

// Purpose: the models in memory, as the request handlers see them: ask for a model, get a lease on
// its runner, send it a request, read events.
//
// Behind it stand the Scheduler (scheduler.h), which decides, and the Supervisor (supervisor.h),
// which starts, watches and stops runner processes. Threads: everything here lives on the server's
// io_context thread. Source: native-api.md 6, scheduler-runtime.md 4 to 7, 9, 15.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "sched/event_queue.h"
#include "sched/model_spec.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::sched {

// The events of one running request. Destroying it before the last event cancels the request.
class EventStream {
public:
    virtual ~EventStream() = default;
    // The next event; after Done, Failed or Embedded do not call again. A dead runner arrives as
    // Failed with the text of scheduler-runtime.md 9.5.
    virtual boost::asio::awaitable<Event> next() = 0;
    // The same, or nothing when none came for as long as `patience`.
    virtual boost::asio::awaitable<std::optional<Event>> next_within(
        std::chrono::steady_clock::duration patience) = 0;
    // Makes a pending or later next() return Failed{cancelled}; the runner stops within one step.
    // Idempotent.
    virtual void cancel() = 0;
};

// Holds a model in memory; the idle timer starts when the last lease on a runner goes.
class Lease {
public:
    virtual ~Lease() = default;
    virtual const wire::Loaded& info() const = 0;
    virtual std::unique_ptr<EventStream> generate(wire::Generate request) = 0;
    virtual std::unique_ptr<EventStream> embed(wire::Embed request) = 0;
};

// One line of `ps`.
struct RunningModel {
    std::string name;
    std::string digest;
    std::string key;
    std::int64_t memory_bytes = 0;
    std::int64_t gpu_memory_bytes = 0;
    std::int64_t context_length = 0;
    std::chrono::system_clock::time_point expires_at;  // time_point::max() = forever
    std::int64_t pid = 0;
    bool loading = false;
};

// Stops a waiting acquire when its client goes away: the handler connects Response::on_cancel to
// `request_stop`.
class CancelToken {
public:
    void request_stop();
    bool stop_requested() const { return stopped_; }
    // Calls `f` once when stopped, at once if that has happened already. Replaces an earlier one;
    // nullptr removes it.
    void on_stop(std::function<void()> f);

private:
    bool stopped_ = false;
    std::function<void()> callback_;
};

class Pool {
public:
    Pool(boost::asio::io_context& io, const Settings& settings, std::string program_path);
    ~Pool();

    // Finds, loads or waits for the runner of `spec`. keep_alive: unset leaves a loaded runner's
    // value alone; 0 unloads when the request has ended; kForever never. Errors: busy (503, exact
    // text), cancelled (499 "request canceled"), no_memory, and load failures (500).
    //
    // `on_waiting` is told about once a second how many requests are before this one, as long as it
    // has to wait.
    using OnWaiting = std::function<boost::asio::awaitable<void>(std::size_t n_before)>;
    boost::asio::awaitable<Result<std::unique_ptr<Lease>>> acquire(
        ModelSpec spec, std::optional<Duration> keep_alive, std::shared_ptr<CancelToken> cancel,
        OnWaiting on_waiting = nullptr);
    // Unloads as soon as idle; nothing happens when it is not loaded.
    void unload(const std::string& key);
    std::vector<RunningModel> running() const;
    // Tells runners to finish (at most `grace_ms`), then ends them; no process is left when this
    // returns.
    boost::asio::awaitable<void> shutdown(std::int64_t grace_ms);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace corral::sched
