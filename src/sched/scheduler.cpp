#include "sched/scheduler.h"

#include <algorithm>
#include <tuple>

#include "sched/reload.h"

namespace corral::sched {

namespace {

constexpr std::uint64_t kAutomaticLoadedModels = 3;  // per GPU, or without one

// A time so far away that it does not fit is "never".
Time later(Time now, Duration duration) {
    return duration >= Time::max() - now ? Time::max() : now + duration;
}

Error busy() {
    return {.code = ErrorCode::busy,
            .message = "server busy, please try again.  maximum pending requests exceeded",
            .http_status = 503};
}

Error request_canceled() {
    return {.code = ErrorCode::cancelled, .message = "request canceled", .http_status = 499};
}

Error going_down() {
    return {.code = ErrorCode::unavailable,
            .message = "the server is shutting down",
            .http_status = 503};
}

Error load_stalled(const std::string& last_error) {
    const char* separator = last_error.empty() ? "" : " - ";
    return {.code = ErrorCode::unavailable,
            .message = fmt::format("timed out waiting for the model runner to start{}{}", separator,
                                   last_error),
            .http_status = 500};
}

}  // namespace

Scheduler::Scheduler(SchedulerConfig config, MemoryProbe memory)
    : config_(config), memory_(std::move(memory)) {}

Effects Scheduler::request(RequestId id, ModelSpec spec, std::optional<Duration> keep_alive,
                           Time now) {
    Effects effects;
    if (shutting_down_) {
        effects.emplace_back(FailRequest{id, going_down()});
        return effects;
    }
    const Runner* runner = current(spec.key);
    const bool at_hand = runner != nullptr && runner->phase == Phase::ready && !runner->retiring &&
                         serves(*runner, spec);
    if (!at_hand && queue_full()) {
        effects.emplace_back(FailRequest{id, busy()});
        return effects;
    }
    waiting_.push_back({.id = id, .spec = std::move(spec), .keep_alive = keep_alive});
    schedule(now, effects);
    return effects;
}

Effects Scheduler::cancel(RequestId id, Time now) {
    Effects effects;
    auto found = std::ranges::find(waiting_, id, &Waiting::id);
    if (found == waiting_.end()) return effects;
    waiting_.erase(found);
    effects.emplace_back(FailRequest{id, request_canceled()});
    schedule(now, effects);
    return effects;
}

Effects Scheduler::release(RequestId id, Time now) {
    Effects effects;
    auto lease = leases_.find(id);
    if (lease == leases_.end()) return effects;
    if (Runner* runner = find(lease->second)) {
        runner->last_used = now;
        // The idle time counts from here; stop_idle() sets it if nobody else takes the runner.
        if (--runner->n_leases == 0) runner->expires_at.reset();
    }
    leases_.erase(lease);
    schedule(now, effects);
    return effects;
}

Effects Scheduler::load_progress(RunnerId id, std::string last_error, Time now) {
    if (Runner* runner = find(id)) {
        runner->last_progress = now;
        runner->last_error = std::move(last_error);
    }
    return {};
}

Effects Scheduler::loaded(RunnerId id, const wire::Loaded& info, Time now) {
    Effects effects;
    Runner* runner = find(id);
    if (runner == nullptr || runner->phase != Phase::loading) return effects;
    runner->phase = Phase::ready;
    runner->info = info;
    runner->last_used = now;
    if (info.memory_bytes > 0) runner->memory_bytes = info.memory_bytes;
    backoff_.succeeded(runner->spec.key);
    schedule(now, effects);
    return effects;
}

Effects Scheduler::load_failed(RunnerId id, Error error, Time now) {
    Effects effects;
    Runner* runner = find(id);
    if (runner == nullptr || runner->phase != Phase::loading) return effects;
    end_load(*runner, error, effects);
    stop(*runner, StopMode::drain, effects);
    schedule(now, effects);
    return effects;
}

Effects Scheduler::exited(RunnerId id, Error error, Time now) {
    Effects effects;
    Runner* runner = find(id);
    if (runner == nullptr) return effects;
    if (runner->phase == Phase::loading) {
        backoff_.crashed(runner->spec.key, now);
        end_load(*runner, error, effects);
    }
    runners_.erase(id);
    schedule(now, effects);
    return effects;
}

Effects Scheduler::out_of_memory(Time now) {
    Effects effects;
    for (auto& [id, runner] : runners_) {
        if (runner.phase != Phase::ready) continue;
        runner.keep_alive = Duration::zero();
        runner.expires_at = now;
    }
    schedule(now, effects);
    return effects;
}

Effects Scheduler::unload(const std::string& key, Time now) {
    Effects effects;
    if (Runner* runner = current(key); runner != nullptr && runner->phase == Phase::ready) {
        runner->keep_alive = Duration::zero();
        runner->expires_at = now;
    }
    schedule(now, effects);
    return effects;
}

Effects Scheduler::tick(Time now) {
    Effects effects;
    for (auto& [id, runner] : runners_) {
        if (runner.phase != Phase::loading) continue;
        if (later(runner.last_progress, config_.load_timeout) > now) continue;
        end_load(runner, load_stalled(runner.last_error), effects);
        stop(runner, StopMode::kill, effects);
    }
    schedule(now, effects);
    return effects;
}

Effects Scheduler::shutdown(Time now) {
    Effects effects;
    shutting_down_ = true;
    for (const Waiting& waiting : waiting_)
        effects.emplace_back(FailRequest{waiting.id, going_down()});
    waiting_.clear();
    schedule(now, effects);
    return effects;
}

Effects Scheduler::stop_all(Time now) {
    Effects effects = shutdown(now);
    for (auto& [id, runner] : runners_)
        if (runner.phase != Phase::stopping) stop(runner, StopMode::kill, effects);
    return effects;
}

Time Scheduler::next_deadline() const {
    Time earliest = Time::max();
    for (const auto& [id, runner] : runners_) {
        if (runner.phase == Phase::loading)
            earliest = std::min(earliest, later(runner.last_progress, config_.load_timeout));
        if (runner.phase == Phase::ready && runner.n_leases == 0 && runner.expires_at)
            earliest = std::min(earliest, *runner.expires_at);
    }
    for (const Waiting& waiting : waiting_) earliest = std::min(earliest, waiting.retry_at);
    return earliest;
}

std::vector<RunnerStatus> Scheduler::runners(Time now) const {
    std::vector<RunnerStatus> list;
    for (const auto& [id, runner] : runners_) {
        if (runner.phase == Phase::stopping) continue;
        // While the first request runs, the end is what it would be if that request ended now.
        list.push_back({.id = id,
                        .spec = &runner.spec,
                        .info = &runner.info,
                        .loading = runner.phase == Phase::loading,
                        .expires_at = runner.expires_at.value_or(later(now, runner.keep_alive))});
    }
    return list;
}

// Settles everything that can be settled now. Safe to call at any time: without news it does
// nothing.
void Scheduler::schedule(Time now, Effects& effects) {
    for (auto& [id, runner] : runners_) runner.retiring = shutting_down_;
    backoff_.forget_old(now);
    abort_unwanted_loads(effects);
    Round round;
    for (auto it = waiting_.begin(); it != waiting_.end();)
        it = place(*it, round, now, effects) ? waiting_.erase(it) : std::next(it);
    stop_idle(now, effects);
}

// One waiting request; true when it has been settled.
bool Scheduler::place(Waiting& waiting, Round& round, Time now, Effects& effects) {
    waiting.retry_at = Time::max();
    Runner* runner = current(waiting.spec.key);
    const bool fits = runner != nullptr && serves(*runner, waiting.spec);
    if (fits && runner->phase == Phase::ready && !runner->retiring) {
        hand_out(*runner, waiting, effects);
        return true;
    }
    const bool first_of_its_model = round.keys.insert(waiting.spec.key).second;
    if (!first_of_its_model) return false;
    if (runner != nullptr) {
        if (runner->phase == Phase::ready && !fits) {
            runner->retiring = true;
            round.claimed.insert(runner->id);
        }
        return false;
    }
    if (const Runner* old = stopping(waiting.spec.key)) {
        round.claimed.insert(old->id);
        return false;
    }
    if (const Time not_before = backoff_.not_before(waiting.spec.key); not_before > now) {
        waiting.retry_at = not_before;
        return false;
    }
    if (round.exclusive) return false;
    return admit(waiting, round, now, effects);
}

// Starts a runner for a request, or sees to it that there will be room for one. True when the
// request has failed; a started runner leaves its request waiting for the load.
bool Scheduler::admit(const Waiting& waiting, Round& round, Time now, Effects& effects) {
    if (waiting.alone && !clear_all_others(round)) return false;
    const std::size_t n_claimed = round.claimed.size();
    std::int64_t n_parallel = 0;
    Error why;
    const Room room = make_room(waiting.spec, round, n_parallel, why);
    if (room == Room::never) {
        effects.emplace_back(FailRequest{waiting.id, std::move(why)});
        return true;
    }
    if (runners_.size() < limit()) {
        if (room == Room::yes) start(waiting, n_parallel, now, effects);
    } else if (round.claimed.size() == n_claimed) {
        claim_slot(round);
    }
    return false;
}

bool Scheduler::clear_all_others(Round& round) {
    round.exclusive = true;
    for (auto& [id, runner] : runners_) runner.retiring = true;
    return runners_.empty();
}

// One runner has to go: one that is about to anyway, else the best victim.
void Scheduler::claim_slot(Round& round) {
    for (const auto& [id, runner] : runners_) {
        const bool departing = runner.retiring || runner.phase == Phase::stopping;
        if (departing && round.claimed.insert(id).second) return;
    }
    auto candidates = victims(round);
    if (candidates.empty()) return;
    candidates.front()->retiring = true;
    round.claimed.insert(candidates.front()->id);
}

// Memory for a model: there is enough (`n_parallel` says for how many sequences), there will be
// when those who have been told to leave have left, or there cannot be.
Scheduler::Room Scheduler::make_room(const ModelSpec& spec, Round& round, std::int64_t& n_parallel,
                                     Error& why) {
    const Memory machine = memory_();
    n_parallel = std::max<std::int64_t>(spec.load.n_parallel, 1);
    if (machine.total_bytes <= 0) return Room::yes;

    std::int64_t room = free_memory(machine, memory_use());
    const bool fixed = config_.fixed_parallel;
    n_parallel = fitting_parallel(spec, room, fixed);
    if (n_parallel > 0) return Room::yes;

    bool may_change = false;
    std::vector<Runner*> leaving;
    for (auto& [id, runner] : runners_) {
        if (runner.phase == Phase::loading || round.claimed.contains(id))
            may_change = true;
        else if (runner.retiring || runner.phase == Phase::stopping)
            leaving.push_back(&runner);
    }
    std::ranges::copy(victims(round), std::back_inserter(leaving));
    std::vector<Runner*> chosen;
    for (Runner* runner : leaving) {
        room += runner->memory_bytes;
        chosen.push_back(runner);
        if (fitting_parallel(spec, room, fixed) == 0) continue;
        for (Runner* goes : chosen) {
            goes->retiring = true;
            round.claimed.insert(goes->id);
        }
        return Room::later;
    }
    if (may_change) return Room::later;
    const std::int64_t fewest = fixed ? std::max<std::int64_t>(spec.load.n_parallel, 1) : 1;
    why = not_enough_memory(estimate_memory(spec, fewest), room);
    return Room::never;
}

// Ready runners in the order in which they may be sent away: idle ones first, then the shortest
// keep-alive, then the one not used for longest.
std::vector<Scheduler::Runner*> Scheduler::victims(const Round& round) {
    std::vector<Runner*> list;
    for (auto& [id, runner] : runners_)
        if (runner.phase == Phase::ready && !runner.retiring && !round.claimed.contains(id))
            list.push_back(&runner);
    std::ranges::sort(list, {}, [](const Runner* runner) {
        return std::tuple(runner->n_leases > 0, runner->keep_alive, runner->last_used, runner->id);
    });
    return list;
}

void Scheduler::start(const Waiting& waiting, std::int64_t n_parallel, Time now, Effects& effects) {
    Runner runner;
    runner.id = next_runner_++;
    runner.spec = waiting.spec;
    runner.keep_alive = config_.keep_alive;
    runner.last_used = runner.last_progress = now;
    runner.memory_bytes = estimate_memory(waiting.spec, n_parallel);
    StartRunner effect{runner.id, waiting.spec.name, waiting.spec.load};
    effect.load.n_parallel = n_parallel;
    effect.load.options.num_ctx = resolved_context(waiting.spec);
    runners_.emplace(runner.id, std::move(runner));
    effects.emplace_back(std::move(effect));
}

void Scheduler::hand_out(Runner& runner, const Waiting& waiting, Effects& effects) {
    ++runner.n_leases;
    if (waiting.keep_alive) runner.keep_alive = *waiting.keep_alive;
    leases_.emplace(waiting.id, runner.id);
    effects.emplace_back(HandOut{waiting.id, runner.id});
}

void Scheduler::stop(Runner& runner, StopMode mode, Effects& effects) {
    runner.phase = Phase::stopping;
    effects.emplace_back(StopRunner{runner.id, mode});
}

void Scheduler::stop_idle(Time now, Effects& effects) {
    for (auto& [id, runner] : runners_) {
        if (runner.phase != Phase::ready || runner.n_leases > 0) continue;
        if (!runner.expires_at) runner.expires_at = later(now, runner.keep_alive);
        if (runner.retiring || *runner.expires_at <= now) stop(runner, StopMode::drain, effects);
    }
}

void Scheduler::abort_unwanted_loads(Effects& effects) {
    for (auto& [id, runner] : runners_) {
        if (runner.phase != Phase::loading) continue;
        const bool wanted = std::ranges::any_of(waiting_, [&](const Waiting& waiting) {
            return waiting.spec.key == runner.spec.key && serves(runner, waiting.spec);
        });
        if (!wanted) stop(runner, StopMode::kill, effects);
    }
}

// A load has failed: so have those who waited for it, except that lack of memory beside other
// models is worth one more try with the others gone (scheduler-runtime.md 7.7).
void Scheduler::end_load(const Runner& runner, const Error& error, Effects& effects) {
    const bool try_alone = error.code == ErrorCode::no_memory && runners_.size() > 1;
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (waiting.spec.key != runner.spec.key || !serves(runner, waiting.spec)) return false;
        if (try_alone && !waiting.alone) {
            waiting.alone = true;
            return false;
        }
        effects.emplace_back(FailRequest{waiting.id, error});
        return true;
    });
}

