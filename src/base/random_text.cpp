#include "base/random_text.h"

#include <random>
#include <string_view>

namespace corral {

namespace {

std::string random_of(std::string_view alphabet, std::size_t n_characters) {
    std::random_device source;
    std::uniform_int_distribution<std::size_t> choose(0, alphabet.size() - 1);
    std::string text(n_characters, '\0');
    for (char& c : text) c = alphabet[choose(source)];
    return text;
}

}  // namespace

std::string random_text(std::size_t n_characters) {
    return random_of("abcdefghijklmnopqrstuvwxyz0123456789", n_characters);
}

std::string random_hex(std::size_t n_digits) {
    return random_of("0123456789abcdef", n_digits);
}

}  // namespace corral
