// Reading the key pair back, and signing with it.

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/base64.h"
#include "base/files.h"
#include "base/text.h"
#include "registry/keys.h"

namespace corral::registry {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t kKeyFileLimitBytes = 64 * 1024;
constexpr std::size_t kSignatureBytes = 64;

// Takes SSH's `string`s and numbers off the front of a text.
class FieldReader {
public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    std::optional<std::uint32_t> number() {
        const auto bytes = take(4);
        if (!bytes) return std::nullopt;
        std::uint32_t value = 0;
        for (const char byte : *bytes) value = value << 8 | static_cast<unsigned char>(byte);
        return value;
    }
    std::optional<std::string_view> string() {
        const auto size = number();
        return size ? take(*size) : std::nullopt;
    }
    std::optional<std::string_view> take(std::size_t size) {
        if (size > rest_.size()) return std::nullopt;
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

private:
    std::string_view rest_;
};

std::unexpected<Error> no_key(std::string_view why) {
    return fail(ErrorCode::corrupt, "ssh: no usable private key: {}", why);
}

// The base64 text between the two lines of dashes.
std::string armoured_text(std::string_view pem) {
    std::string text;
    for (const std::string_view line : split(pem, '\n')) {
        if (!line.starts_with("-----")) text += trim(line);
    }
    return text;
}

// The field of 64 bytes: seed, then public key. Two equal check numbers come before it.
std::optional<std::string_view> seed_and_public_key(std::string_view section) {
    FieldReader reader(section);
    const auto first = reader.number();
    if (!first || first != reader.number() || reader.string() != "ssh-ed25519"sv) {
        return std::nullopt;
    }
    const auto public_key = reader.string();
    const auto both = reader.string();
    if (!public_key || !both || both->size() != 2 * kKeyBytes) return std::nullopt;
    return both->substr(kKeyBytes) == *public_key ? both : std::nullopt;
}

}  // namespace

Result<KeyPair> parse_private_key(std::string_view pem) {
    CORRAL_TRY(const std::string container, base64_decode(armoured_text(pem)));
    FieldReader reader(container);
    if (reader.take(15) != "openssh-key-v1\0"sv) return no_key("not an OpenSSH key");
    if (reader.string() != "none"sv || reader.string() != "none"sv) return no_key("encrypted");
    if (!reader.string() || reader.number() != 1U || !reader.string()) return no_key("malformed");
    const auto section = reader.string();
    const auto both = section ? seed_and_public_key(*section) : std::nullopt;
    if (!both) return no_key("not an ed25519 key");
    KeyPair pair;
    std::copy_n(both->begin(), kKeyBytes, pair.seed.begin());
    std::copy_n(both->begin() + kKeyBytes, kKeyBytes, pair.public_key.begin());
    return pair;
}

Result<KeyPair> read_key_pair(const std::filesystem::path& folder) {
    CORRAL_TRY(const std::string text, read_file(folder / "id_ed25519", kKeyFileLimitBytes));
    return parse_private_key(text);
}

Result<std::string> sign(const KeyPair& pair, std::string_view message) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, pair.seed.data(), kKeyBytes),
        EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::string signature(kSignatureBytes, '\0');
    std::size_t size = signature.size();
    if (!key || !context ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) != 1) {
        return fail(ErrorCode::internal, "signing with the ed25519 key failed");
    }
    const std::string line = public_key_line(pair);
    return line.substr(line.find(' ') + 1) + ":" + base64_encode(signature);
}

}  // namespace corral::registry
