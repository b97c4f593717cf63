#include "models/remote.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace corral::models {

namespace {

constexpr std::size_t kMaxFromBytes = 2048;
constexpr std::string_view kKeySuffix = "_API_KEY";
constexpr std::string_view kNotation =
    "a remote model is written as FROM <http address> <model> [$NAME_API_KEY]";

Error bad(std::string message) {
    return Error{ErrorCode::invalid, std::move(message), {}, 400};
}

// The parts of an http address. The host keeps its brackets.
struct Address {
    std::string scheme, host, port, path;

    std::string text() const {
        return scheme + "://" + host + (port.empty() ? "" : ":" + port) + path;
    }
};

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), port);
    return error == std::errc() && end == text.end() && port > 0 && port <= 65535;
}

// "/x/../y/" becomes "/y".
std::string cleaned(std::string_view path) {
    std::vector<std::string> kept;
    for (const std::string_view part : split(path, '/')) {
        if (part == ".." && !kept.empty()) kept.pop_back();
        if (!part.empty() && part != "." && part != "..") kept.emplace_back(part);
    }
    return kept.empty() ? std::string() : "/" + join(kept, "/");
}

// Splits "host", "host:1" and "[::1]:1"; false when it is none of these.
bool split_authority(std::string_view authority, Address& address) {
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
    address.host = authority.substr(0, colon);
    address.port = colon == authority.npos ? "" : authority.substr(colon + 1);
    const bool opens = address.host.starts_with('[');
    const bool is_bracketed = opens && address.host.ends_with(']') && address.host.size() > 2;
    const bool is_plain = address.host.find_first_of("[]") == std::string::npos;
    return (is_bracketed || is_plain) && (address.port.empty() || is_port(address.port));
}

// Nothing for what is no address, names a user, or has a query: an address is no place for secrets.
std::optional<Address> parse_address(std::string_view text) {
    const bool is_odd = std::ranges::any_of(text, [](unsigned char c) {
        return c <= 0x20 || c >= 0x7F || std::string_view("@?#\\\"<>%").contains(char(c));
    });
    if (is_odd) return std::nullopt;
    Address address;
    const std::size_t mark = text.find("://");
    if (mark != text.npos) {
        address.scheme = lower(text.substr(0, mark));
        if (address.scheme != "http" && address.scheme != "https") return std::nullopt;
        text.remove_prefix(mark + 3);
    }
    const std::size_t slash = std::min(text.find('/'), text.size());
    if (!split_authority(text.substr(0, slash), address)) return std::nullopt;
    address.path = cleaned(text.substr(slash));
    return address;
}

// A segment like "v1" or "v1beta" tells OpenAI's API.
bool is_openai_path(std::string_view path) {
    return std::ranges::any_of(split(path, '/'), [](std::string_view part) {
        return part.size() >= 2 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9';
    });
}

Result<std::string> key_variable(std::string_view word) {
    if (!word.starts_with('$')) return fail(bad(std::string(kNotation)));
    word.remove_prefix(1);
    if (!is_key_variable(word)) {
        return fail(
            bad(fmt::format("the environment variable of a remote model's key must have a "
                            "name that ends in {}, unlike {}",
                            kKeySuffix, go_quote(word))));
    }
    return std::string(word);
}

}  // namespace

bool names_remote(std::string_view from) {
    from = trim_left(from);
    return starts_with_ignoring_case(from, "http://") ||
           starts_with_ignoring_case(from, "https://");
}

bool is_key_variable(std::string_view name) {
    return name.ends_with(kKeySuffix) && std::ranges::all_of(name, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

Result<void> set_remote(ModelConfig& config, std::string_view from) {
    const auto words = split_words(from);
    if (from.size() > kMaxFromBytes || words.size() < 2 || words.size() > 3) {
        return fail(bad(std::string(kNotation)));
    }
    const auto address = parse_address(words[0]);
    if (!address || address->host.empty()) {
        return fail(bad(fmt::format("{} is no address of a server", go_quote(words[0]))));
    }
    config.remote_key.clear();
    if (words.size() == 3) {
        CORRAL_TRY(config.remote_key, key_variable(words[2]));
    }
    config.remote_host = address->text();
    config.remote_model = words[1];
    config.remote_api = is_openai_path(address->path) ? kOpenAiApi : kOllamaApi;
    return {};
}

std::string remote_from(const ModelConfig& config) {
    return config.remote_host + " " + config.remote_model +
           (config.remote_key.empty() ? "" : " $" + config.remote_key);
}

Result<std::string> normalize_remote_host(std::string_view text) {
    text = trim(text);
    auto address = parse_address(text);
    if (!address || text.empty()) return fail(bad("bad remote"));
    const bool is_cloud = address->host == "ollama.com" && address->scheme != "https" &&
                          address->port.empty() && address->path.empty();
    if (is_cloud) return std::string("https://ollama.com:443");
    if (address->host.empty()) address->host = "localhost";
    if (address->scheme.empty()) address->scheme = "http";
    if (address->port.empty()) address->port = "11434";
    return address->text();
}

std::string remote_authority(std::string_view url) {
    const auto address = parse_address(url);
    if (!address) return {};
    return address->host + (address->port.empty() ? "" : ":" + address->port);
}

std::string remote_host_name(std::string_view url) {
    const auto address = parse_address(url);
    return address ? std::string(trim(address->host, "[]")) : std::string();
}

bool is_listed_remote(std::string_view url, const std::vector<std::string>& remotes) {
    const std::string host = remote_host_name(url);
    return !host.empty() && std::ranges::any_of(remotes, [&](std::string_view listed) {
        return equals_ignoring_case(trim(trim(listed), "[]"), host);
    });
}

std::string_view without_cloud_suffix(std::string_view name) {
    name = trim(name);
    const std::size_t colon = name.rfind(':');
    if (colon == name.npos) return {};
    const std::string_view last = name.substr(colon + 1);
    if (equals_ignoring_case(last, "cloud")) return name.substr(0, colon);
    const bool is_tag = last.find('/') == last.npos;
    if (is_tag && ends_with_ignoring_case(last, "-cloud")) return name.substr(0, name.size() - 6);
    return {};
}

}  // namespace corral::models
