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

std::string pem(std::string_view lines) {
    constexpr std::string_view kWhat = "OPENSSH PRIVATE KEY";
    return fmt::format("-----BEGIN {0}-----\n{1}-----END {0}-----\n", kWhat, lines);
}

// Made by ssh-keygen for this test: lines of 70 columns, a comment.
constexpr std::string_view kForeignKey =
    R"(b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBaJB1BIf3fZNyZmwlCTA53IW1dk7/06rJO36GUp/gA2AAAAJCW31H0lt9R
9AAAAAtzc2gtZWQyNTUxOQAAACBaJB1BIf3fZNyZmwlCTA53IW1dk7/06rJO36GUp/gA2A
AAAEDsCSxwH+DfaTskrmlh1mBXSHGBZAHUrfvtH+4W1F87hFokHUEh/d9k3JmbCUJMDnch
bV2Tv/Tqsk7foZSn+ADYAAAAC2FkYUBleGFtcGxlAQI=
)";

TEST(PrivateKey, OfSshKeygenIsRead) {
    const auto pair = parse_private_key(pem(kForeignKey));
    ASSERT_TRUE(pair) << pair.error().message;
    EXPECT_EQ(public_key_line(*pair),
              "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFokHUEh/d9k3JmbCUJMDnchbV2Tv/Tqsk7foZSn+ADY");
    EXPECT_TRUE(sign(*pair, "text"));
}

TEST(PrivateKey, ThatIsEncryptedIsRefused) {
    constexpr std::string_view kEncrypted =
        R"(b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAKCdUHwe
0kK8xbg8fzEA/wAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIEqOZPtHIHCWckcX
PKM2Pw93ClN73JJo6WNAG/gMcWicAAAAkO9fbWzG0+KW6GpsoXVKqMPm2UcdBrNEYLAvCH
DlzYoCvJ8i0cLmeUfecSmsWzL32579+fKZ82YAKZs3N2nMXsl//lSzSxvCYqZ5u7brxRGy
7A2cAV5P7xMe4koy6Bq7M27ifiKRSRptbf9CNV2Ai3aDjMDtIzuTKRNhC3QXANJ590HCNC
U7Lg93lY0BRJ58oQ==
)";
    const auto pair = parse_private_key(pem(kEncrypted));
    ASSERT_FALSE(pair);
    EXPECT_EQ(pair.error().message, "ssh: no usable private key: encrypted");
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
