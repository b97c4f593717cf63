#pragma once

// Purpose: the model a request names: source suffixes, and the error each route gives for a name.
//
// Source: native-api.md 4.3 and 4.5.

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/name.h"

namespace corral::api::ollama {

enum class Source { unspecified, local, cloud };

struct SourcedName {
    std::string name;  // without blanks around it and without the suffix; may be empty
    Source source = Source::unspecified;
};

// Takes `:cloud`, `:local` or `-cloud` off. Error: 400 when two suffixes are given.
[[nodiscard]] Result<SourcedName> split_source(std::string_view as_sent);

// The routes, as far as their name errors differ.
enum class NameRoute { generate, chat, show, remove, pull, embed, embeddings };

struct RequestedModel {
    store::ModelName name;
    Source source = Source::unspecified;
};

[[nodiscard]] Result<RequestedModel> parse_model(NameRoute route, std::string_view as_sent);

// The 404 for a model that is not installed.
Error not_installed(NameRoute route, std::string_view as_sent, const store::ModelName& name);

// The 404 for a model of which the manifest is there, but not all blobs.
Error incomplete(std::string_view as_sent);
// Whether the route tells it from a model that is not installed.
bool tells_incomplete(NameRoute route);

// The 403 for a model that runs elsewhere: this version has no cloud (native-api.md 9.1).
Error cloud_disabled(NameRoute route);

}  // namespace corral::api::ollama
