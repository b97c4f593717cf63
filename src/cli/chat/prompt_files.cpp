#include "cli/chat/prompt_files.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/base64.h"
#include "base/files.h"
#include "base/text.h"

namespace corral::cli {
namespace {

constexpr std::array<std::string_view, 5> kExtensions = {".jpeg", ".jpg", ".png", ".webp", ".wav"};
constexpr std::string_view kEscaped = " ()[]{}$&;'\\*?~";
constexpr std::size_t kLargestPromptFileBytes = 100 << 20;

bool is_word_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Whether a path can start at `at`: "./", "/" or "\".
bool starts_path(std::string_view prompt, std::size_t at) {
    auto rest = prompt.substr(at);
    return rest.starts_with("./") || rest.starts_with("/") || rest.starts_with("\\");
}

// Where the nearest known extension at a word boundary ends; npos when there is none on this line.
std::size_t path_end(std::string_view prompt, std::size_t at) {
    for (auto dot = prompt.find('.', at); dot != std::string_view::npos;
         dot = prompt.find('.', dot + 1)) {
        if (prompt.substr(at, dot - at).find('\n') != std::string_view::npos) break;
        for (auto extension : kExtensions) {
            auto end = dot + extension.size();
            if (!starts_with_ignoring_case(prompt.substr(dot), extension)) continue;
            if (end == prompt.size() || !is_word_character(prompt[end])) return end;
        }
    }
    return std::string_view::npos;
}

// Undoes the backslashes a shell or terminal puts into a dropped path.
std::string unescaped(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        bool escape = path[i] == '\\' && i + 1 < path.size() &&
                      kEscaped.find(path[i + 1]) != std::string_view::npos;
        out += path[escape ? ++i : i];
    }
    return out;
}

// "image", "audio", or nothing for content that is neither.
std::string_view kind_of(std::string_view bytes) {
    if (bytes.starts_with("\xff\xd8\xff") || bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image";
    if (bytes.starts_with("RIFF") && bytes.size() >= 12) {
        if (bytes.substr(8, 4) == "WEBP") return "image";
        if (bytes.substr(8, 4) == "WAVE") return "audio";
    }
    return "";
}

Result<std::string> read_media(const Console& console, const std::string& path) {
    std::error_code error;
    if (std::filesystem::file_size(path, error) > kLargestPromptFileBytes && !error) {
        return fail(ErrorCode::invalid, "file size exceeds maximum limit (100MB)");
    }
    CORRAL_TRY(auto bytes, read_file(path, kLargestPromptFileBytes));
    auto kind = kind_of(bytes);
    if (kind.empty()) {
        console.note(fmt::format("Couldn't process file: {}\n", go_quote(path)));
        return fail(ErrorCode::invalid, "invalid file type: {} is neither JPEG, PNG, WebP nor WAV",
                    path);
    }
    console.note(fmt::format("Added {} '{}'\n", kind, path));
    return base64_encode(bytes);
}

}  // namespace

std::vector<std::string> find_paths(std::string_view prompt) {
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < prompt.size(); ++at) {
        if (!starts_path(prompt, at)) continue;
        auto end = path_end(prompt, at);
        if (end == std::string_view::npos) continue;
        paths.emplace_back(prompt.substr(at, end - at));
        at = end - 1;
    }
    return paths;
}

Result<PromptFiles> take_files(const Console& console, std::string prompt) {
    PromptFiles result{std::move(prompt), {}};
    for (const auto& written : find_paths(result.prompt)) {
        auto path = unescaped(written);
        std::error_code error;
        if (!std::filesystem::exists(path, error)) continue;
        CORRAL_TRY(auto base64, read_media(console, path));
        result.base64.push_back(std::move(base64));
        result.prompt = replace_all(result.prompt, "'" + path + "'", "");
        result.prompt = replace_all(result.prompt, "'" + written + "'", "");
        result.prompt = replace_all(result.prompt, written, "");
    }
    if (!result.base64.empty()) result.prompt = trim(result.prompt);
    return result;
}

}  // namespace corral::cli
