#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "engine/embedder.h"
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

bool has_media(const wire::Generate& request) {
    if (const auto* text = std::get_if<wire::TextPrompt>(&request.prompt)) {
        return !text->images.empty();
    }
    return std::ranges::any_of(
        std::get<wire::ChatPrompt>(request.prompt).messages,
        [](const wire::Message& message) { return !message.images.empty(); });
}

bool has_media(const wire::Embed&) {
    return false;
}

}  // namespace

// Requests pass the preparing thread, in order, and then the loop of their kind. Those with images
// overtake nobody, but are overtaken: decoded images take much memory, so no more of them are
// prepared than can soon be read.
struct Engine::State {
    using Request = std::variant<wire::Generate, wire::Embed>;
    using Submitted = std::pair<std::uint64_t, Request>;

    State(Model loaded, Sink events)
        : model(std::move(loaded)),
          sink(std::move(events)),
          forwarder([this](wire::FromRunner event) { forward(std::move(event)); }) {
        if (model.context != nullptr) loop.emplace(model, forwarder);
        if (model.embedding != nullptr) embedder.emplace(model, forwarder);
        preparer = std::thread([this] { prepare_all(); });
    }

    ~State() {
        queue.lock()->stop = true;
        queue_changed.notify_all();
        preparer.join();
    }

    void submit(std::uint64_t id, Request request) {
        auto held = queue.lock();
        held->submitted.emplace_back(id, std::move(request));
        ++held->n_unanswered;
        queue_changed.notify_all();
    }

    void cancel(std::uint64_t id) {
        bool was_waiting = false;
        {
            auto held = queue.lock();
            was_waiting = std::erase_if(held->submitted,
                                        [id](const auto& one) { return one.first == id; }) > 0;
            if (!was_waiting && held->preparing == id) {
                held->preparing_cancelled = true;
            } else if (!was_waiting) {
                if (loop) loop->cancel(id);
                if (embedder) embedder->cancel(id);
            }
        }
        if (was_waiting) refuse(id, cancelled_request());
    }

    void drain() {
        auto held = queue.lock();
        held.wait(queue_changed, [&held] { return held->n_unanswered == 0; });
    }

    void forward(wire::FromRunner event) {
        const std::uint64_t id = event.id;
        const bool is_last = !std::holds_alternative<wire::Delta>(event.body);
        sink(std::move(event));
        if (!is_last) return;
        {
            auto held = queue.lock();
            --held->n_unanswered;
            held->with_media.erase(id);
        }
        queue_changed.notify_all();
    }

    // Answers a request that never got as far as a loop.
    void refuse(std::uint64_t id, Error error) {
        forward({id, wire::Failed{error.code, std::move(error.message), error.http_status}});
    }

    void prepare_all() {
        while (std::optional<Submitted> next = take()) {
            const std::uint64_t id = next->first;
            std::visit([&](const auto& request) { prepare_one(id, request); }, next->second);
        }
    }

    void prepare_one(std::uint64_t id, const wire::Generate& request) {
        if (model.only_renders() && request.render_only) return show_one(id, request);
        if (!loop) {
            return hand_over(
                id,
                Result<Prepared>(fail(ErrorCode::unsupported, "the model cannot generate text")),
                [](Prepared) {});
        }
        hand_over(id, watchdog.guard([&] { return prepare(model, id, request); }),
                  [this](Prepared prepared) { loop->add(std::move(prepared)); });
    }

    // Without weights there is nothing else to do with a prompt.
    void show_one(std::uint64_t id, const wire::Generate& request) {
        std::optional<wire::FromRunner> shown;
        hand_over(id, watchdog.guard([&] { return prepare(model, id, request); }),
                  [&](Prepared prepared) { shown = shown_prompt(model, prepared); });
        if (shown) forward(std::move(*shown));
    }

    void prepare_one(std::uint64_t id, const wire::Embed& request) {
        hand_over(id, watchdog.guard([&] { return prepare_embedding(model, id, request); }),
                  [this](EmbeddingTask task) { embedder->add(std::move(task)); });
    }

    // Under the lock, so that a cancellation finds the request either here or in its loop.
    template <class Work, class Add>
    void hand_over(std::uint64_t id, Result<Work> work, Add add) {
        std::optional<Error> error;
        {
            auto held = queue.lock();
            held->preparing.reset();
            if (std::exchange(held->preparing_cancelled, false)) {
                error = cancelled_request();
            } else if (work) {
                add(std::move(*work));
            } else {
                error = std::move(work).error();
            }
        }
        if (error) refuse(id, std::move(*error));
    }

    std::optional<Submitted> take() {
        auto held = queue.lock();
        auto found = held->submitted.end();
        held.wait(queue_changed, [&] {
            found = first_preparable(*held);
            return held->stop || found != held->submitted.end();
        });
        if (held->stop) return std::nullopt;
        Submitted next = std::move(*found);
        held->submitted.erase(found);
        held->preparing = next.first;
        if (brings_media(next)) held->with_media.insert(next.first);
        return next;
    }

    static Error cancelled_request() {
        return {ErrorCode::cancelled, "the request was cancelled", {}, 0};
    }

    struct Queue {
        std::deque<Submitted> submitted;
        std::set<std::uint64_t> with_media;  // taken from `submitted`, and not answered
        std::optional<std::uint64_t> preparing;
        bool preparing_cancelled = false;
        std::int64_t n_unanswered = 0;
        bool stop = false;
    };

    static bool brings_media(const Submitted& one) {
        return std::visit([](const auto& request) { return has_media(request); }, one.second);
    }

    std::deque<Submitted>::iterator first_preparable(Queue& held) const {
        constexpr std::int64_t kMediaAhead = 2;
        const bool is_full = std::ssize(held.with_media) >= model.info.n_parallel + kMediaAhead;
        return std::ranges::find_if(held.submitted, [is_full](const Submitted& one) {
            return !is_full || !brings_media(one);
        });
    }

    Model model;
    Sink sink;
    Sink forwarder;
    Guarded<Queue> queue;
    std::condition_variable queue_changed;
    std::optional<Loop> loop;          // when the model generates
    std::optional<Embedder> embedder;  // when it embeds
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
void Engine::submit(std::uint64_t id, wire::Embed request) {
    state_->submit(id, std::move(request));
}
void Engine::cancel(std::uint64_t id) {
    state_->cancel(id);
}
void Engine::drain() {
    state_->drain();
}

}  // namespace corral::engine
