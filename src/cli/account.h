#pragma once

// Purpose: what the commands say about accounts at ollama.com: signed in, not signed in, where to
// sign in. Source: cli.md 7.7, 7.8; storage-registry.md 12.4.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/api_client.h"

namespace corral::cli {

struct Account {
    bool signed_in = false;
    std::string name;        // when signed in
    std::string signin_url;  // when not, if the server knows
};

// Errors: whatever POST /api/me fails with, other than 401.
[[nodiscard]] Result<Account> ask_account(const ApiClient& api);

// Where to sign in; empty without a URL.
std::string signin_link_text(std::string_view url);

}  // namespace corral::cli
