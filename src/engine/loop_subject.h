#pragma once

// Purpose: for tests: a loop with a model of its own, to which requests for greedy tokens are given
// and which is asked what became of them.

#include <condition_variable>
#include <map>
#include <memory>
#include <stdexcept>

#include "base/guarded.h"
#include "engine/loop.h"
#include "engine/prepare.h"
#include "engine/tiny_model.h"

namespace corral::engine {

class LoopSubject {
public:
    LoopSubject(wire::Load load, std::int64_t n_parallel) {
        load.n_parallel = n_parallel;
        Result<Model> loaded = load_model(load, {});
        if (!loaded) throw std::runtime_error(loaded.error().message);
        model = std::move(*loaded);
    }

    // Makes so many generations share memory that was planned for fewer.
    void overcommit(std::int64_t n_parallel) {
        model.info.n_parallel = n_parallel;
        model.n_cells = 1 << 20;
    }

    struct Outcome {
        std::optional<wire::Done> done;
        std::optional<wire::Failed> failed;
        bool ended() const { return done || failed; }
    };

    void start(std::uint64_t id, const Tokens& tokens, std::int64_t n_predict) {
        start(id, wire::TextPrompt{.context = tokens, .text = "", .images = {}}, n_predict);
    }

    void start(std::uint64_t id, wire::TextPrompt prompt, std::int64_t n_predict) {
        wire::Generate request;
        request.prompt = std::move(prompt);
        request.sampling.temperature = 0;
        request.sampling.num_predict = n_predict;
        request.want_context = true;
        Result<Prepared> prepared = prepare(model, id, request);
        if (!prepared) throw std::runtime_error(prepared.error().message);
        if (!loop) {
            loop = std::make_unique<Loop>(model, [this](auto event) { take(std::move(event)); });
        }
        loop->add(std::move(*prepared));
    }

    Outcome wait(std::uint64_t id) {
        auto held = outcomes.lock();
        held.wait(changed, [&] { return (*held)[id].ended(); });
        return (*held)[id];
    }

    // Cancels the request as soon as it has shown something.
    void cancel_when_heard(std::uint64_t id) { doomed.lock()->push_back(id); }

    void cancel(std::uint64_t id) { loop->cancel(id); }

    Model model;

private:
    void take(wire::FromRunner event) {
        if (std::holds_alternative<wire::Delta>(event.body)) {
            if (std::erase(*doomed.lock(), event.id) > 0) loop->cancel(event.id);
            return;
        }
        auto held = outcomes.lock();
        if (auto* done = std::get_if<wire::Done>(&event.body)) (*held)[event.id].done = *done;
        if (auto* failed = std::get_if<wire::Failed>(&event.body))
            (*held)[event.id].failed = *failed;
        changed.notify_all();
    }

    Guarded<std::map<std::uint64_t, Outcome>> outcomes;
    Guarded<std::vector<std::uint64_t>> doomed;
    std::condition_variable changed;
    std::unique_ptr<Loop> loop;
};

}  // namespace corral::engine
