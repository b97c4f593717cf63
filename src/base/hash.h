#pragma once

// Purpose: SHA-256, the digest that names every blob, over OpenSSL.
//
// Threads: one object belongs to one thread at a time.

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace corral {

class Sha256 {
public:
    static constexpr std::size_t kDigestBytes = 32;

    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void update(std::span<const char> bytes);
    // Ends the computation: 64 lower-case hex digits. Call it once, last.
    std::string hex();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256_hex(std::string_view bytes);

}  // namespace corral
