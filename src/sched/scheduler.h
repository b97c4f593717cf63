#pragma once

// Purpose: decides which model is in memory, which request gets which runner, and what happens when
// something ends. A pure class: events are its methods, what is to be done comes back as a list of
// effects. No locks, no I/O, no clock; the same events give the same effects.
//
// A runner goes loading → ready → stopping and disappears when its process has exited. A request
// waits until it is handed a runner or failed; a handed out request holds its runner until
// `released`. All that waits is looked at in the order it came, after every event, and everything
// that can be settled is settled: a request that has to wait for one model does not hold up those
// for others.
//
// GPUs are looked at before every load, by somebody else: the scheduler asks (RefreshDevices) and
// goes on when it is told (`devices`). Requests that need no load do not wait for that.
//
// Who has to go when there is no room: idle runners before busy ones, then the shortest keep-alive,
// then what is expected to be missed least (the time a load takes, for every second it has not been
// used); of these as few as free enough.
//
// Source: native-api.md 6, scheduler-runtime.md 4 to 7, 9, 20.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "sched/load_backoff.h"
#include "sched/model_spec.h"
#include "sched/placement.h"
#include "wire/event.h"

namespace corral::sched {

using RunnerId = std::uint64_t;
using RequestId = std::uint64_t;
using Time = std::chrono::steady_clock::time_point;

struct SchedulerConfig {
    Duration keep_alive = std::chrono::minutes(5);
    Duration load_timeout = std::chrono::minutes(5);  // without a sign of life
    std::uint64_t max_queue = 512;
    std::uint64_t max_loaded_models = 0;  // 0 = automatic
    PlacementRules placement;
    bool discovers = false;  // GPUs are unknown until `devices` tells
    bool fit_layers = true;  // passed on in wire::Load, as is the next
    std::int64_t device_margin_bytes = 0;
};

enum class StopMode {
    drain,  // let it end by itself, then insist
    kill,   // at once: nobody wants its work any more
};

struct StartRunner {
    RunnerId runner;
    std::string model_name;
    wire::Load load;
};
struct StopRunner {
    RunnerId runner;
    StopMode mode;
};
struct HandOut {
    RequestId request;
    RunnerId runner;
};
struct FailRequest {
    RequestId request;
    Error error;
};
// Find out what the GPUs have free, then call `devices`.
struct RefreshDevices {};
using Effect = std::variant<StartRunner, StopRunner, HandOut, FailRequest, RefreshDevices>;
using Effects = std::vector<Effect>;

// One runner as `ps` shows it.
struct RunnerStatus {
    RunnerId id = 0;
    const ModelSpec* spec = nullptr;  // valid until the next event
    const wire::Loaded* info = nullptr;
    bool loading = false;
    Time expires_at;  // Time::max() = forever; while requests run: if they ended now
};

// What a request that has not been handed out waits for.
struct QueuePosition {
    std::size_t n_before = 0;  // requests that came earlier and wait too
    bool loading = false;      // its model is being loaded
};

class Scheduler {
public:
    // What the machine has; its devices are filled in by the scheduler.
    using MemoryProbe = std::function<Machine()>;
    Scheduler(SchedulerConfig config, MemoryProbe memory);

    // A client asks for a model. `keep_alive` as in Pool::acquire.
    Effects request(RequestId id, ModelSpec spec, std::optional<Duration> keep_alive, Time now);
    // The client of a waiting request has gone.
    Effects cancel(RequestId id, Time now);
    // A handed out request has ended.
    Effects release(RequestId id, Time now);

    // A loading runner shows life; `last_error` is what it complained about so far.
    Effects load_progress(RunnerId id, std::string last_error, Time now);
    Effects loaded(RunnerId id, const wire::Loaded& info, Time now);
    // The runner says why it cannot load, or could not be started; it is about to exit.
    Effects load_failed(RunnerId id, Error error, Time now);
    // The process is gone. `error` is what those who waited for it are told.
    Effects exited(RunnerId id, Error error, Time now);
    // A request ran out of memory: everything leaves as soon as it is idle
    // (scheduler-runtime.md 7.8).
    Effects out_of_memory(Time now);

    // The answer to RefreshDevices, or what was found out by itself.
    Effects devices(std::vector<wire::Device> usable, Time now);

    // The user wants the model out, as soon as it is idle.
    Effects unload(const std::string& key, Time now);
    Effects tick(Time now);
    // Nothing new is accepted; what is idle ends, what waits fails. The second form ends everything
    // at once.
    Effects shutdown(Time now);
    Effects stop_all(Time now);

