#include "sched/pool.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "base/await.h"
#include "base/log.h"
#include "base/system.h"
#include "sched/devices.h"
#include "sched/discovery.h"
#include "sched/scheduler.h"
#include "sched/stream.h"
#include "sched/supervisor.h"

namespace corral::sched {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;
using SystemTime = std::chrono::system_clock::time_point;

namespace {

// The first time drivers may have to be started; later only the free memory is of interest.
constexpr std::chrono::seconds kDiscoverLimit{30};
constexpr std::chrono::seconds kRefreshLimit{3};
// How often a waiting request is told its place, and when for the first time.
constexpr std::chrono::seconds kTellPlaceEvery{1};

Machine probe_memory() {
    const MemoryInfo info = memory_info();
    log_debug("system memory", {{"total", info.total_bytes},
                                {"free", info.available_bytes},
                                {"free_swap", info.free_swap_bytes}});
    return {.total_bytes = static_cast<std::int64_t>(info.total_bytes),
            .available_bytes = static_cast<std::int64_t>(info.available_bytes)};
}

std::int64_t device_margin(const Settings& settings) {
    constexpr std::uint64_t kMebi = 1 << 20;
    const auto margin_mib = std::min<std::uint64_t>(settings.fit_margin_mib, kMebi);
    const auto overhead = std::min<std::uint64_t>(settings.gpu_overhead_bytes, kMebi * kMebi);
    return static_cast<std::int64_t>(margin_mib * kMebi + overhead);
}

SchedulerConfig scheduler_config(const Settings& settings) {
    return {
        .keep_alive = settings.keep_alive,
        .load_timeout = settings.load_timeout,
        .max_queue = settings.max_queue,
        .max_loaded_models = settings.max_loaded_models,
        .placement = {.spread = settings.sched_spread, .fixed_parallel = settings.num_parallel > 0},
        .discovers = true,
        .fit_layers = settings.fit_layers,
        .device_margin_bytes = device_margin(settings)};
}

std::string with_detail(std::string text, const std::string& detail) {
    if (!detail.empty()) text += ": " + detail;
    return text;
}

ErrorCode code_for(const RunnerExit& exit) {
    return says_out_of_memory(exit.last_error) ? ErrorCode::no_memory : ErrorCode::internal;
}

Error died_loading(const RunnerExit& exit) {
    return {.code = code_for(exit),
            .message =
                with_detail("model runner process has terminated: " + exit.cause, exit.last_error),
            .http_status = 500};
}

wire::Failed died_serving(const RunnerExit& exit) {
    return {ErrorCode::internal,
            with_detail("model runner has unexpectedly stopped, this may be due to resource "
                        "limitations or an internal error, check ollama server logs for details",
                        exit.last_error),
            500};
}

wire::Failed shutting_down() {
    return {ErrorCode::unavailable, "the server is shutting down", 503};
}

// What a runner says about a file that it cannot use, with advice for a model that may be newer
// than we are.
Error load_error(const wire::Failed& failed, const std::string& model_name) {
    Error error{failed.code, failed.message, {}, failed.http_status};
    const bool from_loader = failed.message.find("failed to load model") != std::string::npos;
    if (failed.code == ErrorCode::unsupported || from_loader) {
        error.message += fmt::format(
            ": this model may be incompatible with your version of Ollama. If you previously "
            "pulled this "
            "model, try updating it by running `ollama pull {}`",
            model_name);
    }
    return error;
}

void log_devices(const std::vector<wire::Device>& devices) {
    if (devices.empty()) log_info("inference compute", {{"id", "cpu"}, {"library", "cpu"}});
    std::int64_t total = 0;
    for (const wire::Device& device : devices) {
        log_info("inference compute", {{"id", device.name},
                                       {"library", device.library},
                                       {"name", device.name},
                                       {"description", device.description},
                                       {"pci_id", device.bus_id},
                                       {"type", device.integrated ? "iGPU" : "discrete"},
                                       {"total", device.total_bytes},
                                       {"available", device.free_bytes}});
        total += device.total_bytes;
    }
    log_info("vram-based default context",
             {{"total_vram", total}, {"default_num_ctx", automatic_context(devices)}});
}

SystemTime wall_time(Time time) {
    if (time == Time::max()) return SystemTime::max();
    const SystemTime now = std::chrono::system_clock::now();
    const auto distance = time - SteadyClock::now();
    return distance >= SystemTime::max() - now ? SystemTime::max() : now + distance;
}

}  // namespace

void CancelToken::request_stop() {
    if (std::exchange(stopped_, true)) return;
    if (auto callback = std::exchange(callback_, nullptr)) callback();
}

void CancelToken::on_stop(std::function<void()> f) {
    callback_ = std::move(f);
    if (!stopped_) return;
    if (auto callback = std::exchange(callback_, nullptr)) callback();
}

// Carries the scheduler's decisions out and tells it what happened.
struct Pool::State final : Supervisor::Observer, std::enable_shared_from_this<Pool::State> {
    // A runner as leases and streams know it.
    struct Runner {
        std::string model_name;
        std::shared_ptr<RunnerStreams> streams;
        Time started;
        wire::Loaded info;
    };

