#pragma once

// Purpose: one loaded model, and the loops that generate and embed with it. The door to llama.cpp:
// no type of its headers shows here.
//
// Threads: every context (one generates, one embeds) has a thread of its own, which alone touches
// it. `submit` and `cancel` may be called from any thread and return at once. Events are delivered
// through the Sink, which must not block and is called on several threads. Order per request id:
// Delta*, then exactly one Done, Embedded or Failed (also after cancel: Failed with
// ErrorCode::cancelled).
//
// Errors: `load` says why a model cannot be used (missing, corrupt, unsupported, no_memory).
// Requests are validated before llama.cpp sees them; what still aborts it ends the process, which
// is the runner's purpose.

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::engine {

class Engine {
public:
    using Sink = std::function<void(wire::FromRunner event)>;
    using OnProgress =
        std::function<bool(float progress)>;  // 0 to 1; returning false aborts the load

    [[nodiscard]] static Result<std::unique_ptr<Engine>> load(const wire::Load& request, Sink sink,
                                                              const OnProgress& on_progress);
    // Cancels what is running and joins the thread.
    ~Engine();

    const wire::Loaded& info() const;
    void submit(std::uint64_t id, wire::Generate request);
    void submit(std::uint64_t id, wire::Embed request);
    void cancel(std::uint64_t id);
    // Returns when no request is waiting or running.
    void drain();

private:
    struct State;
    explicit Engine(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace corral::engine