    // When `tick` is due; Time::max() = not until something else happens.
    Time next_deadline() const;
    // Loading and ready runners, in no particular order.
    std::vector<RunnerStatus> runners(Time now) const;
    std::size_t n_waiting() const { return waiting_.size(); }
    // Unset once it has been handed out or has failed.
    std::optional<QueuePosition> position(RequestId id) const;
    // Seconds after which a refused client may find room: what loads have taken lately, for each of
    // those who wait.
    std::int64_t retry_after_s() const;
    // True when no process is left.
    bool empty() const { return runners_.empty(); }

private:
    enum class Phase { loading, ready, stopping };

    struct Runner {
        RunnerId id = 0;
        ModelSpec spec;
        Phase phase = Phase::loading;
        wire::Loaded info;
        Footprint footprint;  // estimated while loading, then as reported
        Duration keep_alive{};
        std::size_t n_leases = 0;
        Time started;
        Duration load_time{};
        Time last_used;
        std::optional<Time> expires_at;
        Time last_progress;
        std::string last_error;
        // Takes no new requests, because an earlier one waits for its memory or for its successor.
        // Worked out anew after every event, so that it ends when nobody waits any more.
        bool retiring = false;
    };

    struct Waiting {
        RequestId id = 0;
        ModelSpec spec;
        std::optional<Duration> keep_alive;
        Time retry_at = Time::max();  // held back by crashes until then
        bool alone = false;           // no memory beside other models: load again with them gone
        std::int64_t n_ctx_most = 0;  // an automatic context is to be smaller; 0 = no bound
    };

    // What the earlier requests of one pass over the queue have laid claim to.
    struct Round {
        std::set<std::string> keys;  // models somebody waits for already
        std::set<RunnerId> claimed;  // departing runners whose room is spoken for
        bool exclusive = false;      // somebody waits for all others to go
    };

    enum class Room { yes, later, never };
    enum class DeviceKnowledge {
        stale,
        asked,
        outdated,  // asked, but memory has changed hands since
        fresh,
    };

    void schedule(Time now, Effects& effects);
    bool place(Waiting& waiting, Round& round, Time now, Effects& effects);
    bool admit(Waiting& waiting, Round& round, Time now, Effects& effects);
    // Finding room (scheduler_room.cpp).
    bool clear_all_others(Round& round);
    void claim_slot(Round& round, Time now);
    void forget_devices();
    bool knows_devices(Effects& effects);
    Room make_room(const Waiting& waiting, Round& round, Placement& placement, Error& why,
                   Time now);
    bool claim_enough(const Waiting& waiting, Round& round, Budget budget, Time now);
    bool claim_device_users(Round& round);
    static void claim(Runner& runner, Round& round);
    static bool is_leaving(const Runner& runner);
    std::vector<Runner*> leaving(const Round& round);
    std::vector<Runner*> victims(const Round& round, Time now);
    std::optional<Placement> placed(const Waiting& waiting, const Budget& budget,
                                    Fullness fullness) const;
    std::int64_t automatic_context_of(const Waiting& waiting) const;
    Budget budget() const;
    static void take_report(Runner& runner);
    std::size_t limit() const;

    void start(const Waiting& waiting, Placement placement, Time now, Effects& effects);
    void hand_out(Runner& runner, const Waiting& waiting, Effects& effects);
    void stop(Runner& runner, StopMode mode, Effects& effects);
    void stop_idle(Time now, Effects& effects);
    void abort_unwanted_loads(Effects& effects);
    void end_load(const Runner& runner, const Error& error, Effects& effects);
    static std::int64_t smaller_context(const Runner& runner);
    bool queue_full() const;

    Runner* find(RunnerId id);
    Runner* current(const std::string& key);
    Runner* stopping(const std::string& key);
    bool serves(const Runner& runner, const ModelSpec& wanted) const;

    SchedulerConfig config_;
    MemoryProbe memory_;
    std::map<RunnerId, Runner> runners_;
    std::deque<Waiting> waiting_;
    std::map<RequestId, RunnerId> leases_;
    std::vector<wire::Device> devices_;
    DeviceKnowledge device_knowledge_;
    Duration usual_load_time_{};
    LoadBackoff backoff_;
    RunnerId next_runner_ = 1;
    bool shutting_down_ = false;
};

}  // namespace corral::sched
