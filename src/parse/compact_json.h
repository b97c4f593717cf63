#pragma once

// Purpose: takes the blanks out of JSON text that arrives in pieces; those inside of its strings
// stay. What is no JSON passes through in the same way.

#include <string>
#include <string_view>

namespace corral::parse {

class CompactJson {
public:
    std::string push(std::string_view text);

    // Whether what came so far is a whole object or list.
    bool is_whole() const { return is_begun_ && depth_ == 0; }

private:
    bool is_begun_ = false;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
};

}  // namespace corral::parse
