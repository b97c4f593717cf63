#include "cli/chat/history.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "base/files.h"
#include "base/text.h"

namespace corral::cli {
namespace {

constexpr std::size_t kMostEntries = 100;
constexpr std::size_t kLargestHistoryBytes = 16 << 20;
constexpr std::string_view kNewlineSign = "␊";

}  // namespace

History::History(std::filesystem::path file, bool saved) : file_(std::move(file)), saved_(saved) {
    if (saved_) read();
}

void History::add(std::string_view entry) {
    auto trimmed = trim(entry);
    if (trimmed.empty()) return;
    entries_.push_back(std::string(trimmed));
    if (entries_.size() > kMostEntries) entries_.erase(entries_.begin());
    if (saved_) write();
}

void History::read() {
    auto text = read_file(file_, kLargestHistoryBytes);
    if (!text) return;
    for (auto line : split(*text, '\n')) {
        auto trimmed = std::string(trim(line));
        if (!trimmed.empty()) entries_.push_back(replace_all(trimmed, kNewlineSign, "\n"));
    }
    if (entries_.size() > kMostEntries) {
        entries_.erase(entries_.begin(),
                       entries_.end() - static_cast<std::ptrdiff_t>(kMostEntries));
    }
}

void History::write() const {
    std::string text;
    for (const auto& entry : entries_)
        text.append(replace_all(entry, "\n", kNewlineSign)).append("\n");
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error);
    auto temporary = file_;
    temporary += ".tmp";
    UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd || !write_all(fd.get(), text, temporary)) return;
    std::filesystem::rename(temporary, file_, error);
}

}  // namespace corral::cli
