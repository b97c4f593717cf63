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
#include "sched/admission.h"
#include "sched/load_backoff.h"
#include "sched/model_spec.h"
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
    bool fixed_parallel = false;  // never load with fewer sequences than asked, to save memory
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
using Effect = std::variant<StartRunner, StopRunner, HandOut, FailRequest>;
using Effects = std::vector<Effect>;

// One runner as `ps` shows it.
struct RunnerStatus {
    RunnerId id = 0;
    const ModelSpec* spec = nullptr;  // valid until the next event
    const wire::Loaded* info = nullptr;
    bool loading = false;
    Time expires_at;  // Time::max() = forever
};

class Scheduler {
public:
    using MemoryProbe = std::function<Memory()>;
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
    // True when no process is left.
    bool empty() const { return runners_.empty(); }

private:
    enum class Phase { loading, ready, stopping };

    struct Runner {
        RunnerId id = 0;
        ModelSpec spec;
        Phase phase = Phase::loading;
        wire::Loaded info;
        std::int64_t memory_bytes = 0;  // estimated while loading, then as reported
        Duration keep_alive{};
        std::size_t n_leases = 0;
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
    };

    // What the earlier requests of one pass over the queue have laid claim to.
    struct Round {
        std::set<std::string> keys;  // models somebody waits for already
        std::set<RunnerId> claimed;  // departing runners whose room is spoken for
        bool exclusive = false;      // somebody waits for all others to go
    };

    enum class Room { yes, later, never };

    void schedule(Time now, Effects& effects);
    bool place(Waiting& waiting, Round& round, Time now, Effects& effects);
    bool admit(const Waiting& waiting, Round& round, Time now, Effects& effects);
    bool clear_all_others(Round& round);
    void claim_slot(Round& round);
    Room make_room(const ModelSpec& spec, Round& round, std::int64_t& n_parallel, Error& why);
    std::vector<Runner*> victims(const Round& round);
    void start(const Waiting& waiting, std::int64_t n_parallel, Time now, Effects& effects);
    void hand_out(Runner& runner, const Waiting& waiting, Effects& effects);
    void stop(Runner& runner, StopMode mode, Effects& effects);
    void stop_idle(Time now, Effects& effects);
    void abort_unwanted_loads(Effects& effects);
    void end_load(const Runner& runner, const Error& error, Effects& effects);
    bool queue_full() const;

    Runner* find(RunnerId id);
    Runner* current(const std::string& key);
    Runner* stopping(const std::string& key);
    static bool serves(const Runner& runner, const ModelSpec& wanted);
    MemoryUse memory_use() const;
    std::size_t limit() const;

    SchedulerConfig config_;
    MemoryProbe memory_;
    std::map<RunnerId, Runner> runners_;
    std::deque<Waiting> waiting_;
    std::map<RequestId, RunnerId> leases_;
    LoadBackoff backoff_;
    RunnerId next_runner_ = 1;
    bool shutting_down_ = false;
};

}  // namespace corral::sched
