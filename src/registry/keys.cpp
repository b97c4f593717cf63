#include "registry/keys.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "base/base64.h"
#include "base/files.h"

namespace corral::registry {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kKeyType = "ssh-ed25519";
constexpr std::size_t kPemColumns = 64;
constexpr std::size_t kPaddingBytes = 8;

template <std::size_t N>
std::string_view bytes_of(const std::array<unsigned char, N>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string number(std::uint32_t value) {
    std::string text;
    for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(value >> shift);
    return text;
}

// SSH's `string`: length, then bytes.
std::string field(std::string_view bytes) {
    return number(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

std::string public_key_blob(const KeyPair& pair) {
    return field(kKeyType) + field(bytes_of(pair.public_key));
}

// The part an encrypted key would hide.
std::string private_section(const KeyPair& pair, std::uint32_t check) {
    std::string section = number(check) + number(check) + public_key_blob(pair);
    section += field(std::string(bytes_of(pair.seed)).append(bytes_of(pair.public_key)));
    section += field("");
    for (char pad = 1; section.size() % kPaddingBytes != 0; ++pad) section += pad;
    return section;
}

Error crypto_error(std::string_view what) {
    return {ErrorCode::internal, fmt::format("generate key: {} failed", what), {}, 0};
}

// Never, not even for a moment, readable by more than `mode` says.
Result<void> write_key(const fs::path& path, std::string_view text, mode_t mode) {
    const fs::path temporary = path.string() + ".new";
    (void)::unlink(temporary.c_str());
    const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file) return fail(file_error(errno, "create", temporary));
    CORRAL_CHECK(write_all(file.get(), text, temporary));
    if (::fsync(file.get()) != 0) return fail(file_error(errno, "sync", temporary));
    if (::rename(temporary.c_str(), path.c_str()) == 0) return {};
    return fail(file_error(errno, "rename", temporary));
}

}  // namespace

Result<KeyPair> generate_key_pair() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    if (!key) return fail(crypto_error("ed25519"));
    KeyPair pair;
    std::size_t size = pair.seed.size();
    if (EVP_PKEY_get_raw_private_key(key.get(), pair.seed.data(), &size) != 1) {
        return fail(crypto_error("reading the seed"));
    }
    size = pair.public_key.size();
    if (EVP_PKEY_get_raw_public_key(key.get(), pair.public_key.data(), &size) != 1) {
        return fail(crypto_error("reading the public key"));
    }
    return pair;
}

std::string public_key_line(const KeyPair& pair) {
    return std::string(kKeyType) + " " + base64_encode(public_key_blob(pair));
}

std::string private_key_file(const KeyPair& pair, std::uint32_t check) {
    using namespace std::string_view_literals;
    const std::string container =
        std::string("openssh-key-v1\0"sv) + field("none") + field("none") + field("") + number(1) +
        field(public_key_blob(pair)) + field(private_section(pair, check));
    const std::string encoded = base64_encode(container);
    std::string file = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    for (std::size_t at = 0; at < encoded.size(); at += kPemColumns) {
        file.append(encoded, at, kPemColumns).append("\n");
    }
    return file + "-----END OPENSSH PRIVATE KEY-----\n";
}

Result<std::optional<std::string>> ensure_key_pair(const fs::path& folder) {
    const fs::path private_path = folder / "id_ed25519";
    std::error_code cause;
    if (fs::exists(private_path, cause)) return std::nullopt;
    fs::create_directories(folder, cause);
    if (cause) return fail(file_error(cause.value(), "mkdir", folder));
    CORRAL_TRY(const KeyPair pair, generate_key_pair());
    std::uint32_t check = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&check), sizeof check) != 1) {
        return fail(crypto_error("random numbers"));
    }
    const std::string line = public_key_line(pair);
    CORRAL_CHECK(write_key(private_path, private_key_file(pair, check), 0600));
    CORRAL_CHECK(write_key(folder / "id_ed25519.pub", line + "\n", 0644));
    return line;
}

}  // namespace corral::registry
