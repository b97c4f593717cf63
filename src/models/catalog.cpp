#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/guarded.h"
#include "base/log.h"
#include "base/time.h"
#include "models/capabilities.h"
#include "models/parameters.h"
#include "models/resolve.h"
#include "models/weights.h"
#include "store/go_json.h"

namespace corral::models {

namespace fs = std::filesystem;
using nlohmann::json;
using store::Layer;
using store::Manifest;
using store::StoredModel;

namespace {

constexpr std::size_t kSmallBlobLimitBytes = 4 << 20;
constexpr std::size_t kTextBlobLimitBytes = 32 << 20;

Result<ModelConfig> read_config(const store::Store& store, const StoredModel& model) {
    if (!model.manifest.config) return ModelConfig();
    CORRAL_TRY(const std::string bytes,
               store.read_blob(model.manifest.config->digest, kSmallBlobLimitBytes, model.home));
    return ModelConfig::parse(bytes);
}

const Layer* template_layer(const Manifest& manifest) {
    const auto found =
        std::find_if(manifest.layers.rbegin(), manifest.layers.rend(), [](const Layer& layer) {
            return layer.media_type == store::kMediaTemplate ||
                   layer.media_type == store::kMediaPrompt;
        });
    return found == manifest.layers.rend() ? nullptr : &*found;
}

// Reads the parts of one manifest into a record, layer by layer.
class RecordReader {
public:
    RecordReader(const store::Store& store, const StoredModel& model,
                 std::optional<bool> go_template)
        : store_(store), model_(model), go_template_(go_template), record_{.name = model.name} {}

    Result<ModelRecord> run() {
        record_.digest = model_.manifest_digest_hex;
        record_.modified = from_file_time(model_.modified);
        record_.size_bytes = model_.manifest.total_size_bytes();
        record_.read_only = model_.read_only;
        CORRAL_TRY(record_.config, read_config(store_, model_));
        for (const Layer& layer : model_.manifest.layers) CORRAL_CHECK(read_layer(layer));
        record_.params_json = store::to_go_json(parameters_);
        read_main_weights();
        record_.template_choice = choose_template(record_, go_template_);
        record_.capabilities = detect_capabilities(record_);
        return std::move(record_);
    }

private:
    Result<fs::path> path_of(const Layer& layer) const {
        return store_.blob_path(layer.digest, model_.home);
    }
    Result<std::string> read(const Layer& layer, std::size_t limit_bytes) const {
        return store_.read_blob(layer.digest, limit_bytes, model_.home);
    }

    Result<void> read_layer(const Layer& layer) {
        const std::string& type = layer.media_type;
        if (type == store::kMediaModel) return read_model(layer);
        if (type == store::kMediaProjector)
            return add_path(record_.projector_paths, record_.projector_bytes, layer);
        if (type == store::kMediaAdapter)
            return add_path(record_.adapter_paths, record_.adapter_bytes, layer);
        if (type == store::kMediaParams) return read_parameters(layer);
        if (type == store::kMediaMessages) return read_messages(layer);
        if (type == store::kMediaDraft) {
            CORRAL_TRY(record_.draft_path, path_of(layer));
            return {};
        }
        if (type == store::kMediaTemplate || type == store::kMediaPrompt) {
            CORRAL_TRY(record_.go_template, read(layer, kSmallBlobLimitBytes));
            return {};
        }
        if (type == store::kMediaSystem) {
            CORRAL_TRY(record_.system, read(layer, kTextBlobLimitBytes));
            return {};
        }
        if (type == store::kMediaLicense) {
            CORRAL_TRY(std::string text, read(layer, kTextBlobLimitBytes));
            record_.licenses.push_back(std::move(text));
        }
        return {};
    }

    Result<void> read_model(const Layer& layer) {
        CORRAL_TRY(record_.model_path, path_of(layer));
        record_.parent_model = layer.from;
        std::error_code ignored;
        record_.model_file_bytes =
            static_cast<std::int64_t>(fs::file_size(record_.model_path, ignored));
        return {};
    }

