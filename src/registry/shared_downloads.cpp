#include "registry/shared_downloads.h"

#include <chrono>
#include <exception>
#include <optional>
#include <thread>

#include "registry/download.h"

namespace corral::registry {

namespace {

constexpr std::chrono::milliseconds kTellPeriod{60};

}  // namespace

class SharedDownloads::Job {
public:
    Job(const std::filesystem::path& blobs, const Session& session, const store::Layer& layer)
        : digest(layer.digest),
          download_(
              session, [this] { return is_cancelled_.load(); }, blobs, layer),
          thread_([this] { run(); }) {}

    // Whether it may still bring the blob.
    bool is_alive() { return !is_cancelled_ && !state_.lock()->outcome; }
    void cancel() { is_cancelled_ = true; }
    void wait_for_end() { thread_.join(); }

    // True when all bytes are there or it has ended; at the latest after kTellPeriod.
    bool wait_for_bytes() {
        auto state = state_.lock();
        return state.wait_for(changed_, kTellPeriod,
                              [&] { return state->has_bytes || state->outcome; });
    }
    std::optional<Result<void>> wait_for_outcome() {
        auto state = state_.lock();
        state.wait_for(changed_, kTellPeriod, [&] { return state->outcome.has_value(); });
        return state->outcome;
    }
    // What keeps the bytes from coming.
    Result<void> fetched() {
        auto state = state_.lock();
        return state->has_bytes || !state->outcome ? Result<void>() : *state->outcome;
    }
    std::int64_t completed_bytes() { return download_.completed_bytes(); }

    const store::Digest digest;
    int n_shares = 0;  // belongs to jobs_

private:
    struct State {
        bool has_bytes = false;
        std::optional<Result<void>> outcome;
    };

    Result<void> fetch_and_check() {
        CORRAL_CHECK(download_.run());
        state_.lock()->has_bytes = true;
        changed_.notify_all();
        return download_.verify_and_commit();
    }

    void run() {
        Result<void> outcome;
        try {
            outcome = fetch_and_check();
        } catch (const std::exception& thrown) {  // the last resort of this thread
            outcome =
                fail(ErrorCode::internal, "the download ended unexpectedly: {}", thrown.what());
        }
        state_.lock()->outcome = std::move(outcome);
        changed_.notify_all();
    }

    std::atomic<bool> is_cancelled_ = false;
    Guarded<State> state_;
    std::condition_variable changed_;
    Download download_;
    std::jthread thread_;
};

SharedDownloads::SharedDownloads() = default;
SharedDownloads::~SharedDownloads() = default;

Result<void> SharedDownloads::Share::wait_for_bytes(const OnBytes& on_bytes,
                                                    const IsCancelled& is_cancelled) {
    for (bool has_ended = false; !has_ended;) {
        has_ended = job_.wait_for_bytes();
        if (is_cancelled()) return fail(transfer_cancelled());
        on_bytes(job_.completed_bytes());
    }
    return job_.fetched();
}

Result<void> SharedDownloads::Share::wait_for_blob(const IsCancelled& is_cancelled) {
    while (true) {
        if (const auto outcome = job_.wait_for_outcome()) return *outcome;
        if (is_cancelled()) return fail(transfer_cancelled());
    }
}

Result<std::unique_ptr<SharedDownloads::Share>> SharedDownloads::join(
    const store::Store& store, const Session& session, const store::Layer& layer,
    const IsCancelled& is_cancelled) {
    auto jobs = jobs_.lock();
    while (!store.has_blob(layer.digest)) {
        const auto found = jobs->find(layer.digest);
        if (found == jobs->end()) {
            CORRAL_TRY(const auto blobs, store.ensure_blobs_folder());
            Job& job = *jobs->emplace(layer.digest, std::make_unique<Job>(blobs, session, layer))
                            .first->second;
            ++job.n_shares;
            return std::make_unique<Share>(*this, job);
        }
        if (found->second->is_alive()) {
            ++found->second->n_shares;
            return std::make_unique<Share>(*this, *found->second);
        }
        if (is_cancelled()) return fail(transfer_cancelled());
        jobs.wait_for(changed_, kTellPeriod, [&] { return !jobs->contains(layer.digest); });
    }
    return nullptr;
}

// The job stays in its place until its thread has ended: nobody else may write to its files.
void SharedDownloads::leave(Job& job) {
    {
        auto jobs = jobs_.lock();
        if (--job.n_shares > 0) return;
        job.cancel();
    }
    job.wait_for_end();
    const store::Digest digest = job.digest;
    jobs_.lock()->erase(digest);
    changed_.notify_all();
}

}  // namespace corral::registry
