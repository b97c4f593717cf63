#include "store/hidden.h"

#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "base/text.h"

namespace corral::store {

namespace {
constexpr std::size_t kLimitBytes = 4 << 20;
}

HiddenNames::HiddenNames(const std::filesystem::path& root) : path_(root / "corral-hidden") {
    const auto text = read_file(path_, kLimitBytes);
    if (!text) return;
    for (const std::string_view line : split(*text, '\n'))
        if (!line.empty()) names_.emplace(line);
}

Result<void> HiddenNames::add(const ModelName& name) {
    if (!names_.insert(name.full_form()).second) return {};
    return save();
}

Result<bool> HiddenNames::take_away(const ModelName& name) {
    if (names_.erase(name.full_form()) == 0) return false;
    CORRAL_CHECK(save());
    return true;
}

Result<void> HiddenNames::save() const {
    if (names_.empty()) {
        if (::unlink(path_.c_str()) == 0 || errno == ENOENT) return {};
        return fail(file_error(errno, "remove", path_));
    }
    std::string text;
    for (const std::string& name : names_) text += name + "\n";
    return write_file_atomic(path_, text);
}

}  // namespace corral::store
