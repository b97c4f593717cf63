#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "store/go_json.h"
#include "store/store.h"

namespace corral::store {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

Result<Layer> parse_layer(const json& object) {
    if (!object.is_object()) return fail(ErrorCode::corrupt, "a layer is not an object");
    CORRAL_TRY(std::string media_type, json_text(object, "mediaType"));
    CORRAL_TRY(std::string digest_text, json_text(object, "digest"));
    CORRAL_TRY(const std::int64_t size, json_integer(object, "size"));
    CORRAL_TRY(std::string from, json_text(object, "from"));
    CORRAL_TRY(std::string name, json_text(object, "name"));
    if (digest_text.empty()) return fail(ErrorCode::corrupt, "{}", kEmptyDigest);
    const auto digest = Digest::parse(digest_text);
    if (!digest) return fail(ErrorCode::corrupt, "invalid digest format");
    if (size < 0) return fail(ErrorCode::corrupt, "a layer has a negative size");
    return Layer{std::move(media_type), *digest, size, std::move(from), std::move(name)};
}

// The config's digest may be empty in very old manifests.
Result<std::optional<Layer>> parse_config(const json* object) {
    if (!object || object->is_null()) return std::nullopt;
    CORRAL_TRY(const std::string digest, json_text(*object, "digest"));
    if (digest.empty()) return std::nullopt;
    CORRAL_TRY(Layer layer, parse_layer(*object));
    return layer;
}

ordered_json layer_json(const Layer& layer) {
    ordered_json object;
    object["mediaType"] = layer.media_type;
    object["digest"] = layer.digest.text();
    object["size"] = layer.size_bytes;
    if (!layer.from.empty()) object["from"] = layer.from;
    if (!layer.name.empty()) object["name"] = layer.name;
    return object;
}

ordered_json config_json(const std::optional<Layer>& config) {
    if (config) return layer_json(*config);
    return {{"mediaType", ""}, {"digest", ""}, {"size", 0}};
}

}  // namespace

const Layer* Manifest::find(std::string_view media_type) const {
    const auto found = std::find_if(layers.rbegin(), layers.rend(), [&](const Layer& layer) {
        return layer.media_type == media_type;
    });
    return found == layers.rend() ? nullptr : &*found;
}

std::int64_t Manifest::total_size_bytes() const {
    std::int64_t total = config ? config->size_bytes : 0;
    for (const Layer& layer : layers) {
        if (layer.size_bytes > std::numeric_limits<std::int64_t>::max() - total)
            return std::numeric_limits<std::int64_t>::max();
        total += layer.size_bytes;
    }
    return total;
}

std::vector<Digest> Manifest::digests() const {
    std::vector<Digest> all;
    for (const Layer& layer : layers) all.push_back(layer.digest);
    if (config) all.push_back(config->digest);
    return all;
}

Result<Manifest> Manifest::parse(std::string_view text) {
    CORRAL_TRY(const json root, parse_go_json(text));
    if (!root.is_object()) return fail(ErrorCode::corrupt, "it is not a JSON object");
    Manifest manifest;
    CORRAL_TRY(manifest.config, parse_config(json_field(root, "config")));
    const json* layers = json_field(root, "layers");
    if (!layers || layers->is_null()) return manifest;
    if (!layers->is_array()) return fail(ErrorCode::corrupt, "\"layers\" is not a list");
    for (const json& element : *layers) {
        CORRAL_TRY(Layer layer, parse_layer(element));
        manifest.layers.push_back(std::move(layer));
    }
    return manifest;
}

std::string Manifest::to_json() const {
    ordered_json root;
    root["schemaVersion"] = 2;
    root["mediaType"] = kMediaManifest;
    root["config"] = config_json(config);
    root["layers"] = nullptr;
    for (const Layer& layer : layers) root["layers"].push_back(layer_json(layer));
    return to_go_json(root) + "\n";
}

}  // namespace corral::store
