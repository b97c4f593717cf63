// Any bytes as a challenge and as a redirect: no crash, and what is made of them is an address of
// its host and can be a line of a request.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "registry/challenge.h"
#include "registry/reach.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace corral::registry;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Challenge challenge = parse_challenge(text);
    const std::string url = token_url(challenge, 1, "nonce");
    if (!url.starts_with(challenge.realm)) __builtin_trap();
    const std::string_view query = std::string_view(url).substr(challenge.realm.size());
    if (query.find_first_of("\r\n ") != std::string_view::npos) __builtin_trap();
    const std::string next = resolve_location("https://registry.example/v2/x", text);
    if (!next.empty() && !next.starts_with("http")) __builtin_trap();
    (void)reach_of_host(host_of(text));
    return 0;
}
