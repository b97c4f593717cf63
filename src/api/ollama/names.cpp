#include "api/ollama/names.h"

#include <optional>

#include "api/json/field.h"
#include "api/ollama/errors.h"
#include "base/text.h"

namespace corral::api::ollama {

namespace {

// The suffix-free name, or nothing when there is no suffix.
std::optional<SourcedName> without_suffix(std::string_view name) {
    constexpr std::string_view kDashCloud = "-cloud";
    const auto colon = name.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto last = name.substr(colon + 1);
    if (equals_ignoring_case(last, "cloud")) {
        return SourcedName{std::string(name.substr(0, colon)), Source::cloud};
    }
    if (equals_ignoring_case(last, "local")) {
        return SourcedName{std::string(name.substr(0, colon)), Source::local};
    }
    const bool is_tag = last.find('/') == std::string_view::npos;
    if (is_tag && ends_with_ignoring_case(last, kDashCloud)) {
        return SourcedName{std::string(name.substr(0, name.size() - kDashCloud.size())),
                           Source::cloud};
    }
    return std::nullopt;
}

// The name of the stub that stands for a cloud model in the store.
std::string stub_name(const SourcedName& name) {
    const auto slash = name.name.rfind('/');
    const auto colon = name.name.rfind(':');
    const bool tagged = colon != std::string::npos && (slash == std::string::npos || colon > slash);
    return name.name + (tagged ? "-cloud" : ":cloud");
}

std::unexpected<Error> empty_name(NameRoute route, std::string_view as_sent) {
    if (route == NameRoute::generate || route == NameRoute::embed) {
        return fail(ErrorCode::not_found, "model '{}' not found", as_sent);
    }
    if (route == NameRoute::pull) return fail(ErrorCode::invalid, "invalid model name");
    return json::refuse_field("model", "model is required", json::kMissing);
}

bool is_embedding_route(NameRoute route) {
    return route == NameRoute::embed || route == NameRoute::embeddings;
}

}  // namespace

Result<SourcedName> split_source(std::string_view as_sent) {
    const auto trimmed = trim(as_sent);
    const auto stripped = without_suffix(trimmed);
    if (!stripped) return SourcedName{std::string(trimmed), Source::unspecified};
    if (without_suffix(stripped->name)) {
        return fail(ErrorCode::invalid, "use either :local or :cloud, not both: {}",
                    go_quote(trimmed));
    }
    return *stripped;
}

Result<RequestedModel> parse_model(NameRoute route, std::string_view as_sent) {
    CORRAL_TRY(auto sourced, split_source(as_sent));
    if (sourced.name.empty()) return empty_name(route, as_sent);
    const bool names_a_stub = route == NameRoute::remove || route == NameRoute::pull;
    if (names_a_stub && sourced.source == Source::cloud) {
        sourced.name = stub_name(sourced);
    }
    const auto name = store::ModelName::parse(sourced.name);
    if (!name && route == NameRoute::remove) {
        return fail(ErrorCode::invalid, "name {} is invalid", go_quote(as_sent));
    }
    if (!name) return json::refuse_field("model", "invalid model name");
    return RequestedModel{*name, sourced.source};
}

Error not_installed(NameRoute route, std::string_view as_sent, const store::ModelName& name) {
    if (is_embedding_route(route)) {
        return {ErrorCode::not_found,
                fmt::format("model \"{}\" not found, try pulling it first", as_sent),
                {},
                0};
    }
    const auto shown = route == NameRoute::show ? name.short_form() : std::string(as_sent);
    return {ErrorCode::not_found, fmt::format("model '{}' not found", shown), {}, 0};
}

Error incomplete(std::string_view as_sent) {
    return {ErrorCode::not_found,
            fmt::format("model '{}' not found: a file of it is missing from the store", as_sent),
            {},
            0};
}

bool tells_incomplete(NameRoute route) {
    return route != NameRoute::show && !is_embedding_route(route);
}

Error cloud_disabled(NameRoute route) {
    const auto what = route == NameRoute::show ? "remote model details are" : "remote model is";
    return {ErrorCode::unsupported,
            fmt::format("ollama cloud is disabled: {} unavailable", what),
            {},
            403};
}

}  // namespace corral::api::ollama
