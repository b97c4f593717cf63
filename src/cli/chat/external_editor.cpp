#include "cli/chat/external_editor.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace corral::cli {
namespace {

constexpr std::size_t kLargestMessageBytes = 16 << 20;
constexpr std::string_view kFileSuffix = ".txt";

// Runs the editor in the foreground of our terminal; true when it could be started.
bool run_editor(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t pid = 0;
    if (posix_spawnp(&pid, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
        return false;
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return true;
}

}  // namespace

Result<std::string> edit_externally(const std::string& command, const std::string& text) {
    auto words = split_words(command);
    if (words.empty()) return fail(ErrorCode::not_found, "no editor is set");
    auto path = (std::filesystem::temp_directory_path() / "ollama-prompt-XXXXXX.txt").string();
    UniqueFd file(mkstemps(path.data(), static_cast<int>(kFileSuffix.size())));
    if (!file) return fail(file_error(errno, "create", path));
    auto edited = [&]() -> Result<std::string> {
        CORRAL_CHECK(write_all(file.get(), text, path));
        std::vector<std::string> arguments(words.begin(), words.end());
        arguments.push_back(path);
        if (!run_editor(std::move(arguments))) {
            return fail(
                ErrorCode::not_found,
                "editor {} not found, set OLLAMA_EDITOR to the path of your preferred editor",
                go_quote(words[0]));
        }
        return read_file(path, kLargestMessageBytes);
    }();
    ::unlink(path.c_str());
    if (!edited) return edited;
    return std::string(trim_right(*edited, "\r\n"));
}

}  // namespace corral::cli
