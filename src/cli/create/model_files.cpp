#include "cli/create/model_files.h"

#include <fnmatch.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <system_error>

namespace corral::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSniffedBytes = 512;

enum class Content { text, zip, binary, any };

struct Pattern {
    const char* name;
    bool one_below = false;  // also in the folders within the folder
};

// One kind of model, by the files it consists of.
struct Kind {
    std::array<Pattern, 2> patterns;  // an unused one has no name
    Content content;
};

constexpr std::array<Kind, 6> kKinds = {{
    {{{{"model*.safetensors"}, {"model*.safetensors", true}}}, Content::any},
    {{{{"consolidated*.safetensors"}, {nullptr}}}, Content::any},
    {{{{"pytorch_model*.bin"}, {nullptr}}}, Content::zip},
    {{{{"consolidated*.pth"}, {nullptr}}}, Content::zip},
    {{{{"*.gguf"}, {nullptr}}}, Content::binary},
    {{{{"*.bin"}, {nullptr}}}, Content::binary},
}};

// A rough guess from the first bytes, enough to tell weights from other files of the same name.
Content content_of(const fs::path& file) {
    std::string head(kSniffedBytes, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(stream.gcount()));
    if (head.starts_with("PK\x03\x04")) return Content::zip;
    bool binary = std::ranges::any_of(head, [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\033';
    });
    return binary ? Content::binary : Content::text;
}

class Folder {
public:
    explicit Folder(fs::path path) : path_(std::move(path)) {}

    // Regular files (or links to such) of that name in this folder, or in those within it.
    std::vector<fs::path> matching(const Pattern& pattern) const {
        std::vector<fs::path> found;
        if (pattern.name == nullptr) return found;
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(path_, error)) {
            if (!pattern.one_below) {
                add_if_matching(found, entry, pattern.name);
            } else if (entry.is_directory(error)) {
                for (const auto& inner : fs::directory_iterator(entry.path(), error)) {
                    add_if_matching(found, inner, pattern.name);
                }
            }
        }
        std::ranges::sort(found);
        return found;
    }

    // The files of one kind; none when one of them holds something else.
    std::vector<fs::path> of_kind(const Kind& kind) const {
        std::vector<fs::path> found;
        for (const auto& pattern : kind.patterns) {
            auto files = matching(pattern);
            found.insert(found.end(), files.begin(), files.end());
        }
        bool wrong =
            kind.content != Content::any && std::ranges::any_of(found, [&](const fs::path& file) {
                return content_of(file) != kind.content;
            });
        return wrong ? std::vector<fs::path>() : found;
    }

    // Where a file really lies, which must be within the folder.
    Result<fs::path> resolved(const fs::path& file) const {
        std::error_code error;
        auto target = fs::canonical(file, error);
        if (error) return fail(ErrorCode::io, "open {}: {}", file.string(), error.message());
        auto relative = target.lexically_relative(fs::canonical(path_, error));
        if (!relative.empty() && *relative.begin() != "..") return target;
        auto shown = file.lexically_relative(path_).string();
        if (file.string().find(".cache") != std::string::npos) {
            return fail(ErrorCode::invalid,
                        "insecure path: {}\n\nif you downloaded the model with a tool that keeps a "
                        "cache of links, download it again with --local-dir <dir>",
                        shown);
        }
        return fail(ErrorCode::invalid, "insecure path: {}", shown);
    }

private:
    static void add_if_matching(std::vector<fs::path>& found, const fs::directory_entry& entry,
                                const char* pattern) {
        std::error_code error;
        auto name = entry.path().filename().string();
        if (fnmatch(pattern, name.c_str(), 0) == 0 && entry.is_regular_file(error)) {
            found.push_back(entry.path());
        }
    }

    fs::path path_;
};

// Configuration and tokenizer, which belong to weights of any kind.
Result<std::vector<fs::path>> companions(const Folder& folder) {
    std::vector<fs::path> found;
    for (const auto& pattern : {Pattern{"*.json"}, Pattern{"*.json", true}}) {
        for (auto& file : folder.matching(pattern)) {
            if (content_of(file) != Content::text) {
                return fail(ErrorCode::invalid, "invalid content type: expected text/plain for {}",
                            file.string());
            }
            found.push_back(std::move(file));
        }
    }
    for (const auto& pattern : {Pattern{"chat_template.jinja"}, Pattern{"tokenizer.model"}}) {
        for (auto& file : folder.matching(pattern)) found.push_back(std::move(file));
    }
    return found;
}

Result<std::vector<fs::path>> folder_files(const Folder& folder) {
    std::vector<fs::path> files;
    for (const auto& kind : kKinds) {
        files = folder.of_kind(kind);
        if (!files.empty()) break;
    }
    if (files.empty()) {
        return fail(ErrorCode::invalid, "no Modelfile or safetensors files found");
    }
    CORRAL_TRY(auto others, companions(folder));
    files.insert(files.end(), others.begin(), others.end());
    for (auto& file : files) {
        CORRAL_TRY(file, folder.resolved(file));
    }
    return files;
}

}  // namespace

fs::path expand_path(std::string_view text, const fs::path& folder, const fs::path& home) {
    fs::path path(text);
    if (path.is_absolute()) return path;
    if (!text.starts_with('~')) return folder / path;
    auto first = path.begin()->string();
    auto base = home;
    if (first != "~") {
        const passwd* user = getpwnam(first.c_str() + 1);
        if (user == nullptr) return folder / path;
        base = user->pw_dir;
    }
    return base / path.lexically_relative(first);
}

Result<std::vector<fs::path>> model_files(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) return folder_files(Folder(path));
    auto target = fs::canonical(path, error);
    if (error) return fail(ErrorCode::io, "open {}: {}", path.string(), error.message());
    return std::vector<fs::path>{target};
}

std::vector<std::string> names_on_server(const std::vector<fs::path>& files) {
    if (files.size() == 1) return {files[0].filename().generic_string()};
    std::vector<std::string> names;
    if (files.empty()) return names;
    auto shared = files[0].parent_path();
    auto holds = [&](const fs::path& file) {
        auto relative = file.lexically_relative(shared);
        return !relative.empty() && *relative.begin() != "..";
    };
    while (!std::ranges::all_of(files, holds)) shared = shared.parent_path();
    for (const auto& file : files)
        names.push_back(file.lexically_relative(shared).generic_string());
    return names;
}

}  // namespace corral::cli
