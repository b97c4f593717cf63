#pragma once

// Purpose: make a model: from an uploaded GGUF or an existing model, with another template, system
// text, licences, parameters or messages.
//
// The caller has checked what native-api.md 8.8 wants checked before the stream opens with
// `check_create`. `create` runs on a worker thread (it reads and writes blobs) and tells its
// progress through the callback, in upstream's order and words, from `parsing GGUF` to `success`.
//
// Errors carry the http_status of 8.8 (it applies while no progress was told). Nothing of the store
// is changed by a create that fails, apart from blobs, which the next prune removes. Source:
// native-api.md 8.8, modelfile-create-templates.md 3.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace corral::models {

struct CreateRequest {
    std::string model;                         // target name as sent
    std::string from;                          // base model; wins over files
    bool has_files = false;                    // `files` was present, even if empty
    std::map<std::string, std::string> files;  // path as named by the client to digest text
    std::map<std::string, std::string> adapters;
    std::map<std::string, std::string> draft_files;
    std::string quantize;
    std::string draft_quantize;
    std::string template_text;  // empty = inherit
    std::string system;         // empty = inherit
    std::vector<std::string> licenses;
    std::string parameters_json;  // an object, or empty
    std::string messages_json;    // an array of messages in the native API's form, or empty
    std::string renderer;
    std::string parser;
    std::string minimum_version;  // "requires"
    std::string remote_host;
    std::string info_json;  // an object, or empty
};

// One line of the stream; the last three are left out when zero.
struct Progress {
    std::string status;
    std::string digest;
    std::int64_t total = 0;
    std::int64_t completed = 0;
};

using OnProgress = std::function<void(const Progress& progress)>;
// Asked between steps; true ends the work with ErrorCode::cancelled.
using IsCancelled = std::function<bool()>;
// Brings in a base model that is not installed (the registry's pull).
using PullModel =
    std::function<Result<void>(const store::ModelName& name, const OnProgress& on_progress)>;

struct CreateContext {
    store::Store& store;
    OnProgress on_progress;
    IsCancelled is_cancelled;  // may be empty
    PullModel pull;            // may be empty: then a missing base model is an error
    bool no_prune = false;     // OLLAMA_NOPRUNE
};

// The checks that come before the first line of the stream; all are 400.
[[nodiscard]] Result<store::ModelName> check_create(const CreateRequest& request);

[[nodiscard]] Result<void> create(const CreateRequest& request, const CreateContext& context);

}  // namespace corral::models
