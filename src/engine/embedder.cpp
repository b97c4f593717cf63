#include "engine/embedder.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace corral::engine {
namespace {

Error embedding_cancelled() {
    return {ErrorCode::cancelled, "the request was cancelled", {}, 0};
}

}  // namespace

Embedder::Embedder(const Model& model, Sink sink)
    : model_(model),
      sink_(std::move(sink)),
      batch_(model.embedding->max_tokens()),
      thread_([this] { run(); }) {}

Embedder::~Embedder() {
    inbox_.lock()->stop = true;
    inbox_changed_.notify_one();
    thread_.join();
}

void Embedder::add(EmbeddingTask task) {
    inbox_.lock()->added.push_back(std::make_unique<EmbeddingTask>(std::move(task)));
    inbox_changed_.notify_one();
}

void Embedder::cancel(std::uint64_t id) {
    inbox_.lock()->cancelled.push_back(id);
    inbox_changed_.notify_one();
}

void Embedder::run() {
    while (gather()) {
        plan();
        if (!parts_.empty()) compute();
    }
    for (const auto& task : tasks_) emit_failed(task->id, embedding_cancelled());
}

// Takes what has come, and what is worth waiting for. False when the loop is to end.
bool Embedder::gather() {
    bool goes_on = take_inbox();
    while (goes_on && has_news(company_.patience(tasks_.size(), Clock::now()))) {
        goes_on = take_inbox();
    }
    return goes_on;
}

bool Embedder::has_news(Clock::duration patience) {
    auto held = inbox_.lock();
    return held.wait_for(inbox_changed_, patience, [&held] { return !held->empty(); });
}

bool Embedder::take_inbox() {
    Inbox inbox;
    {
        auto held = inbox_.lock();
        if (tasks_.empty()) {
            held.wait(inbox_changed_, [&held] { return !held->empty(); });
            model_.embedding->resume();
        }
        inbox = std::exchange(*held, {});
    }
    return accept(std::move(inbox));
}

bool Embedder::accept(Inbox inbox) {
    std::ranges::move(inbox.added, std::back_inserter(tasks_));
    for (const std::uint64_t id : inbox.cancelled) {
        const auto is_it = [id](const auto& task) { return task->id == id; };
        if (std::erase_if(tasks_, is_it) > 0) emit_failed(id, embedding_cancelled());
    }
    return !inbox.stop;
}

void Embedder::plan() {
    batch_.clear();
    parts_.clear();
    bool added = true;
    while (added) {
        added = false;
        for (const auto& task : tasks_) added |= try_add(*task);
    }
    batch_.want_all_outputs();
}

bool Embedder::try_add(EmbeddingTask& task) {
    if (task.is_begun() || std::ssize(parts_) == model_.embedding->max_texts()) return false;
    const Tokens& tokens = task.texts[task.n_begun];
    const auto n = static_cast<std::int32_t>(tokens.size());
    const std::int32_t limit = std::min(kPackedTokens, model_.embedding->max_tokens());
    if (batch_.size() > 0 && batch_.size() + n > limit) return false;
    batch_.add(static_cast<llama_seq_id>(parts_.size()), 0, tokens, true);
    parts_.push_back({&task, task.n_begun++});
    return true;
}

Result<void> Embedder::decode() {
    const std::lock_guard turn(*model_.turns);
    return model_.embedding->compute(batch_);
}

void Embedder::compute() {
    const Clock::time_point start = Clock::now();
    const auto computed = decode();
    const Clock::time_point now = Clock::now();
    if (computed) return company_.answered(hand_out(), now - start, now);
    for (const Part& part : parts_) end(part.task, computed.error());
}

// Gives the number of requests that are answered.
std::size_t Embedder::hand_out() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        EmbeddingTask* task = parts_[i].task;
        if (task == nullptr) continue;  // it has failed
        const auto vector = model_.embedding->vector(static_cast<llama_seq_id>(i));
        if (const auto put = task->put(parts_[i].text, vector); !put) end(task, put.error());
    }
    for (const auto& task : tasks_) {
        if (task->is_done()) sink_({task->id, task->result()});
    }
    return std::erase_if(tasks_, [](const auto& task) { return task->is_done(); });
}

// Answers a request with an error and forgets it, its other texts in the batch included.
void Embedder::end(EmbeddingTask* task, const Error& error) {
    if (task == nullptr) return;
    emit_failed(task->id, error);
    for (Part& part : parts_) {
        if (part.task == task) part.task = nullptr;
    }
    std::erase_if(tasks_, [task](const auto& other) { return other.get() == task; });
}

void Embedder::emit_failed(std::uint64_t id, const Error& error) {
    sink_({id, wire::Failed{error.code, error.message, error.http_status}});
}

}  // namespace corral::engine
