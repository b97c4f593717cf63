#include "api/remote/options.h"

#include <set>

#include "api/json/value.h"
#include "api/json/writer.h"

namespace corral::api::remote {

namespace {

// Adds the members of one object whose keys are not there yet.
Result<void> fill_from(std::string_view object_json, std::set<std::string>& keys,
                       json::ObjectWriter& writer) {
    if (object_json.empty()) return {};
    CORRAL_TRY(const auto object, json::parse(object_json));
    for (const auto& key : object.keys) {
        const auto* value = object.find(key);  // the last of equal keys
        if (value->is_null() || !keys.insert(key).second) continue;
        json::append_value(writer.key(key), *value);
    }
    return {};
}

}  // namespace

Result<std::string> filled_options(std::string_view model_json, std::string_view request_json) {
    std::string options;
    std::set<std::string> keys;
    json::ObjectWriter writer(options);
    CORRAL_CHECK(fill_from(request_json, keys, writer));
    CORRAL_CHECK(fill_from(model_json, keys, writer));
    writer.end();
    if (keys.empty()) options.clear();
    return options;
}

}  // namespace corral::api::remote
