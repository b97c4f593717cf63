#include "store/name.h"

#include <algorithm>

#include "base/text.h"

namespace corral::store {

namespace {

bool is_letter_digit_or_underscore(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_part(std::string_view text, std::size_t max_length, std::string_view also_allowed) {
    if (text.empty() || text.size() > max_length || !is_letter_digit_or_underscore(text[0]))
        return false;
    return std::ranges::all_of(
        text, [&](char c) { return is_letter_digit_or_underscore(c) || also_allowed.contains(c); });
}

bool is_host(std::string_view text) {
    return is_part(text, 350, "-.:");
}
bool is_namespace(std::string_view text) {
    return is_part(text, 80, "-");
}
bool is_model_or_tag(std::string_view text) {
    return is_part(text, 80, "-.");
}

// Cuts at the last `separator`; the right part goes to `right`. False when there is none.
bool cut_last(std::string_view& text, char separator, std::string_view& right) {
    const auto at = text.rfind(separator);
    if (at == std::string_view::npos) return false;
    right = text.substr(at + 1);
    text = text.substr(0, at);
    return true;
}

}  // namespace

std::optional<ModelName> ModelName::parse(std::string_view text) {
    std::string_view tag = kDefaultTag;
    std::string_view name_space = kDefaultNamespace;
    std::string_view host = kDefaultHost;
    const auto colon = text.rfind(':');
    const auto slash = text.rfind('/');
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash))
        cut_last(text, ':', tag);

    std::string_view model;
    if (!cut_last(text, '/', model)) {
        model = text;
    } else if (!cut_last(text, '/', name_space)) {
        name_space = text;
    } else {
        if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
            if (scheme == 0) return std::nullopt;
            text.remove_prefix(scheme + 3);
        }
        host = text;
    }
    return from_parts(host, name_space, model, tag);
}

std::optional<ModelName> ModelName::from_parts(std::string_view host, std::string_view name_space,
                                               std::string_view model, std::string_view tag) {
    if (!is_host(host) || !is_namespace(name_space) || !is_model_or_tag(model) ||
        !is_model_or_tag(tag))
        return std::nullopt;
    ModelName name;
    name.host_ = host;
    name.namespace_ = name_space;
    name.model_ = model;
    name.tag_ = tag;
    return name;
}

std::string ModelName::short_form() const {
    std::string text;
    if (!equals_ignoring_case(host_, kDefaultHost))
        text = host_ + "/" + namespace_ + "/";
    else if (!equals_ignoring_case(namespace_, kDefaultNamespace))
        text = namespace_ + "/";
    return text + model_ + ":" + tag_;
}

std::string ModelName::full_form() const {
    return host_ + "/" + namespace_ + "/" + model_ + ":" + tag_;
}

std::string ModelName::manifest_path() const {
    return host_ + "/" + namespace_ + "/" + model_ + "/" + tag_;
}

std::optional<Digest> Digest::parse(std::string_view text) {
    if (text.size() != 71 || !text.starts_with("sha256") || (text[6] != ':' && text[6] != '-'))
        return std::nullopt;
    std::string hex = lower(text.substr(7));
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (!std::ranges::all_of(hex, is_hex)) return std::nullopt;
    return Digest(std::move(hex));
}

Digest Digest::of_hex(const std::string& lower_case_hex) {
    return Digest(lower_case_hex);
}

}  // namespace corral::store
