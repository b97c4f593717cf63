#pragma once

// Purpose: the note of which models of read-only folders the user has removed.
//
// Layout: <root>/corral-hidden, one full name per line; absent when nothing is hidden. Foreign
// lines are kept.

#include <filesystem>
#include <set>
#include <string>

#include "base/result.h"
#include "store/name.h"

namespace corral::store {

class HiddenNames {
public:
    explicit HiddenNames(const std::filesystem::path& root);

    bool contains(const ModelName& name) const { return names_.contains(name.full_form()); }
    [[nodiscard]] Result<void> add(const ModelName& name);
    // False when the name was not hidden.
    [[nodiscard]] Result<bool> take_away(const ModelName& name);

private:
    [[nodiscard]] Result<void> save() const;
    std::filesystem::path path_;
    std::set<std::string> names_;
};

}  // namespace corral::store
