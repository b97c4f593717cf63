#include "sched/scheduler.h"

#include <algorithm>
#include <cmath>

#include "sched/devices.h"
#include "sched/reload.h"

namespace corral::sched {

namespace {

constexpr std::int64_t kLongestRetryS = 60;

// A time so far away that it does not fit is "never".
Time later(Time now, Duration duration) {
    return duration >= Time::max() - now ? Time::max() : now + duration;
}

Error busy(std::int64_t retry_after_s) {
    return {.code = ErrorCode::busy,
            .message = "server busy, please try again.  maximum pending requests exceeded",
            .http_status = 503,
            .retry_after_s = static_cast<int>(retry_after_s)};
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
    : config_(config),
      memory_(std::move(memory)),
      device_knowledge_(config.discovers ? DeviceKnowledge::asked : DeviceKnowledge::fresh) {}

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
        effects.emplace_back(FailRequest{id, busy(retry_after_s())});
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
    runner->load_time = now - runner->started;
    usual_load_time_ = (usual_load_time_ + runner->load_time) / 2;
    take_report(*runner);
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
    if (runner->footprint.uses_devices()) forget_devices();
    runners_.erase(id);
    schedule(now, effects);
    return effects;
}

Effects Scheduler::devices(std::vector<wire::Device> usable, Time now) {
    Effects effects;
    devices_ = std::move(usable);
    const bool outdated = device_knowledge_ == DeviceKnowledge::outdated;
    device_knowledge_ = outdated ? DeviceKnowledge::stale : DeviceKnowledge::fresh;
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

std::optional<QueuePosition> Scheduler::position(RequestId id) const {
    const auto found = std::ranges::find(waiting_, id, &Waiting::id);
    if (found == waiting_.end()) return std::nullopt;
    const bool loading = std::ranges::any_of(runners_, [&](const auto& item) {
        return item.second.phase == Phase::loading && item.second.spec.key == found->spec.key;
    });
    return QueuePosition{static_cast<std::size_t>(found - waiting_.begin()), loading};
}

std::int64_t Scheduler::retry_after_s() const {
    std::set<std::string> models;
    for (const Waiting& waiting : waiting_) models.insert(waiting.spec.key);
    const std::chrono::duration<double> all = usual_load_time_ * std::ssize(models);
    return std::clamp<std::int64_t>(std::lround(all.count()), 1, kLongestRetryS);
}

std::vector<RunnerStatus> Scheduler::runners(Time now) const {
    std::vector<RunnerStatus> list;
    for (const auto& [id, runner] : runners_) {
        if (runner.phase == Phase::stopping) continue;
        // While requests run, the end is what it would be if they ended now (20.6).
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
bool Scheduler::admit(Waiting& waiting, Round& round, Time now, Effects& effects) {
    if (waiting.alone && !clear_all_others(round)) return false;
    if (!knows_devices(effects)) return false;
    const std::size_t n_claimed = round.claimed.size();
    Placement placement;
    Error why;
    const Room room = make_room(waiting, round, placement, why, now);
    if (room == Room::never) {
        effects.emplace_back(FailRequest{waiting.id, std::move(why)});
        return true;
    }
    if (runners_.size() < limit()) {
        if (room == Room::yes) start(waiting, std::move(placement), now, effects);
    } else if (round.claimed.size() == n_claimed) {
        claim_slot(round, now);
    }
    return false;
}

void Scheduler::start(const Waiting& waiting, Placement placement, Time now, Effects& effects) {
    Runner runner;
    runner.id = next_runner_++;
    runner.spec = waiting.spec;
    runner.info.n_ctx = placement.n_ctx;
    runner.keep_alive = config_.keep_alive;
    runner.started = runner.last_used = runner.last_progress = now;
    StartRunner effect{runner.id, waiting.spec.name, waiting.spec.load};
    effect.load.n_parallel = placement.n_parallel;
    effect.load.options.num_ctx = placement.n_ctx;
    if (placement.n_batch > 0) effect.load.options.num_batch = placement.n_batch;
    effect.load.devices = std::move(placement.devices);
    effect.load.fit_layers = config_.fit_layers;
    effect.load.device_margin_bytes = config_.device_margin_bytes;
    runner.footprint = std::move(placement.footprint);
    if (runner.footprint.uses_devices()) forget_devices();
    runners_.emplace(runner.id, std::move(runner));
    effects.emplace_back(std::move(effect));
}

void Scheduler::hand_out(Runner& runner, const Waiting& waiting, Effects& effects) {
    ++runner.n_leases;
    runner.expires_at.reset();
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

// A load has failed: so have those who waited for it, except that lack of memory is worth one more
// try: with the others gone, and with the next smaller context where nobody chose one
// (scheduler-runtime.md 7.7).
void Scheduler::end_load(const Runner& runner, const Error& error, Effects& effects) {
    const bool no_memory = error.code == ErrorCode::no_memory;
    const std::int64_t smaller = smaller_context(runner);
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (waiting.spec.key != runner.spec.key || !serves(runner, waiting.spec)) return false;
        const bool may_shrink = waiting.spec.context_automatic && smaller > 0;
        if (no_memory && !waiting.alone && (may_shrink || runners_.size() > 1)) {
            waiting.alone = true;
            if (may_shrink) waiting.n_ctx_most = smaller;
            return false;
        }
        effects.emplace_back(FailRequest{waiting.id, error});
        return true;
    });
}

// The tier below the context a runner was to have; 0 when there is none.
std::int64_t Scheduler::smaller_context(const Runner& runner) {
    for (const std::int64_t tier : kContextTiers)
        if (tier < runner.info.n_ctx) return tier;
    return 0;
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

bool Scheduler::serves(const Runner& runner, const ModelSpec& wanted) const {
    return !needs_reload(runner.spec, runner.info.n_ctx, wanted, automatic_context(devices_));
}

}  // namespace corral::sched
