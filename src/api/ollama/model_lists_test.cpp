#include "api/ollama/model_lists.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace corral::api::ollama {
namespace {

using nlohmann::ordered_json;

std::vector<std::string> keys_of(const ordered_json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
}

using Keys = std::vector<std::string>;

TEST(TagsBody, HasUpstreamsKeys) {  // native-api.md 8.2, 13.1
    EXPECT_EQ(tags_body({}), R"({"models":[]})");
    models::ListEntry entry;
    entry.name = "m:latest";
    entry.digest = "d";
    entry.size_bytes = 5;
    entry.capabilities = {"completion"};
    entry.details.families = {"llama"};
    entry.details.context_length = 7;
    const auto tag = ordered_json::parse(tags_body({entry}))["models"][0];
    EXPECT_EQ(keys_of(tag),
              (Keys{"name", "model", "modified_at", "size", "digest", "details", "capabilities"}));
    EXPECT_EQ(keys_of(tag["details"]),
              (Keys{"parent_model", "format", "family", "families", "parameter_size",
                    "quantization_level", "context_length"}));
    entry.details = {};
    EXPECT_TRUE(
        ordered_json::parse(tags_body({entry}))["models"][0]["details"]["families"].is_null());
}

TEST(PsBody, SortsByExpiryAndLeavesLoadingModelsOut) {  // native-api.md 8.3
    using std::chrono::system_clock;
    const auto entry = [](std::string name, system_clock::time_point expires, bool loading) {
        RunningEntry result;
        result.model.name = std::move(name);
        result.model.expires_at = expires;
        result.model.loading = loading;
        return result;
    };
    const auto soon = system_clock::now();
    EXPECT_EQ(ps_body({}), R"({"models":[]})");
    const auto models = ordered_json::parse(
        ps_body({entry("soon", soon, false), entry("never", system_clock::time_point::max(), false),
                 entry("loading", soon, true)}))["models"];
    ASSERT_EQ(models.size(), 2U);
    EXPECT_EQ(models[0]["name"], "never");
    EXPECT_EQ(models[0]["expires_at"].get<std::string>().substr(0, 4), "2262");
    EXPECT_EQ(keys_of(models[1]), (Keys{"name", "model", "size", "digest", "details", "expires_at",
                                        "size_vram", "context_length"}));
}

TEST(ShowBody, LeavesEmptyPartsOut) {  // native-api.md 8.4
    EXPECT_EQ(keys_of(ordered_json::parse(show_body({}))),
              (Keys{"details", "model_info", "modified_at"}));
    models::ShowData data;
    data.license = data.modelfile = data.parameters = data.template_text = data.system = "x";
    data.messages = {{"user", "hi"}};
    data.remote_model = data.remote_host = data.minimum_version = "x";
    data.model_info = {{"general.architecture", "llama"}, {"list", nullptr}};
    data.projector_info = ordered_json::object();
    data.tensors = {{"t", "F16", {2, 3}}};
    data.capabilities = {"completion"};
    const auto body = ordered_json::parse(show_body(data));
    EXPECT_EQ(keys_of(body),
              (Keys{"license", "modelfile", "parameters", "template", "system", "details",
                    "messages", "remote_model", "remote_host", "model_info", "projector_info",
                    "tensors", "capabilities", "modified_at", "requires"}));
    EXPECT_EQ(body["tensors"].dump(), R"([{"name":"t","type":"F16","shape":[2,3]}])");
    EXPECT_TRUE(body["model_info"]["list"].is_null());
}

TEST(ProgressLine, LeavesZerosOut) {  // native-api.md 8.8
    EXPECT_EQ(progress_line({"success", "", 0, 0}), R"({"status":"success"})");
    EXPECT_EQ(progress_line({"pulling", "sha256:1", 9, 4}),
              R"({"status":"pulling","digest":"sha256:1","total":9,"completed":4})");
}

}  // namespace
}  // namespace corral::api::ollama
