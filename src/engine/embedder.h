#pragma once

// Purpose: the loop that computes embeddings: packs the texts of all requests into full batches.
//
// A batch takes one text of every request in turn, in order of arrival, until it is full; so a
// short request passes a long one, and requests that arrive together are computed together. Batches
// are kept to a size at which the processor is busy and attention does not pay for texts that
// cannot see each other (kPackedTokens); one longer text makes a batch of its own. Clients that
// send a text at a time are given a moment to come back together (company.h).
//
// Where the model generates as well, the two loops take turns, a batch each (turns.h).
//
// Threads: add and cancel from any thread; events go to the sink on the embedder's own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "engine/batch.h"
#include "engine/company.h"
#include "engine/embedding_task.h"
#include "engine/model.h"
#include "wire/event.h"

namespace corral::engine {

class Embedder {
public:
    using Sink = std::function<void(wire::FromRunner event)>;
    static constexpr std::int32_t kPackedTokens = 512;

    // `model` has an embedding context and outlives the embedder.
    Embedder(const Model& model, Sink sink);
    // Cancels what is waiting and joins the thread.
    ~Embedder();
    Embedder(const Embedder&) = delete;
    Embedder& operator=(const Embedder&) = delete;

    void add(EmbeddingTask task);
    // Nothing happens when the request is not here (any more).
    void cancel(std::uint64_t id);

private:
    using Tasks = std::vector<std::unique_ptr<EmbeddingTask>>;
    struct Inbox {
        Tasks added;
        std::vector<std::uint64_t> cancelled;
        bool stop = false;

        bool empty() const { return added.empty() && cancelled.empty() && !stop; }
    };
    struct Part {  // of a batch: one text
        EmbeddingTask* task;
        std::size_t text;
    };

    using Clock = Company::Clock;

    void run();
    bool gather();
    bool has_news(Clock::duration patience);
    bool take_inbox();
    bool accept(Inbox inbox);
    void plan();
    bool try_add(EmbeddingTask& task);
    [[nodiscard]] Result<void> decode();
    void compute();
    std::size_t hand_out();
    void end(EmbeddingTask* task, const Error& error);
    void emit_failed(std::uint64_t id, const Error& error);

    const Model& model_;
    Sink sink_;
    Batch batch_;
    std::vector<Part> parts_;  // by sequence
    Tasks tasks_;              // by order of arrival
    Company company_;

    Guarded<Inbox> inbox_;
    std::condition_variable inbox_changed_;
    std::thread thread_;
};

}  // namespace corral::engine
