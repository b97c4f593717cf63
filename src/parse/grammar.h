#pragma once

// Purpose: a context-free grammar over UTF-8 text, compiled for matching byte by byte. Read from
// GBNF, the notation in which llama.cpp writes down JSON schemas and tool-call formats.
//
//   root ::= "yes" | [a-z]{1,8} (" " number)*
//
// Not supported: token elements (<[12]>), which none of llama.cpp's converters writes.
//
// Every text that fits so far can be completed: alternatives that no text fits are left out.
//
// Errors: `parse` gives ErrorCode::invalid for text that is not GBNF, undefined rules, left
// recursion (a rule that begins with itself and goes on), grammars larger than the limits, and
// those that no text fits.
// Upper limits of repetition beyond kMaxRepeats count as none; lower ones are an error.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "parse/char_set.h"

namespace corral::parse {

struct Grammar {
    static constexpr std::size_t kMaxElements = 600'000;
    static constexpr std::uint32_t kMaxRepeats = 32'768;

    struct Element {
        enum class Kind : std::uint8_t { end, set, rule } kind = Kind::end;
        std::uint32_t value = 0;  // index into sets or rules
    };
    // All alternatives of all rules, one after the other, each closed by `end`.
    std::vector<Element> elements;
    // Where the alternatives of each rule begin.
    std::vector<std::vector<std::uint32_t>> rules;
    std::uint32_t root = 0;
    std::vector<CharSet> sets;

    // Bytes that no set tells apart are of one class; there are far fewer classes than bytes.
    std::array<std::uint8_t, 256> byte_class{};
    std::vector<std::uint8_t> class_example;  // a byte of each class

    [[nodiscard]] static Result<Grammar> parse(std::string_view text,
                                               std::string_view root = "root");
};

}  // namespace corral::parse
