#pragma once

// Purpose: the replies about installed and running models: tags, ps, show, progress lines.
//
// No text ends with a newline. Source: native-api.md 5.11, 8.2, 8.3, 8.4, 8.8, 13.1.

#include <string>
#include <vector>

#include "base/time.h"
#include "models/create.h"
#include "models/details.h"
#include "models/show.h"
#include "sched/pool.h"

namespace corral::api::ollama {

std::string tags_body(const std::vector<models::ListEntry>& entries);

// One model in memory and what is known about it.
struct RunningEntry {
    sched::RunningModel model;
    models::ModelDetails details;
};
// Models that are still loading are left out; sorted by expiry, latest first.
std::string ps_body(std::vector<RunningEntry> entries);

std::string show_body(const models::ShowData& data);

std::string progress_line(const models::Progress& progress);

}  // namespace corral::api::ollama
