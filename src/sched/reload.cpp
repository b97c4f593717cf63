#include "sched/reload.h"

#include <algorithm>

namespace corral::sched {

std::int64_t resolved_context(const ModelSpec& spec, std::int64_t n_ctx_automatic) {
    const std::int64_t asked = spec.load.options.num_ctx;
    const std::int64_t wanted = asked > 0 ? asked : n_ctx_automatic;
    const std::int64_t trained = spec.shape.n_ctx_train;
    return trained > 0 ? std::min(wanted, trained) : wanted;
}

namespace {

bool context_differs(const ModelSpec& loaded, std::int64_t n_ctx, const ModelSpec& wanted,
                     std::int64_t n_ctx_automatic) {
    if (loaded.context_automatic && wanted.context_automatic) return false;
    const std::int64_t want = resolved_context(wanted, n_ctx_automatic);
    // Asking again for what the engine had to lower must not reload for ever.
    const bool asked_before =
        !loaded.context_automatic && resolved_context(loaded, n_ctx_automatic) == want;
    return n_ctx != want && !asked_before;
}

}  // namespace

bool needs_reload(const ModelSpec& loaded, std::int64_t n_ctx, const ModelSpec& wanted,
                  std::int64_t n_ctx_automatic) {
    const wire::LoadOptions& have = loaded.load.options;
    const wire::LoadOptions& want = wanted.load.options;
    return loaded.load.adapter_paths != wanted.load.adapter_paths ||
           loaded.load.projector_paths != wanted.load.projector_paths ||
           context_differs(loaded, n_ctx, wanted, n_ctx_automatic) ||
           have.num_batch != want.num_batch ||
           (want.num_gpu >= 0 && want.num_gpu != have.num_gpu) || have.main_gpu != want.main_gpu ||
           have.use_mmap != want.use_mmap || have.num_thread != want.num_thread ||
           have.draft_num_predict != want.draft_num_predict;
}

}  // namespace corral::sched
