#include <filesystem>
#include <map>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/term/progress.h"
#include "models/modelfile.h"
#include "store/name.h"
#include "store/share_file.h"

namespace corral::cli {
namespace {

namespace fs = std::filesystem;

struct ExportedFile {
    fs::path blob;
    std::string name;  // in the folder
};

bool names_a_file(const models::Command& command) {
    const bool may = command.name == "from" || command.name == "adapter" || command.name == "draft";
    return may && !command.is_parameter && command.value.starts_with('/');
}

// "llama3.gguf" for the weights; further files are called after their part in the model. The second
// and later FROM of what `show` gives are projectors.
class FileNames {
public:
    explicit FileNames(std::string model) : model_(std::move(model)) {}

    std::string next(const std::string& keyword) {
        const int n = ++n_of_[keyword];
        const std::string part = keyword != "from" ? keyword : n == 1 ? model_ : "projector";
        const int number = keyword == "from" ? n - 1 : n;
        return number > 1 ? fmt::format("{}-{}.gguf", part, number) : part + ".gguf";
    }

private:
    std::string model_;
    std::map<std::string, int> n_of_;
};

// Lets the commands name files of the folder instead of blobs; gives what has to be there.
std::vector<ExportedFile> rewrite(std::vector<models::Command>& commands,
                                  const std::string& model) {
    std::vector<ExportedFile> files;
    FileNames names(model);
    for (auto& command : commands) {
        if (!names_a_file(command)) continue;
        files.push_back({command.value, names.next(command.name)});
        command.value = "./" + files.back().name;
    }
    return files;
}

std::string_view how(store::Sharing sharing) {
    switch (sharing) {
        case store::Sharing::reflink:
            return "shares the blob's data";
        case store::Sharing::hard_link:
            return "is the blob itself, read-only; --copy gives a file of its own";
        case store::Sharing::copy:
            return "copied";
    }
    return "";
}

Result<void> export_file(const ExportedFile& file, const fs::path& folder, bool only_copy,
                         Progress& progress) {
    const auto line = progress.add_spinner(file.name);
    const auto on_copied = [&](std::int64_t done, std::int64_t total) {
        progress.set_message(
            line, fmt::format("{}: copying {}%", file.name, total > 0 ? done * 100 / total : 100));
    };
    const auto given = store::give_out_blob(file.blob, folder / file.name, only_copy, on_copied);
    if (!given) {
        auto error = given.error();
        if (error.code == ErrorCode::not_found)
            error.hint = "The file lies where the server runs; run export there.";
        return fail(std::move(error));
    }
    progress.set_message(line, fmt::format("{}: {}", file.name, how(*given)));
    return {};
}

Result<void> prepare_folder(const fs::path& folder) {
    std::error_code cause;
    fs::create_directories(folder, cause);
    if (cause) return fail(file_error(cause.value(), "mkdir", folder));
    if (fs::exists(folder / "Modelfile", cause))
        return fail(ErrorCode::invalid, "{} exists already", (folder / "Modelfile").string());
    return {};
}

// The Modelfile comes last: where there is one, everything it names is there.
Result<int> export_model(Program& program, const Invocation& call) {
    const auto& model = call.arguments[0];
    const fs::path folder = call.arguments[1];
    const auto name = store::ModelName::parse(model);
    if (!name) return fail(ErrorCode::invalid, "invalid model name: {}", model);
    CORRAL_TRY(const auto info, program.api.post("/api/show", {{"model", model}}));
    CORRAL_TRY(auto commands, models::parse_modelfile(text_of(info, "modelfile")));
    CORRAL_CHECK(prepare_folder(folder));
    Progress progress(program.console);
    for (const auto& file : rewrite(commands, name->model()))
        CORRAL_CHECK(export_file(file, folder, call.is_set("copy"), progress));
    CORRAL_CHECK(write_file_atomic(folder / "Modelfile", models::write_modelfile(commands)));
    progress.stop();
    program.console.print(fmt::format("exported '{}' to '{}'\n", model, folder.string()));
    return 0;
}

}  // namespace

Command export_command() {
    return {.name = "export",
            .arguments = "MODEL FOLDER",
            .summary = "Give a model's files and a Modelfile",
            .flags = {{.name = "copy", .help = "Share no data with the store"}},
            .arity = {2, 2},
            .variables = {"OLLAMA_HOST"},
            .body = export_model};
}

}  // namespace corral::cli
