// The part of the scheduler that finds room: how much memory is left, and who has to go when that
// is not enough.

#include <algorithm>
#include <tuple>

#include "sched/devices.h"
#include "sched/scheduler.h"

namespace corral::sched {

namespace {

constexpr std::uint64_t kAutomaticLoadedModels = 3;  // per GPU, or without one

}  // namespace

void Scheduler::forget_devices() {
    if (device_knowledge_ == DeviceKnowledge::fresh) device_knowledge_ = DeviceKnowledge::stale;
    if (device_knowledge_ == DeviceKnowledge::asked) device_knowledge_ = DeviceKnowledge::outdated;
}

// False while it has to be found out what the GPUs have free.
bool Scheduler::knows_devices(Effects& effects) {
    if (device_knowledge_ == DeviceKnowledge::stale) {
        device_knowledge_ = DeviceKnowledge::asked;
        effects.emplace_back(RefreshDevices{});
    }
    return device_knowledge_ == DeviceKnowledge::fresh;
}

bool Scheduler::clear_all_others(Round& round) {
    round.exclusive = true;
    for (auto& [id, runner] : runners_) runner.retiring = true;
    return runners_.empty();
}

// One runner has to go: one that is about to anyway, else the best victim.
void Scheduler::claim_slot(Round& round, Time now) {
    for (const auto& [id, runner] : runners_) {
        const bool departing = runner.retiring || runner.phase == Phase::stopping;
        if (departing && round.claimed.insert(id).second) return;
    }
    const auto candidates = victims(round, now);
    if (!candidates.empty()) claim(*candidates.front(), round);
}

void Scheduler::claim(Runner& runner, Round& round) {
    runner.retiring = true;
    round.claimed.insert(runner.id);
}

// Memory for a model: there is enough (`placement` says where), there will be when those who have
// been told to leave have left, or there cannot be.
//
// Beside other models on the GPUs a model goes there as a whole or sends them away; part of it
// stays in system memory only where it would not fit even alone.
Scheduler::Room Scheduler::make_room(const Waiting& waiting, Round& round, Placement& placement,
                                     Error& why, Time now) {
    const Budget budget = this->budget();
    if (auto found = placed(waiting, budget, Fullness::whole)) {
        placement = std::move(*found);
        return Room::yes;
    }
    if (claim_enough(waiting, round, budget, now)) return Room::later;
    const bool may_change = std::ranges::any_of(runners_, [&](const auto& item) {
        return item.second.phase == Phase::loading || round.claimed.contains(item.first);
    });
    if (may_change) return Room::later;
    Budget alone = budget;
    for (const auto& [id, runner] : runners_) alone.give_back(runner.footprint);
    if (!wants_devices(waiting.spec, budget) || !placed(waiting, alone, Fullness::partial)) {
        const std::int64_t fewest =
            config_.placement.fixed_parallel ? waiting.spec.load.n_parallel : 1;
        const auto needed = estimate_memory(
            waiting.spec, resolved_context(waiting.spec, automatic_context_of(waiting)),
            std::max<std::int64_t>(fewest, 1));
        why = not_enough_memory(needed.total(), alone.system_bytes);
        return Room::never;
    }
    if (claim_device_users(round)) return Room::later;
    if (auto found = placed(waiting, budget, Fullness::partial)) {
        placement = std::move(*found);
        return Room::yes;
    }
    for (Runner* runner : victims(round, now)) claim(*runner, round);
    return Room::later;
}

// Sends away as few as make room for the whole model; nobody when all together do not.
bool Scheduler::claim_enough(const Waiting& waiting, Round& round, Budget budget, Time now) {
    std::vector<Runner*> chosen;
    std::vector<Runner*> candidates = leaving(round);
    std::ranges::copy(victims(round, now), std::back_inserter(candidates));
    const auto fits = [&](const Budget& room) {
        return placed(waiting, room, Fullness::whole).has_value();
    };
    Budget with_all = budget;
    for (Runner* runner : candidates) {
        with_all.give_back(runner->footprint);
        chosen.push_back(runner);
        if (fits(with_all)) break;
    }
    if (chosen.empty() || !fits(with_all)) return false;
    // Those worth most come last; some before the one that made it fit may not be needed.
    for (std::size_t i = chosen.size() - 1; i-- > 0;) {
        if (is_leaving(*chosen[i])) continue;
        Budget without = budget;
        for (std::size_t j = 0; j < chosen.size(); ++j)
            if (j != i) without.give_back(chosen[j]->footprint);
        if (fits(without)) chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (Runner* runner : chosen) claim(*runner, round);
    return true;
}

// Everybody leaves the GPUs. False when nobody is there.
bool Scheduler::claim_device_users(Round& round) {
    bool any = false;
    for (auto& [id, runner] : runners_) {
        if (!runner.footprint.uses_devices()) continue;
        claim(runner, round);
        any = true;
    }
    return any;
}

bool Scheduler::is_leaving(const Runner& runner) {
    return runner.retiring || runner.phase == Phase::stopping;
}

// Runners on their way out whose room nobody has claimed.
std::vector<Scheduler::Runner*> Scheduler::leaving(const Round& round) {
    std::vector<Runner*> list;
    for (auto& [id, runner] : runners_)
        if (runner.phase != Phase::loading && is_leaving(runner) && !round.claimed.contains(id))
            list.push_back(&runner);
    return list;
}

// Ready runners in the order in which they may be sent away.
std::vector<Scheduler::Runner*> Scheduler::victims(const Round& round, Time now) {
    using Seconds = std::chrono::duration<double>;
    // What its absence is expected to cost: the time of a load, the likelier the more recently it
    // was used. Loads under a second count alike.
    const auto regret = [now](const Runner& runner) {
        const double load = std::max(Seconds(runner.load_time).count(), 1.0);
        return load / (Seconds(now - runner.last_used).count() + 1);
    };
    std::vector<Runner*> list;
    for (auto& [id, runner] : runners_)
        if (runner.phase == Phase::ready && !runner.retiring && !round.claimed.contains(id))
            list.push_back(&runner);
    std::ranges::sort(list, {}, [&](const Runner* runner) {
        return std::tuple(runner->n_leases > 0, runner->keep_alive, regret(*runner),
                          runner->spec.key);
    });
    return list;
}

std::optional<Placement> Scheduler::placed(const Waiting& waiting, const Budget& budget,
                                           Fullness fullness) const {
    return place_model(waiting.spec, automatic_context_of(waiting), budget, config_.placement,
                       fullness);
}

std::int64_t Scheduler::automatic_context_of(const Waiting& waiting) const {
    const std::int64_t usual = automatic_context(devices_);
    return waiting.n_ctx_most > 0 ? std::min(usual, waiting.n_ctx_most) : usual;
}

Budget Scheduler::budget() const {
    Machine machine = memory_();
    machine.devices = devices_;
    Footprint tracked, loading;
    for (const auto& [id, runner] : runners_) {
        tracked += runner.footprint;
        if (runner.phase == Phase::loading) loading += runner.footprint;
    }
    return budget_for(machine, tracked, loading);
}

// What a runner reports is truer than the estimate. Which device has how much of it is known only
// where there is one.
void Scheduler::take_report(Runner& runner) {
    if (runner.info.memory_bytes <= 0) return;
    Footprint& footprint = runner.footprint;
    const std::int64_t on_devices = runner.info.gpu_memory_bytes;
    footprint.system_bytes = runner.info.memory_bytes - on_devices;
    if (footprint.device_bytes.size() == 1) footprint.device_bytes.begin()->second = on_devices;
}

std::size_t Scheduler::limit() const {
    const std::size_t n_devices = std::max<std::size_t>(devices_.size(), 1);
    return config_.max_loaded_models > 0 ? config_.max_loaded_models
                                         : kAutomaticLoadedModels * n_devices;
}

}  // namespace corral::sched
