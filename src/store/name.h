#pragma once

// Purpose: model names and digests as types that only parsing can make, so that no path is ever
// built from a string that came from outside.
//
// Source: native-api.md 4 (grammar, display forms), storage-registry.md (disk layout).

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace corral::store {

inline constexpr std::string_view kDefaultHost = "registry.ollama.ai";
inline constexpr std::string_view kDefaultNamespace = "library";
inline constexpr std::string_view kDefaultTag = "latest";

// host/namespace/model:tag, every part present and checked. The scheme prefix is parsed and
// dropped.
class ModelName {
public:
    static std::optional<ModelName> parse(std::string_view text);
    static std::optional<ModelName> from_parts(std::string_view host, std::string_view name_space,
                                               std::string_view model, std::string_view tag);

    const std::string& host() const { return host_; }
    const std::string& name_space() const { return namespace_; }
    const std::string& model() const { return model_; }
    const std::string& tag() const { return tag_; }

    std::string short_form() const;  // "llama3.2:latest", "me/x:latest", "host/me/x:latest"
    std::string full_form() const;   // "registry.ollama.ai/library/llama3.2:latest"
    std::string manifest_path()
        const;  // "host/namespace/model/tag", relative to <models>/manifests

    auto operator<=>(const ModelName&) const = default;

private:
    std::string host_, namespace_, model_, tag_;
};

// A SHA-256 digest: 64 lower-case hex digits.
class Digest {
public:
    // "sha256:<hex>" or "sha256-<hex>"; upper-case hex is folded.
    static std::optional<Digest> parse(std::string_view text);
    static Digest of_hex(const std::string& lower_case_hex);  // 64 digits from our own hasher

    const std::string& hex() const { return hex_; }
    std::string text() const { return "sha256:" + hex_; }
    std::string file_name() const { return "sha256-" + hex_; }

    auto operator<=>(const Digest&) const = default;

private:
    explicit Digest(std::string hex) : hex_(std::move(hex)) {}
    std::string hex_;
};

}  // namespace corral::store