    Result<void> add_path(std::vector<fs::path>& paths, std::int64_t& size_bytes,
                          const Layer& layer) {
        CORRAL_TRY(fs::path path, path_of(layer));
        paths.push_back(std::move(path));
        size_bytes += layer.size_bytes;
        return {};
    }

    Result<void> read_parameters(const Layer& layer) {
        CORRAL_TRY(const std::string bytes, read(layer, kSmallBlobLimitBytes));
        CORRAL_TRY(const json parameters, store::parse_go_json(bytes));
        parameters_ = merge_parameters(parameters_, parameters);
        return {};
    }

    Result<void> read_messages(const Layer& layer) {
        CORRAL_TRY(record_.messages_json, read(layer, kTextBlobLimitBytes));
        CORRAL_TRY(const json messages, store::parse_go_json(record_.messages_json));
        record_.messages.clear();
        if (!messages.is_array()) return {};
        for (const json& message : messages) {
            CORRAL_TRY(std::string role, store::json_text(message, "role"));
            CORRAL_TRY(std::string content, store::json_text(message, "content"));
            record_.messages.push_back({std::move(role), std::move(content)});
        }
        return {};
    }

    // A file that cannot be read is told about when it is loaded; listing and showing go on without
    // it.
    void read_main_weights() {
        if (!record_.config.is_gguf() || record_.model_path.empty()) return;
        if (auto weights = read_weights(record_.model_path))
            record_.weights = std::move(*weights);
        else
            log_warn("unreadable model file",
                     {{"model", record_.name.short_form()}, {"error", weights.error().message}});
    }

