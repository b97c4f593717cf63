#pragma once

// Purpose: a world for tests of the Scheduler: its clock and memory are the test's, effects come
// back as text such as "start 1 a; give 1 to 2; stop 1; kill 1; fail 3: request canceled".

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "sched/scheduler.h"

namespace corral::sched::testing {

inline constexpr std::int64_t kGiB = std::int64_t{1} << 30;

inline std::string text(const StartRunner& effect) {
    return fmt::format("start {} {}", effect.runner, effect.load.model_path);
}
inline std::string text(const StopRunner& effect) {
    return fmt::format("{} {}", effect.mode == StopMode::kill ? "kill" : "stop", effect.runner);
}
inline std::string text(const HandOut& effect) {
    return fmt::format("give {} to {}", effect.runner, effect.request);
}
inline std::string text(const FailRequest& effect) {
    return fmt::format("fail {}: {}", effect.request, effect.error.message);
}

inline std::string text(const RefreshDevices& /*effect*/) {
    return "refresh";
}

inline ModelSpec model(const std::string& key) {
    ModelSpec spec;
    spec.key = spec.name = spec.load.model_path = key;
    return spec;
}

inline ModelSpec with_context(ModelSpec spec, std::int64_t num_ctx) {
    spec.load.options.num_ctx = num_ctx;
    spec.context_automatic = false;
    return spec;
}

inline ModelSpec sized(const std::string& key, std::int64_t weights_bytes) {
    ModelSpec spec = model(key);
    spec.shape.weights_bytes = weights_bytes;
    return spec;
}

// A scheduler in a world whose clock and memory the test sets; every event answers with its effects
// as text.
class World {
public:
    explicit World(SchedulerConfig config = {}) : scheduler(config, [this] { return memory; }) {}
    // With GPUs that have been found.
    World(SchedulerConfig config, std::vector<wire::Device> gpus) : World(config) {
        devices(std::move(gpus));
    }

    std::string request(RequestId id, const ModelSpec& spec,
                        std::optional<Duration> keep_alive = std::nullopt) {
        return say(scheduler.request(id, spec, keep_alive, now));
    }
    std::string request(RequestId id, const std::string& key,
                        std::optional<Duration> keep_alive = std::nullopt) {
        return request(id, model(key), keep_alive);
    }
    std::string cancel(RequestId id) { return say(scheduler.cancel(id, now)); }
    std::string release(RequestId id) { return say(scheduler.release(id, now)); }
    std::string loaded(RunnerId id, std::int64_t n_ctx = 4096, std::int64_t memory_bytes = 0) {
        wire::Loaded info;
        info.n_ctx = n_ctx;
        info.memory_bytes = memory_bytes;
        return say(scheduler.loaded(id, info, now));
    }
    std::string load_failed(RunnerId id, ErrorCode code = ErrorCode::corrupt) {
        return say(scheduler.load_failed(id, {code, "broken"}, now));
    }
    std::string exited(RunnerId id, ErrorCode code = ErrorCode::internal) {
        return say(scheduler.exited(id, {code, "crashed"}, now));
    }
    std::string devices(std::vector<wire::Device> gpus) {
        return say(scheduler.devices(std::move(gpus), now));
    }
    std::string unload(const std::string& key) { return say(scheduler.unload(key, now)); }
    std::string shutdown() { return say(scheduler.shutdown(now)); }
    std::string stop_all() { return say(scheduler.stop_all(now)); }
    std::string out_of_memory() { return say(scheduler.out_of_memory(now)); }
    std::string after(Duration duration) {
        now += duration;
        return say(scheduler.tick(now));
    }

    // Requests that start a load: what the runner is told.
    wire::Load load_of(RequestId id, const ModelSpec& spec) {
        for (const Effect& effect : scheduler.request(id, spec, std::nullopt, now))
            if (const auto* start = std::get_if<StartRunner>(&effect)) return start->load;
        return {};
    }

    // A ready, idle runner; its id is the next one.
    void load(RequestId id, const std::string& key, RunnerId runner,
              std::optional<Duration> keep_alive = std::nullopt) {
        request(id, key, keep_alive);
        loaded(runner);
        release(id);
    }

    std::optional<RunnerStatus> status(const std::string& key) const {
        for (const RunnerStatus& runner : scheduler.runners(now))
            if (runner.spec->key == key) return runner;
        return std::nullopt;
    }

    Time now{std::chrono::hours(1)};
    Machine memory;
    Scheduler scheduler;

private:
    static std::string say(const Effects& effects) {
        std::string all;
        for (const Effect& effect : effects) {
            if (!all.empty()) all += "; ";
            all += std::visit([](const auto& one) { return text(one); }, effect);
        }
        return all;
    }
};

}  // namespace corral::sched::testing
