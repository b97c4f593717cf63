#include "store/doctor.h"

#include <algorithm>
#include <optional>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/term/progress.h"

namespace corral::cli {
namespace {

namespace fs = std::filesystem;
using store::Examination;
using store::Finding;

struct Folder {
    fs::path path;
    bool ours = false;  // may be repaired
};

// Those the server would search, in that order.
std::vector<Folder> folders_of(const Settings& settings) {
    std::vector<Folder> folders{{settings.models, true}};
    std::error_code ignored;
    if (fs::is_directory(settings.builtin_models, ignored))
        folders.push_back({settings.builtin_models});
    for (const fs::path& path : settings.extra_models) folders.push_back({path});
    return folders;
}

Result<Examination> examine_with_progress(const Program& program, const Folder& folder,
                                          const std::vector<Folder>& all, bool quick) {
    store::ExamineOptions options;
    for (const Folder& other : all)
        if (other.path != folder.path) options.other_folders.push_back(other.path);
    options.digests = !quick;
    Progress progress(program.console);
    std::optional<std::size_t> bar;
    options.on_progress = [&](std::uint64_t done, std::uint64_t total) {
        if (!bar) bar = progress.add_bar("checking digests:", static_cast<std::int64_t>(total), 0);
        progress.set_current(*bar, static_cast<std::int64_t>(done));
        return true;
    };
    auto result = store::examine(folder.path, options);
    progress.clear();
    return result;
}

std::string size_text(const Finding& finding) {
    return finding.is_damage()
               ? ""
               : fmt::format(" ({})", human_bytes(static_cast<std::int64_t>(finding.size_bytes)));
}

// "1 model", "2 models".
std::string counted(std::size_t n, std::string_view thing) {
    return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

void print_findings(const Console& console, const Folder& folder, const Examination& result) {
    const auto n_damaged =
        static_cast<std::size_t>(std::ranges::count_if(result.findings, &Finding::is_damage));
    console.print(fmt::format("{}: {}, {}, {}, {}\n", folder.path.string(),
                              counted(result.n_models, "model"), counted(result.n_blobs, "blob"),
                              human_bytes(static_cast<std::int64_t>(result.blob_bytes)),
                              n_damaged == 0 ? "no damage" : fmt::format("{} damaged", n_damaged)));
    for (const Finding& finding : result.findings) {
        const fs::path relative = finding.path.lexically_relative(folder.path);
        console.print(fmt::format("  {}: {}: {}{}\n", finding.is_damage() ? "damage" : "note",
                                  relative.string(), finding.text, size_text(finding)));
    }
}

// Whether everything is well afterwards.
Result<bool> repair(const Program& program, const Folder& folder, const Examination& result) {
    CORRAL_TRY(const auto moved, store::move_damage_aside(folder.path, result.findings));
    for (const fs::path& path : moved)
        program.console.print(fmt::format("  moved to {}\n", path.string()));
    bool well = true;
    for (const Finding& finding : result.findings)
        well = well && (!finding.is_damage() || finding.is_movable());
    return well && result.incomplete.empty();
}

Result<bool> treat(const Program& program, const Folder& folder, const Examination& result,
                   bool wants_repair) {
    const auto is_movable = [](const Finding& finding) { return finding.is_movable(); };
    const bool damaged = std::ranges::any_of(result.findings, &Finding::is_damage);
    bool well = !damaged;
    if (folder.ours && wants_repair) {
        CORRAL_TRY(well, repair(program, folder, result));
    } else if (folder.ours && std::ranges::any_of(result.findings, is_movable)) {
        program.console.print(
            fmt::format("  `{} doctor --repair` moves damaged files aside\n", program.name));
    }
    for (const std::string& model : result.incomplete)
        program.console.print(fmt::format(
            "  {0} is incomplete: `{1} pull {0}` or create it again\n", model, program.name));
    return well;
}

Result<int> doctor(Program& program, const Invocation& call) {
    const auto folders = folders_of(program.settings);
    bool well = true;
    std::error_code ignored;
    for (const Folder& folder : folders) {
        if (!fs::is_directory(folder.path, ignored)) {
            program.console.print(fmt::format("{}: no such folder\n", folder.path.string()));
            continue;
        }
        CORRAL_TRY(const auto result,
                   examine_with_progress(program, folder, folders, call.is_set("quick")));
        print_findings(program.console, folder, result);
        CORRAL_TRY(const bool is_well, treat(program, folder, result, call.is_set("repair")));
        well = well && is_well;
    }
    return well ? 0 : 1;
}

}  // namespace

Command doctor_command() {
    return {.name = "doctor",
            .summary = "Check the model folders",
            .flags = {{.name = "quick", .help = "Read only blobs of a suspicious size"},
                      {.name = "repair",
                       .help = "Move damaged files aside, into corral-damaged; deletes nothing"}},
            .arity = {0, 0},
            .needs_server = false,
            .variables = {"OLLAMA_MODELS", "CORRAL_MODEL_DIRS"},
            .body = doctor};
}

}  // namespace corral::cli
