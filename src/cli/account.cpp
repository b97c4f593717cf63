#include "cli/account.h"

#include <fmt/format.h>

#include "cli/json.h"

namespace corral::cli {

Result<Account> ask_account(const ApiClient& api) {
    const auto answer = api.post("/api/me", Json::object());
    if (answer)
        return Account{.signed_in = true, .name = text_of(*answer, "name"), .signin_url = {}};
    if (answer.error().http_status != 401) return fail(answer.error());
    return Account{.signed_in = false, .name = {}, .signin_url = answer.error().hint};
}

std::string signin_link_text(std::string_view url) {
    if (url.empty()) return {};
    return fmt::format("If your browser did not open, navigate to:\n    {}\n\n", url);
}

}  // namespace corral::cli
