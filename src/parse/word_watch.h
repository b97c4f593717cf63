#pragma once

// Purpose: finds the first of several words in a text that arrives in pieces, wherever the pieces
// are cut. Linear in the text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::parse {

class WordWatch {
public:
    // Empty words are never found.
    explicit WordWatch(std::vector<std::string> words);

    struct Found {
        std::size_t word;  // index
        std::string rest;  // what follows it
    };
    // The word that begins first, and of those the longest. Nothing is remembered after a find.
    std::optional<Found> push(std::string_view text);

private:
    std::vector<std::string> words_;
    std::size_t longest_ = 0;
    std::string tail_;  // in which a word may have begun
};

}  // namespace corral::parse
