#pragma once

// Purpose: from a model name to everything that serving it needs, and the list of installed models.
//
// Facts of GGUF headers are read once per manifest and kept, so that a request costs a few
// file-system calls and no parsing. Changes made by another process show up at once: manifests are
// looked at on every call.
//
// Threads: a Catalog may be used from any thread. Records are immutable and shared.
// Errors of `find`: not_found (no such manifest, or a blob it names is missing), corrupt (manifest,
// config or GGUF cannot be read), io. Source: storage-registry.md 7.1, native-api.md 4.4, 8.2, 10.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gguf/model_shape.h"
#include "models/config.h"
#include "models/details.h"
#include "models/template_choice.h"
#include "store/store.h"

namespace corral::models {

// What the server has to know about the main GGUF of a model.
struct WeightsInfo {
    std::string architecture;
    std::string chat_template;  // tokenizer.chat_template, a Jinja text; empty when absent
    std::string file_type;      // "Q4_K_M"; "unknown" when the file does not say
    std::uint64_t n_parameters = 0;
    std::int64_t n_ctx_train = 0;  // 0 = unknown, as below
    std::int64_t n_embd = 0;
    std::int64_t n_layer = 0;
    gguf::ModelShape shape;                    // for estimates of its memory
    std::optional<std::int64_t> pooling_type;  // present: an embedding model
    bool has_vision = false;                   // an image encoder lies in the file itself
    bool has_audio = false;
    bool can_fill = false;  // the vocabulary has the tokens for filling in between two texts
};

struct ModelRecord {
    store::ModelName name;  // as spelled on disk
    std::string digest;     // of the manifest, 64 hex digits
    SystemTime modified;
    std::int64_t size_bytes = 0;  // layers and config
    bool read_only = false;
    ModelConfig config;

    std::filesystem::path model_path;  // empty for remote stubs and models without weights
    std::int64_t model_file_bytes = 0;
    std::vector<std::filesystem::path> projector_paths;
    std::vector<std::filesystem::path> adapter_paths;
    std::int64_t projector_bytes = 0;  // of all those files
    std::int64_t adapter_bytes = 0;
    std::filesystem::path draft_path;  // empty when there is none
    std::string parent_model;          // the model, or uploaded file, the weights were taken from

    std::optional<std::string> go_template;  // the template layer
    std::string system;
    std::string params_json = "{}";  // one JSON object: options by name
    std::vector<StoredMessage> messages;
    std::string messages_json;  // the messages blob as stored, or empty
    std::vector<std::string> licenses;

    std::optional<WeightsInfo> weights;  // unset when there is no readable GGUF
    TemplateChoice template_choice = TemplateChoice::none;
    std::vector<std::string> capabilities;  // as /api/show lists them (native-api.md 10.1)

    bool can(std::string_view capability) const;
    bool is_embedding() const { return weights && weights->pooling_type.has_value(); }
    ModelDetails details() const;
};

class Catalog {
public:
    // `go_template` is the setting OLLAMA_GO_TEMPLATE (template_choice.h).
    explicit Catalog(const store::Store& store, std::optional<bool> go_template = {});
    ~Catalog();

    // The installed model of that name, other spellings of its letter case included.
    [[nodiscard]] Result<std::shared_ptr<const ModelRecord>> find(const store::ModelName& name);

    // Every readable model, newest first. What comes is never changed.
    std::shared_ptr<const std::vector<ListEntry>> list();

    const store::Store& store() const { return store_; }

private:
    struct State;
    const store::Store& store_;
    std::optional<bool> go_template_;
    std::unique_ptr<State> state_;
};

}  // namespace corral::models
