#include "cli/pull.h"

#include "cli/json.h"
#include "cli/status_progress.h"

namespace corral::cli {

Result<void> pull_model(const Program& program, const std::string& model, bool insecure) {
    Json body{{"model", model}};
    if (insecure) body["insecure"] = true;
    Progress progress(program.console);
    StatusProgress status(progress, BarLabel::short_digest);
    return program.api.stream("/api/pull", body, [&](const Json& event) {
        status.show(event);
        return true;
    });
}

}  // namespace corral::cli
