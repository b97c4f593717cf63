#include <filesystem>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/create/blobs.h"
#include "cli/create/create_request.h"
#include "cli/create/model_files.h"
#include "cli/json.h"
#include "cli/status_progress.h"
#include "store/name.h"

namespace corral::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestModelfileBytes = 64 << 20;
constexpr std::string_view kFromHere = "FROM .\n";

struct Source {
    models::Modelfile modelfile;
    fs::path folder;  // of the Modelfile
};

Result<Source> read_modelfile(const Program& program, const Invocation& call) {
    bool named = call.has("file");
    auto path = fs::absolute(named ? call.text("file") : "Modelfile");
    auto text = read_file(path, kLargestModelfileBytes);
    if (!text && text.error().code == ErrorCode::not_found) {
        if (named) return fail(ErrorCode::not_found, "specified Modelfile wasn't found");
        text = std::string(kFromHere);
    }
    if (!text) return fail(text.error());
    CORRAL_TRY(auto commands, models::parse_modelfile(*text));
    CORRAL_TRY(auto modelfile, models::interpret_modelfile(commands));
    for (const auto& name : modelfile.deprecated_parameters) {
        program.console.print(fmt::format("warning: parameter {} is deprecated\n", name));
    }
    return Source{std::move(modelfile), path.parent_path()};
}

// Turns the paths of a Modelfile into blobs on the server.
class Uploads {
public:
    Uploads(const Program& program, Progress& progress) : program_(program), progress_(progress) {}

    // Hashes the files behind `paths` and remembers to send them.
    Result<NamedDigests> add(const std::vector<fs::path>& paths) {
        std::vector<fs::path> files;
        for (const auto& path : paths) {
            CORRAL_TRY(auto found, model_files(path));
            files.insert(files.end(), found.begin(), found.end());
        }
        CORRAL_TRY(auto blobs, hash_files(files));
        auto names = names_on_server(files);
        NamedDigests digests;
        for (std::size_t i = 0; i < blobs.size(); ++i) {
            digests[names[i]] = blobs[i].digest;
            blobs_.push_back(std::move(blobs[i]));
        }
        return digests;
    }

    Result<void> send() {
        const bool is_local = program_.api.address().is_loopback();
        const auto models = is_local ? program_.settings.models : fs::path();
        for (const auto& blob : blobs_)
            CORRAL_CHECK(ensure_blob(program_.api, blob, models, progress_));
        return {};
    }

private:
    const Program& program_;
    Progress& progress_;
    std::vector<LocalBlob> blobs_;
};

Result<void> check_drafts(const std::vector<fs::path>& drafts, const std::vector<fs::path>& bases) {
    for (const auto& draft : drafts) {
        for (const auto& base : bases) {
            std::error_code error;
            if (fs::equivalent(draft, base, error)) {
                return fail(ErrorCode::invalid,
                            "DRAFT must not reference the same local path as FROM: {}",
                            draft.string());
            }
        }
    }
    return {};
}

Result<CreateSources> gather(const Program& program, const Source& source, Uploads& uploads) {
    auto expanded = [&](const std::vector<std::string>& texts) {
        std::vector<fs::path> paths;
        for (const auto& text : texts) {
            paths.push_back(expand_path(text, source.folder, program.settings.home));
        }
        return paths;
    };
    CreateSources sources;
    std::vector<fs::path> bases;
    for (const auto& text : source.modelfile.from) {
        auto path = expand_path(text, source.folder, program.settings.home);
        std::error_code error;
        if (fs::exists(path, error)) {
            bases.push_back(path);
        } else {
            sources.from = text;
        }
    }
    auto drafts = expanded(source.modelfile.drafts);
    CORRAL_CHECK(check_drafts(drafts, bases));
    CORRAL_TRY(sources.files, uploads.add(bases));
    CORRAL_TRY(sources.adapters, uploads.add(expanded(source.modelfile.adapters)));
    CORRAL_TRY(sources.drafts, uploads.add(drafts));
    return sources;
}

Result<int> create(Program& program, const Invocation& call) {
    const auto& model = call.arguments[0];
    if (!store::ModelName::parse(model)) {
        return fail(ErrorCode::invalid, "invalid model name: {}", model);
    }
    if (call.is_set("experimental")) {
        return fail(ErrorCode::unsupported,
                    "--experimental imports are for another engine's model format; this version "
                    "lacks them");
    }
    CORRAL_TRY(auto source, read_modelfile(program, call));
    Quantization quantization{call.text("quantize"), call.text("draft-quantize")};
    if (!quantization.draft.empty() && source.modelfile.drafts.empty()) {
        return fail(ErrorCode::invalid, "--draft-quantize requires a DRAFT model");
    }
    Progress progress(program.console);
    progress.add_spinner("gathering model components");
    Uploads uploads(program, progress);
    CORRAL_TRY(auto sources, gather(program, source, uploads));
    CORRAL_CHECK(uploads.send());
    auto request = create_request(model, source.modelfile, sources, quantization);
    if (call.is_set("insecure")) request["insecure"] = true;
    StatusProgress status(progress, BarLabel::status);
    CORRAL_CHECK(program.api.stream("/api/create", request, [&](const Json& event) {
        status.show(event);
        return true;
    }));
    return 0;
}

}  // namespace

Command create_command() {
    return {.name = "create",
            .arguments = "MODEL",
            .summary = "Create a model",
            .flags = {{.name = "draft-quantize",
                       .type = FlagType::text,
                       .help = "Quantize the draft model to this level"},
                      {.name = "experimental",
                       .help = "Import safetensors without a server (not in this version)"},
                      {.name = "file",
                       .letter = 'f',
                       .type = FlagType::text,
                       .help = "Name of the Modelfile (default \"Modelfile\")"},
                      {.name = "insecure",
                       .help = "Use an insecure registry for a base model that is not here"},
                      {.name = "quantize",
                       .letter = 'q',
                       .type = FlagType::text,
                       .help = "Quantize model to this level (e.g. q4_K_M)"}},
            .arity = {1, 1},
            .variables = {"OLLAMA_HOST"},
            .body = create};
}

}  // namespace corral::cli
