#include "engine/engine.h"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "engine/loop.h"
#include "engine/prepare.h"
#include "engine/watchdog.h"

namespace corral::engine {
namespace {

// Rendering and tokenizing a prompt of a million tokens takes seconds.
constexpr auto kPrepareLimit = std::chrono::minutes(2);

void give_up_preparing() {
    log_error("a request's chat template or output format takes for ever; the runner ends");
    std::_Exit(EXIT_FAILURE);
}

}  // namespace

// Requests pass the preparing thread, in order, and then the loop.
struct Engine::State {
    State(Model loaded, Sink events)
        : model(std::move(loaded)),
          sink(std::move(events)),
          loop(model, [this](wire::FromRunner event) { forward(std::move(event)); }),
          preparer([this] { prepare_all(); }) {}

    ~State() {
        queue.lock()->stop = true;
        queue_changed.notify_all();
        preparer.join();
    }

    void submit(std::uint64_t id, wire::Generate request) {
        auto held = queue.lock();
        held->submitted.emplace_back(id, std::move(request));
        ++held->n_unanswered;
        queue_changed.notify_all();
    }

    void cancel(std::uint64_t id) {
        auto held = queue.lock();
        const auto n =
            std::erase_if(held->submitted, [id](const auto& one) { return one.first == id; });
        if (n > 0) return loop.fail(id, {ErrorCode::cancelled, "the request was cancelled", {}, 0});
        if (held->preparing == id) {
            held->preparing_cancelled = true;
        } else {
            loop.cancel(id);
        }
    }

    void drain() {
        auto held = queue.lock();
        held.wait(queue_changed, [&held] { return held->n_unanswered == 0; });
    }

    void forward(wire::FromRunner event) {
        const bool is_last = !std::holds_alternative<wire::Delta>(event.body);
        sink(std::move(event));
        if (!is_last) return;
        --queue.lock()->n_unanswered;
        queue_changed.notify_all();
    }

    void prepare_all() {
        while (std::optional<std::pair<std::uint64_t, wire::Generate>> next = take()) {
            const std::uint64_t id = next->first;
            Result<Prepared> prepared =
                watchdog.guard([&] { return prepare(model, id, next->second); });
            auto held = queue.lock();
            held->preparing.reset();
            if (std::exchange(held->preparing_cancelled, false)) {
                loop.fail(id, {ErrorCode::cancelled, "the request was cancelled", {}, 0});
            } else if (prepared) {
                loop.add(std::move(*prepared));
            } else {
                loop.fail(id, std::move(prepared).error());
            }
        }
    }

    std::optional<std::pair<std::uint64_t, wire::Generate>> take() {
        auto held = queue.lock();
        held.wait(queue_changed, [&held] { return held->stop || !held->submitted.empty(); });
        if (held->stop) return std::nullopt;
        auto next = std::move(held->submitted.front());
        held->submitted.pop_front();
        held->preparing = next.first;
        return next;
    }

    struct Queue {
        std::deque<std::pair<std::uint64_t, wire::Generate>> submitted;
        std::optional<std::uint64_t> preparing;
        bool preparing_cancelled = false;
        std::int64_t n_unanswered = 0;
        bool stop = false;
    };

    Model model;
    Sink sink;
    Guarded<Queue> queue;
    std::condition_variable queue_changed;
    Loop loop;
    Watchdog watchdog{kPrepareLimit, give_up_preparing};
    std::thread preparer;
};

Result<std::unique_ptr<Engine>> Engine::load(const wire::Load& request, Sink sink,
                                             const OnProgress& on_progress) {
    CORRAL_TRY(Model model, load_model(request, on_progress));
    auto state = std::make_unique<State>(std::move(model), std::move(sink));
    return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

const wire::Loaded& Engine::info() const {
    return state_->model.info;
}
void Engine::submit(std::uint64_t id, wire::Generate request) {
    state_->submit(id, std::move(request));
}
void Engine::cancel(std::uint64_t id) {
    state_->cancel(id);
}
void Engine::drain() {
    state_->drain();
}

}  // namespace corral::engine