    // An acquire that has no answer yet.
    struct Pending {
        explicit Pending(asio::io_context& io) : answered(io, SteadyClock::time_point::max()) {}
        std::optional<Result<std::shared_ptr<Runner>>> outcome;
        asio::steady_timer answered;  // never expires; cancelled to wake the waiter
    };

    class RunnerLease;

    State(asio::io_context& context, const Settings& configured, std::string program)
        : io(context),
          settings(configured),
          scheduler(scheduler_config(configured), probe_memory),
          discovery(std::make_unique<Discovery>(context, program)),
          deadline(context),
          runner_gone(context, SteadyClock::time_point::max()) {
        supervisor = std::make_unique<Supervisor>(context, std::move(program), StopLimits{}, *this);
    }

    void on_message(RunnerId id, wire::FromRunner message) override;
    void on_output(RunnerId id, const std::string& last_error) override;
    void on_exit(RunnerId id, const RunnerExit& exit) override;

    void apply(Effects effects);
    Effects carry_out(StartRunner effect);
    Effects carry_out(const StopRunner& effect);
    Effects carry_out(const HandOut& effect);
    Effects carry_out(FailRequest effect);
    Effects carry_out(const RefreshDevices& effect);
    void discover(std::chrono::milliseconds limit);
    void found_devices(Discovery::Found found);
    void answer(RequestId id, Result<std::shared_ptr<Runner>> outcome);
    void set_deadline();
    asio::awaitable<void> wait_until_empty(Time limit);
    void complete(ModelSpec& spec) const;
    static void log_ready(RunnerId id, const Runner& runner, Time now);
    void close();

    asio::io_context& io;
    const Settings settings;
    Scheduler scheduler;
    std::unique_ptr<Supervisor> supervisor;
    std::unique_ptr<Discovery> discovery;
    std::optional<std::vector<wire::Device>> devices;  // as last found; unset before the first time
    std::map<RunnerId, std::shared_ptr<Runner>> runners;
    std::map<RequestId, Pending*> pending;
    RequestId next_request = 1;
    asio::steady_timer deadline;
    Time armed_for = Time::max();
    asio::steady_timer runner_gone;  // never expires; cancelled at every exit
};

class Pool::State::RunnerLease final : public Lease {
public:
    RunnerLease(std::shared_ptr<State> state, RequestId id, std::shared_ptr<Runner> runner)
        : state_(std::move(state)), id_(id), runner_(std::move(runner)) {}
    ~RunnerLease() override { state_->apply(state_->scheduler.release(id_, SteadyClock::now())); }

