#include "sched/reload.h"

#include <algorithm>

namespace corral::sched {

std::int64_t resolved_context(const ModelSpec& spec) {
    const std::int64_t asked = spec.load.options.num_ctx;
    const std::int64_t wanted = asked > 0 ? asked : kAutomaticContext;
    return spec.n_ctx_train > 0 ? std::min(wanted, spec.n_ctx_train) : wanted;
}

namespace {

bool context_differs(const ModelSpec& loaded, std::int64_t n_ctx, const ModelSpec& wanted) {
    const std::int64_t have = n_ctx > 0 ? n_ctx : resolved_context(loaded);
    const std::int64_t want = resolved_context(wanted);
    if (!wanted.context_automatic) {
        // Asking again for what the engine had to lower must not reload for ever.
        return have != want && resolved_context(loaded) != want;
    }
    return !loaded.context_automatic && have < want;
}

template <class T>
bool chosen_differs(const T& loaded, const T& wanted, const T& automatic) {
    return wanted != automatic && wanted != loaded;
}

}  // namespace

bool needs_reload(const ModelSpec& loaded, std::int64_t n_ctx, const ModelSpec& wanted) {
    const wire::LoadOptions& have = loaded.load.options;
    const wire::LoadOptions& want = wanted.load.options;
    return loaded.load.adapter_paths != wanted.load.adapter_paths ||
           loaded.load.projector_paths != wanted.load.projector_paths ||
           context_differs(loaded, n_ctx, wanted) ||
           chosen_differs<std::int64_t>(have.num_batch, want.num_batch, 0) ||
           (want.num_gpu >= 0 && want.num_gpu != have.num_gpu) ||
           chosen_differs(have.main_gpu, want.main_gpu, {}) ||
           chosen_differs(have.use_mmap, want.use_mmap, {}) ||
           chosen_differs<std::int64_t>(have.num_thread, want.num_thread, 0) ||
           have.draft_num_predict != want.draft_num_predict;
}

}  // namespace corral::sched
