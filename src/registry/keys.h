#pragma once

// Purpose: the ed25519 key pair that stands for this machine towards registries.
//
// On disk: <folder>/id_ed25519 (OpenSSH private key, unencrypted, empty comment, mode 0600) and
// <folder>/id_ed25519.pub (`ssh-ed25519 <base64>` and a newline, mode 0644).
// Errors: io, with the path and cause. Source: storage-registry.md 9.1, cli.md 14.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace corral::registry {

inline constexpr std::size_t kKeyBytes = 32;

struct KeyPair {
    std::array<unsigned char, kKeyBytes> seed{};
    std::array<unsigned char, kKeyBytes> public_key{};
};

[[nodiscard]] Result<KeyPair> generate_key_pair();

// "ssh-ed25519 AAAA…", without a newline.
std::string public_key_line(const KeyPair& pair);
// The PEM text of the private key file. `check` is the container's random check number.
std::string private_key_file(const KeyPair& pair, std::uint32_t check);

// Makes the pair when <folder>/id_ed25519 is missing, and the folder with it; gives the line of the
// new public key then, nothing when there was a key already.
[[nodiscard]] Result<std::optional<std::string>> ensure_key_pair(
    const std::filesystem::path& folder);

// The pair that <folder>/id_ed25519 holds: unencrypted, any line width, any comment.
[[nodiscard]] Result<KeyPair> read_key_pair(const std::filesystem::path& folder);
// The same of the file's text; `corrupt` when it is no such key.
[[nodiscard]] Result<KeyPair> parse_private_key(std::string_view pem);

// "<public key>:<signature>", as registries want it in Authorization (storage-registry.md 9.2).
[[nodiscard]] Result<std::string> sign(const KeyPair& pair, std::string_view message);

}  // namespace corral::registry
