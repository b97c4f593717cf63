#pragma once

// Purpose: ends a text at the first stop string, which never appears in the output, not even in
// part.
//
// Text that could still become a stop string is withheld until it is decided (native-api.md 7.5).

#include <string>
#include <string_view>
#include <vector>

namespace corral::parse {

class StopMatcher {
public:
    // Empty stop strings are ignored.
    explicit StopMatcher(std::vector<std::string> stops);

    struct Output {
        std::string text;       // may be shown now
        bool stopped = false;   // a stop string was found; what follows it was dropped
        std::string stop = {};  // which
    };
    // After `stopped` nothing more may be pushed.
    Output push(std::string_view text);

    // What was withheld: the text ended before it became a stop string.
    std::string finish();

private:
    std::size_t withheld_length() const;

    std::vector<std::string> stops_;
    std::string pending_;
};

}  // namespace corral::parse