// The request at the head of the queue, and those whose model is being loaded for them, are not
// queued but served.
bool Scheduler::queue_full() const {
    if (waiting_.empty()) return false;
    const auto n_loading = static_cast<std::size_t>(std::ranges::count_if(
        runners_, [](const auto& item) { return item.second.phase == Phase::loading; }));
    const std::size_t n_served = std::clamp<std::size_t>(n_loading, 1, waiting_.size());
    return waiting_.size() - n_served >= config_.max_queue;
}

Scheduler::Runner* Scheduler::find(RunnerId id) {
    auto found = runners_.find(id);
    return found == runners_.end() ? nullptr : &found->second;
}

// The runner that serves, or will serve, a model.
Scheduler::Runner* Scheduler::current(const std::string& key) {
    for (auto& [id, runner] : runners_)
        if (runner.phase != Phase::stopping && runner.spec.key == key) return &runner;
    return nullptr;
}

Scheduler::Runner* Scheduler::stopping(const std::string& key) {
    for (auto& [id, runner] : runners_)
        if (runner.phase == Phase::stopping && runner.spec.key == key) return &runner;
    return nullptr;
}

bool Scheduler::serves(const Runner& runner, const ModelSpec& wanted) {
    return !needs_reload(runner.spec, runner.info.n_ctx, wanted);
}

MemoryUse Scheduler::memory_use() const {
    MemoryUse use;
    for (const auto& [id, runner] : runners_) {
        use.tracked_bytes += runner.memory_bytes;
        if (runner.phase == Phase::loading) use.loading_bytes += runner.memory_bytes;
    }
    return use;
}

std::size_t Scheduler::limit() const {
    return config_.max_loaded_models > 0 ? config_.max_loaded_models : kAutomaticLoadedModels;
}

}  // namespace corral::sched
