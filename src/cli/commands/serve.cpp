#include "serve/serve.h"
#include "base/log.h"
#include "cli/commands.h"

namespace corral::cli {
namespace {

Result<int> serve_in_foreground(Program& program, const Invocation&) {
    set_log_verbosity(program.settings.debug);
    CORRAL_CHECK(serve::serve(program.settings));
    return 0;
}

}  // namespace

Command serve_command() {
    return {
        .name = "serve",
        .alias = "start",
        .summary = "Start the server",
        .arity = {0, 0},
        .needs_server = false,
        .variables = {"OLLAMA_DEBUG", "OLLAMA_HOST", "OLLAMA_CONTEXT_LENGTH", "OLLAMA_KEEP_ALIVE",
                      "OLLAMA_MAX_LOADED_MODELS", "OLLAMA_MAX_QUEUE", "OLLAMA_MODELS",
                      "OLLAMA_NUM_PARALLEL", "OLLAMA_NOPRUNE", "OLLAMA_ORIGINS",
                      "OLLAMA_FLASH_ATTENTION", "OLLAMA_KV_CACHE_TYPE", "OLLAMA_LOAD_TIMEOUT"},
        .body = serve_in_foreground};
}

}  // namespace corral::cli
