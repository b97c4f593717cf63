#include "engine/threads.h"

#include <utility>

#include "base/log.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"

namespace corral::engine {
namespace {

// ggml's CPU backend may be a library that is loaded at run time, so its functions are asked for by
// name.
template <class Function>
Function cpu_function(const char* name) {
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (device == nullptr) return nullptr;
    return reinterpret_cast<Function>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), name));
}

// Null where this build's CPU backend has no pools: ggml then starts threads for every graph.
Threadpool make_threads(int n_threads, Between between) {
    const auto create = cpu_function<decltype(&ggml_threadpool_new)>("ggml_threadpool_new");
    if (create == nullptr) return nullptr;
    ggml_threadpool_params params = ggml_threadpool_params_default(n_threads);
    if (between == Between::sleep) params.poll = 0;
    return Threadpool(create(&params));
}

}  // namespace

void ThreadpoolDeleter::operator()(ggml_threadpool* pool) const {
    const auto destroy = cpu_function<decltype(&ggml_threadpool_free)>("ggml_threadpool_free");
    if (destroy != nullptr) destroy(pool);
}

Threads::Threads(llama_context* context, int n_threads, bool adapts, Between between)
    : context_(context), between_(between) {
    if (adapts && n_threads > 1) governor_.emplace(n_threads);
    use(n_threads);
}

Threads::~Threads() = default;

// A pool of exactly this size: a larger one would keep the threads that are left over spinning.
void Threads::use(int n_threads) {
    Threadpool pool = make_threads(n_threads, between_);
    if (!pool) return;
    replaced_ = std::exchange(pool_, std::move(pool));
    llama_set_n_threads(context_, n_threads, n_threads);
    llama_attach_threadpool(context_, pool_.get(), nullptr);
    n_threads_ = n_threads;
}

void Threads::measure_from_here(Clock::time_point now) {
    measured_at_ = now;
    measured_ = cpu_pressure();
    if (!measured_) governor_.reset();  // this kernel does not tell
}

void Threads::resume() {
    if (governor_) measure_from_here(Clock::now());
}

void Threads::adapt() {
    replaced_.reset();
    if (!governor_ || !measured_) return;
    const Clock::time_point now = Clock::now();
    const auto elapsed = now - measured_at_;
    if (elapsed < ThreadGovernor::kWindow) return;
    const CpuPressure before = *measured_;
    measure_from_here(now);
    if (!governor_) return;
    const int wanted = governor_->observe(elapsed, measured_->waited - before.waited,
                                          measured_->idle - before.idle);
    if (wanted == n_threads_) return;
    log_debug("computing threads", {{"before", n_threads_}, {"now", wanted}});
    use(wanted);
    measure_from_here(Clock::now());  // the threads that ended do not count any more
}

}  // namespace corral::engine
