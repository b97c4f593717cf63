#pragma once

// Purpose: a set of characters as an automaton over the bytes of their UTF-8 encoding, so that text
// can be matched byte by byte, wherever a token cuts it.
//
// Surrogates belong to no set: UTF-8 cannot spell them.

#include <array>
#include <cstdint>
#include <vector>

namespace corral::parse {

class CharSet {
public:
    struct Range {  // both ends inclusive
        char32_t first;
        char32_t last;
        bool operator==(const Range&) const = default;
        auto operator<=>(const Range&) const = default;
    };
    // Sorted, without overlap, gaps between them, surrogates left out: the canonical form of a set.
    using Ranges = std::vector<Range>;
    static Ranges normalized(Ranges ranges);
    static Ranges complement(const Ranges& normalized);

    explicit CharSet(const Ranges& normalized);
    bool empty() const { return empty_; }

    static constexpr std::uint16_t kStart = 0;
    static constexpr std::uint16_t kDone = 0xFFFE;  // the character is complete and in the set
    static constexpr std::uint16_t kFail = 0xFFFF;
    using Row = std::array<std::uint16_t, 256>;  // the state after each byte
    const std::vector<Row>& rows() const { return rows_; }
    std::uint16_t next(std::uint16_t state, std::uint8_t byte) const { return rows_[state][byte]; }

private:
    std::uint16_t target(const Ranges& ranges, char32_t prefix, int n_left, char32_t lowest);
    std::uint16_t any_tail(int n_left);

    bool empty_;
    std::vector<Row> rows_;
    std::array<std::uint16_t, 4> any_tails_{};  // states that take n more bytes of any character
};

}  // namespace corral::parse