    const wire::Loaded& info() const override { return runner_->info; }
    std::unique_ptr<EventStream> generate(wire::Generate request) override {
        return runner_->streams->open(std::move(request));
    }
    std::unique_ptr<EventStream> embed(wire::Embed request) override {
        return runner_->streams->open(std::move(request));
    }

private:
    std::shared_ptr<State> state_;
    RequestId id_;
    std::shared_ptr<Runner> runner_;
};

void Pool::State::on_message(RunnerId id, wire::FromRunner message) {
    const Time now = SteadyClock::now();
    auto found = runners.find(id);
    if (found == runners.end()) return;
    const std::shared_ptr<Runner> runner = found->second;
    if (message.id != 0) {
        const auto* failed = std::get_if<wire::Failed>(&message.body);
        const bool no_memory = failed != nullptr && failed->code == ErrorCode::no_memory;
        std::visit(
            [&]<class Body>(Body& body) {
                if constexpr (std::is_constructible_v<Event, Body>)
                    runner->streams->deliver(message.id, std::move(body));
            },
            message.body);
        if (no_memory) apply(scheduler.out_of_memory(now));
        return;
    }
    if (std::holds_alternative<wire::Loading>(message.body)) {
        apply(scheduler.load_progress(id, {}, now));
    } else if (const auto* loaded = std::get_if<wire::Loaded>(&message.body)) {
        runner->info = *loaded;
        log_ready(id, *runner, now);
        log_info("loaded runners", {{"count", runners.size()}});
        supervisor->forget_errors(id);
        apply(scheduler.loaded(id, *loaded, now));
    } else if (auto* failed = std::get_if<wire::Failed>(&message.body)) {
        log_warn("model cannot be loaded", {{"runner", id}, {"error", failed->message}});
        apply(scheduler.load_failed(id, load_error(*failed, runner->model_name), now));
    }
}

void Pool::State::on_output(RunnerId id, const std::string& last_error) {
    apply(scheduler.load_progress(id, last_error, SteadyClock::now()));
}

void Pool::State::on_exit(RunnerId id, const RunnerExit& exit) {
    if (auto found = runners.find(id); found != runners.end()) {
        found->second->streams->close(died_serving(exit));
        runners.erase(found);
    }
    apply(scheduler.exited(id, died_loading(exit), SteadyClock::now()));
    runner_gone.cancel();
}

void Pool::State::apply(Effects effects) {
    while (!effects.empty()) {
        Effects more;
        for (Effect& effect : effects) {
            Effects next = std::visit([&](auto& one) { return carry_out(std::move(one)); }, effect);
            std::ranges::move(next, std::back_inserter(more));
        }
        effects = std::move(more);
    }
    set_deadline();
}

Effects Pool::State::carry_out(StartRunner effect) {
    const RunnerId id = effect.runner;
    auto send = [weak = weak_from_this(), id](wire::ToRunner message) -> Result<void> {
        auto self = weak.lock();
        return self && self->supervisor ? self->supervisor->send(id, message) : Result<void>{};
    };
    auto started = supervisor->start(id, effect.load);
    if (started) {
        runners.emplace(id, std::make_shared<Runner>(std::move(effect.model_name),
                                                     std::make_shared<RunnerStreams>(io, send),
                                                     SteadyClock::now()));
        return {};
    }
    Error error = std::move(started).error();
    error.message = "error starting model runner: " + error.message;
    error.http_status = 500;
    const Time now = SteadyClock::now();
    Effects effects = scheduler.load_failed(id, error, now);
    std::ranges::move(scheduler.exited(id, error, now), std::back_inserter(effects));
    return effects;
}

Effects Pool::State::carry_out(const StopRunner& effect) {
    supervisor->stop(effect.runner, effect.mode);
    return {};
}

Effects Pool::State::carry_out(const HandOut& effect) {
    auto found = runners.find(effect.runner);
    if (found == runners.end() || !pending.contains(effect.request))
        return scheduler.release(effect.request, SteadyClock::now());
    answer(effect.request, found->second);
    return {};
}

Effects Pool::State::carry_out(FailRequest effect) {
    answer(effect.request, fail(std::move(effect.error)));
    return {};
}

Effects Pool::State::carry_out(const RefreshDevices& /*effect*/) {
    discover(kRefreshLimit);
    return {};
}

void Pool::State::discover(std::chrono::milliseconds limit) {
    discovery->start(limit, [weak = weak_from_this()](Discovery::Found found) {
        if (auto self = weak.lock()) self->found_devices(std::move(found));
    });
}

void Pool::State::found_devices(Discovery::Found found) {
    const bool first = !devices.has_value();
    if (found) {
        std::vector<std::string> dropped;
        devices = usable_devices(std::move(*found), settings, &dropped);
        for (const std::string& sentence : dropped)
            if (first) log_info(sentence);
    } else {
        log_warn(
            first ? "unable to look for GPUs" : "unable to refresh free memory, using old values",
            {{"error", found.error().message}});
        if (first) devices.emplace();
    }
    if (first) log_devices(*devices);
    for (const wire::Device& device : *devices)
        log_debug("gpu memory", {{"id", device.name},
                                 {"library", device.library},
                                 {"available", device.total_bytes},
                                 {"free", device.free_bytes},
                                 {"overhead", settings.gpu_overhead_bytes}});
    apply(scheduler.devices(*devices, SteadyClock::now()));
}

void Pool::State::answer(RequestId id, Result<std::shared_ptr<Runner>> outcome) {
    auto found = pending.find(id);
    if (found == pending.end()) return;
    found->second->outcome = std::move(outcome);
    found->second->answered.cancel();
    pending.erase(found);
}

void Pool::State::set_deadline() {
    const Time due = scheduler.next_deadline();
    if (std::exchange(armed_for, due) == due) return;
    deadline.expires_at(due);  // cancels the earlier wait
    if (due == Time::max()) return;
    deadline.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        auto self = weak.lock();
        if (error || !self) return;
        self->armed_for = Time::max();
        self->apply(self->scheduler.tick(SteadyClock::now()));
    });
}

