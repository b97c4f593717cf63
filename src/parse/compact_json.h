#pragma once

// Purpose: takes the blanks out of JSON text that arrives in pieces; those inside of its strings
// stay. What is no JSON passes through in the same way.

#include <string>
#include <string_view>

namespace corral::parse {

class CompactJson {
public:
    std::string push(std::string_view text);

private:
    bool in_string_ = false;
    bool escaped_ = false;
};

}  // namespace corral::parse
