#pragma once

// Purpose: bounds a JSON schema that came from outside before it is turned into a grammar, which
// takes time and memory that hostile schemas can make endless: repetition, depth, references that
// go round in circles, alternatives that multiply.
//
// The schema that comes back means the same and is safe to convert. Upper limits of length beyond
// Grammar::kMaxRepeats are left out of it: they are not enforced. The reference "#" is made one
// that llama.cpp's converter knows.
//
// Keywords that the grammar would leave out (`not`, `patternProperties`, `uniqueItems`, …) are
// refused rather than ignored, unless what they demand holds anyway. Not enforced, and not refused
// since too many clients send it, is `format` where it is a mere remark.
//
// The converter knows no bounds of numbers that are no integers. In place of such a number the
// schema has a text that stands nowhere else, and the grammar gets a rule of ours for it
// (decimal_range.h). Of `multipleOf` such numbers know 1, 0.1, 0.01, …, as a number of decimals.
//
// Errors: ErrorCode::invalid; the message names the place, like "#/properties/a: …".

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::parse {

struct BoundedSchema {
    // A value that has a rule of ours.
    struct StandIn {
        std::string text;  // that stands for it in the schema; good as a rule's name
        std::string rule;  // in GBNF: the right side, and further rules in lines of their own
        std::string otherwise = R"({"type":"number"})";  // the schema where no rule can stand
    };
    std::string json;
    std::vector<StandIn> stand_ins;
};
// `number_name` begins the texts that stand for numbers; other schemas of one grammar have another.
[[nodiscard]] Result<BoundedSchema> bounded_schema(std::string_view json,
                                                   std::string number_name = "corral-number-");

}  // namespace corral::parse
