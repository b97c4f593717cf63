#pragma once

// Purpose: the server's progress events (pull, push, create) as lines of the progress area.
// Source: cli.md 7.2, 7.6.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/term/progress.h"

namespace corral::cli {

// How the bar of an event with a digest is labelled.
enum class BarLabel {
    short_digest,  // "pulling 1f2e3d4c5b6a:", and only once something has arrived
    status,        // the event's status text
};

class StatusProgress {
public:
    StatusProgress(Progress& progress, BarLabel label) : progress_(progress), label_(label) {}

    // Events with a digest feed a bar, others a spinner for every new status.
    void show(const nlohmann::ordered_json& event);

private:
    void show_transfer(const nlohmann::ordered_json& event, const std::string& digest);

    Progress& progress_;
    BarLabel label_;
    std::string status_;
    std::map<std::string, std::size_t> bars_;  // by digest
};

}  // namespace corral::cli
