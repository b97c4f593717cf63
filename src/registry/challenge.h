#pragma once

// Purpose: what a registry's 401 asks for, and the URL that a token is asked from. Pure functions.
//
// Source: storage-registry.md 10.1.

#include <cstdint>
#include <string>
#include <string_view>

namespace corral::registry {

// The parts of a WWW-Authenticate header; a missing one is empty.
struct Challenge {
    std::string realm;
    std::string service;
    std::string scope;  // several, separated by blanks
};
Challenge parse_challenge(std::string_view header);

// The realm with service, scopes, time (Unix seconds) and nonce as its query, sorted by key and
// form-encoded: exactly what is signed and sent.
std::string token_url(const Challenge& challenge, std::int64_t unix_time, std::string_view nonce);

// As the value of a query parameter: a blank is '+', other bytes than letters, digits, '-', '_',
// '.' and '~' are %XX.
std::string form_encode(std::string_view text);

// What is signed for a token: storage-registry.md 9.3.
std::string token_message(std::string_view url);

// A URL's host with its port, as it stands between "//" and the path; empty when there is none.
std::string_view host_of(std::string_view url);

// Where a redirect from `url` leads: `location` itself when absolute, or resolved against `url`;
// empty when that is no http(s) address.
std::string resolve_location(std::string_view url, std::string_view location);

}  // namespace corral::registry
