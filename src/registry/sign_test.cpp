#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "registry/keys.h"

namespace corral::registry {
namespace {

// The pair of the spec's test vector: the seed is 00 01 … 1f.
KeyPair spec_pair() {
    KeyPair pair;
    std::iota(pair.seed.begin(), pair.seed.end(), static_cast<unsigned char>(0));
    constexpr std::string_view hex =
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
        pair.public_key[i] =
            static_cast<unsigned char>(std::stoi(std::string(hex.substr(2 * i, 2)), nullptr, 16));
    }
    return pair;
}

TEST(Sign, GivesTheSpecsVector) {
    const auto signature = sign(
        spec_pair(),
        "GET,https://registry.example/v2/token?nonce=AAAAAAAAAAAAAAAAAAAAAA&scope=repository%3A"
        "library%2Fm%3Apull&service=registry.example&ts=1700000000,ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4"
        "OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==");
    ASSERT_TRUE(signature);
    EXPECT_EQ(
        *signature,
        "AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4:"
        "OkMECQkexdt+bgZs4gaXmLJEn6TLP8mw5fv4Q648ipEPwlf4qdT0D6fqXB7vPoiDrEFNJUJo9fHaznaMeAOkCQ"
        "==");
}

TEST(PrivateKey, IsReadAsItWasWritten) {
    const KeyPair pair = spec_pair();
    const auto read = parse_private_key(private_key_file(pair, 7));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->seed, pair.seed);
    EXPECT_EQ(read->public_key, pair.public_key);
}

TEST(PrivateKey, CutAnywhereIsAnErrorOrTheKey) {
    const std::string file = private_key_file(spec_pair(), 7);
    EXPECT_FALSE(parse_private_key(""));
    for (std::size_t size = 0; size < file.size() - 60; ++size) {
        EXPECT_FALSE(parse_private_key(std::string_view(file).substr(0, size))) << size;
    }
}

}  // namespace
}  // namespace corral::registry