asio::awaitable<void> Pool::State::wait_until_empty(Time limit) {
    while (!scheduler.empty() && SteadyClock::now() < limit) {
        runner_gone.expires_at(limit);
        co_await runner_gone.async_wait(kAwait);
    }
}

// What the environment says about every load.
void Pool::State::complete(ModelSpec& spec) const {
    wire::Load& load = spec.load;
    if (settings.num_parallel > 0)
        load.n_parallel = static_cast<std::int64_t>(settings.num_parallel);
    if (load.kv_cache_type.empty()) load.kv_cache_type = settings.kv_cache_type;
    if (!load.flash_attention) load.flash_attention = settings.flash_attention;
    if (load.options.num_ctx <= 0 && settings.context_length > 0) {
        load.options.num_ctx = static_cast<std::int64_t>(settings.context_length);
        spec.context_automatic = false;
    }
}

void Pool::State::log_ready(RunnerId id, const Runner& runner, Time now) {
    const std::chrono::duration<double> took = now - runner.started;
    log_info("runner is ready", {{"runner", id},
                                 {"model", runner.model_name},
                                 {"seconds", fmt::format("{:.2f}", took.count())},
                                 {"num_ctx", runner.info.n_ctx},
                                 {"parallel", runner.info.n_parallel},
                                 {"memory_bytes", runner.info.memory_bytes}});
}

void Pool::State::close() {
    apply(scheduler.stop_all(SteadyClock::now()));
    for (auto& [id, runner] : runners) runner->streams->close(shutting_down());
    runners.clear();
    // From here on the scheduler knows only runners that are stopping, about which it has nothing
    // more to say.
    supervisor.reset();
    discovery.reset();
    deadline.cancel();
}

Pool::Pool(asio::io_context& io, const Settings& settings, std::string program_path)
    : state_(std::make_shared<State>(io, settings, std::move(program_path))) {
    log_info("discovering available GPUs...");
    state_->discover(kDiscoverLimit);
}

Pool::~Pool() {
    state_->close();
}

asio::awaitable<Result<std::unique_ptr<Lease>>> Pool::acquire(ModelSpec spec,
                                                              std::optional<Duration> keep_alive,
                                                              std::shared_ptr<CancelToken> cancel,
                                                              OnWaiting on_waiting) {
    auto state = state_;
    const RequestId id = state->next_request++;
    State::Pending pending(state->io);
    state->pending.emplace(id, &pending);
    state->complete(spec);
    state->apply(state->scheduler.request(id, std::move(spec), keep_alive, SteadyClock::now()));
    if (cancel) {
        cancel->on_stop([weak = std::weak_ptr(state), id] {
            if (auto self = weak.lock())
                self->apply(self->scheduler.cancel(id, SteadyClock::now()));
        });
    }
    while (!pending.outcome) {
        if (on_waiting) pending.answered.expires_after(kTellPlaceEvery);
        co_await pending.answered.async_wait(kAwait);
        if (pending.outcome || !on_waiting) continue;
        if (const auto place = state->scheduler.position(id)) co_await on_waiting(place->n_before);
    }
    if (cancel) cancel->on_stop(nullptr);
    if (!*pending.outcome) co_return fail(std::move(*pending.outcome).error());
    co_return std::make_unique<State::RunnerLease>(state, id, std::move(**pending.outcome));
}

void Pool::unload(const std::string& key) {
    state_->apply(state_->scheduler.unload(key, SteadyClock::now()));
}

std::vector<RunningModel> Pool::running() const {
    std::vector<RunningModel> list;
    for (const RunnerStatus& runner : state_->scheduler.runners(SteadyClock::now())) {
        list.push_back({.name = runner.spec->name,
                        .digest = runner.spec->digest,
                        .key = runner.spec->key,
                        .memory_bytes = runner.info->memory_bytes,
                        .gpu_memory_bytes = runner.info->gpu_memory_bytes,
                        .context_length = runner.info->n_ctx,
                        .expires_at = wall_time(runner.expires_at),
                        .pid = state_->supervisor->pid(runner.id),
                        .loading = runner.loading});
    }
    return list;
}

asio::awaitable<void> Pool::shutdown(std::int64_t grace_ms) {
    auto state = state_;
    state->discovery.reset();  // nobody is going to load anything
    state->apply(state->scheduler.shutdown(SteadyClock::now()));
    co_await state->wait_until_empty(SteadyClock::now() + std::chrono::milliseconds(grace_ms));
    for (auto& [id, runner] : state->runners) runner->streams->close(shutting_down());
    state->apply(state->scheduler.stop_all(SteadyClock::now()));
    co_await state->wait_until_empty(Time::max());
}

}  // namespace corral::sched