    const store::Store& store_;
    const StoredModel& model_;
    std::optional<bool> go_template_;
    ModelRecord record_;
    json parameters_ = json::object();
};

ModelDetails details_of(const ModelConfig& config, std::string parent) {
    ModelDetails details;
    details.parent_model = std::move(parent);
    details.format = config.model_format;
    details.family = config.model_family;
    details.families = config.model_families;
    details.parameter_size = config.model_type;
    details.quantization_level = config.file_type;
    return details;
}

void repair_quantization(ModelDetails& details, const std::string& file_type) {
    const bool is_missing =
        details.quantization_level.empty() || details.quantization_level == "unknown";
    if (is_missing && file_type != "unknown") details.quantization_level = file_type;
}

std::int64_t summary_count(const gguf::File& file, std::string_view key) {
    return static_cast<std::int64_t>(
        std::min<std::uint64_t>(file.get_integer(file.scoped(key)).value_or(0), INT64_MAX));
}

Result<ListEntry> make_list_entry(const store::Store& store, const StoredModel& model) {
    CORRAL_TRY(const ModelConfig config, read_config(store, model));
    const Layer* weights_layer = model.manifest.find(store::kMediaModel);
    std::optional<std::string> go_template;
    if (const Layer* layer = template_layer(model.manifest)) {
        CORRAL_TRY(go_template, store.read_blob(layer->digest, kSmallBlobLimitBytes, model.home));
    }
    ListEntry entry;
    entry.name = model.name.short_form();
    entry.remote_model = config.remote_model;
    entry.remote_host = config.remote_host;
    entry.modified = from_file_time(model.modified);
    entry.size_bytes = model.manifest.total_size_bytes();
    entry.digest = model.manifest_digest_hex;
    entry.details = details_of(config, weights_layer ? weights_layer->from : "");
    entry.details.context_length = config.context_length;
    entry.details.embedding_length = config.embedding_length;

    std::optional<gguf::File> summary;
    const auto path = weights_layer && config.is_gguf()
                          ? store.blob_path(weights_layer->digest, model.home)
                          : fail(ErrorCode::not_found, "no GGUF");
    if (path) {
        if (auto file = gguf::read(*path, gguf::ReadMode::summary)) summary = std::move(*file);
    }
    if (summary) {
        repair_quantization(entry.details, file_type_text(*summary, ZeroFileType::f32));
        if (entry.details.context_length == 0)
            entry.details.context_length = summary_count(*summary, "context_length");
        if (entry.details.embedding_length == 0)
            entry.details.embedding_length = summary_count(*summary, "embedding_length");
    }
    entry.capabilities = list_capabilities(
        {.config = config,
         .weights = summary ? &*summary : nullptr,
         .go_template = go_template ? &*go_template : nullptr,
         .has_projector = model.manifest.find(store::kMediaProjector) != nullptr});
    return entry;
}

}  // namespace

bool ModelRecord::can(std::string_view capability) const {
    return std::ranges::find(capabilities, capability) != capabilities.end();
}

ModelDetails ModelRecord::details() const {
    ModelDetails result = details_of(config, parent_model);
    if (weights) repair_quantization(result, weights->file_type);
    return result;
}

// What was read, by the file it was read from. Entries of files that have gone or changed are
// dropped by list().
struct Catalog::State {
    struct Cached {
        store::ManifestFile file;
        std::optional<ListEntry> entry;  // empty: unreadable
    };
    struct Listed {
        std::map<store::ModelName, Cached> by_name;
        // The last result, which holds as long as the folders look the same; files that could not
        // be read are tried again.
        std::vector<store::ManifestFile> files;
        std::shared_ptr<const std::vector<ListEntry>> entries =
            std::make_shared<std::vector<ListEntry>>();
    };
    Guarded<Listed> listed;
    Guarded<std::map<store::ModelName, std::shared_ptr<const ModelRecord>>> records;
};

Catalog::Catalog(const store::Store& store, std::optional<bool> go_template)
    : store_(store), go_template_(go_template), state_(std::make_unique<State>()) {}
Catalog::~Catalog() = default;

namespace {

// Whether a record still tells the truth: same manifest, and its files are still there.
bool is_current(const ModelRecord& record, const StoredModel& model) {
    std::error_code ignored;
    return record.digest == model.manifest_digest_hex &&
           record.modified == from_file_time(model.modified) &&
           (record.model_path.empty() || fs::exists(record.model_path, ignored));
}

Error as_not_found(Error error, const store::ModelName& name) {
    if (error.code == ErrorCode::not_found)
        error.message = fmt::format("model '{}' not found", name.short_form());
    return error;
}

}  // namespace

Result<std::shared_ptr<const ModelRecord>> Catalog::find(const store::ModelName& asked) {
    const store::ModelName name = store_.canonical(asked);
    CORRAL_TRY(const StoredModel model, store_.find(name));
    {
        auto records = state_->records.lock();
        const auto known = records->find(name);
        if (known != records->end() && is_current(*known->second, model)) return known->second;
    }
    auto record = RecordReader(store_, model, go_template_).run();
    if (!record) return fail(as_not_found(std::move(record.error()), name));
    auto shared = std::make_shared<const ModelRecord>(std::move(*record));
    constexpr std::size_t kMaxRecords = 1000;
    auto records = state_->records.lock();
    if (records->size() >= kMaxRecords) records->clear();
    (*records)[name] = shared;
    return shared;
}

std::shared_ptr<const std::vector<ListEntry>> Catalog::list() {
    auto entries = std::make_shared<std::vector<ListEntry>>();
    std::map<store::ModelName, State::Cached> next;
    auto listed = state_->listed.lock();
    std::vector<store::ManifestFile> files = store_.scan();
    const bool all_readable = listed->entries->size() == listed->files.size();
    if (all_readable && files == listed->files) return listed->entries;
    for (const store::ManifestFile& file : files) {
        State::Cached cached{file, std::nullopt};
        const auto known = listed->by_name.find(file.name);
        if (known != listed->by_name.end() && known->second.entry && known->second.file == file) {
            cached = std::move(known->second);
        } else if (const auto model = store_.read(file)) {
            if (auto entry = make_list_entry(store_, *model))
                cached.entry = std::move(*entry);
            else
                log_warn("skipping a model",
                         {{"model", file.name.short_form()}, {"error", entry.error().message}});
        } else {
            log_warn("skipping an unreadable manifest", {{"error", model.error().message}});
        }
        if (cached.entry) entries->push_back(*cached.entry);
        next.emplace(file.name, std::move(cached));
    }
    *listed = {std::move(next), std::move(files), entries};
    return entries;
}

}  // namespace corral::models
