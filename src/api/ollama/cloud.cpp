#include "api/ollama/cloud.h"

#include <array>
#include <cstdint>

#include "api/json/reader.h"
#include "api/json/writer.h"

namespace corral::api::ollama {

namespace {

struct Recommendation {
    std::string_view model;
    std::string_view description;
    std::int64_t gpu_memory_bytes;
};

constexpr std::array kRecommendations = {
    Recommendation{"gemma4", "Reasoning and code generation locally", 12'000'000'000},
    Recommendation{"qwen3.5", "Reasoning, coding, and visual understanding locally",
                   14'000'000'000},
};

}  // namespace

bool disables_cloud(std::string_view server_json) {
    const auto value = json::parse(server_json);
    if (!value) return false;
    bool disabled = false;
    json::Reader reader("ServerConfig");
    reader.object(*value, "ServerConfig", {{"disable_ollama_cloud", reader.boolean(disabled)}});
    return disabled && reader.finish();
}

std::string cloud_status_body(std::string_view source) {
    std::string body;
    json::ObjectWriter writer(body);
    json::ObjectWriter(writer.key("cloud")).boolean("disabled", true).text("source", source).end();
    writer.end();
    return body;
}

std::string recommendations_body() {
    std::string body;
    json::ObjectWriter writer(body);
    std::string& list = writer.key("recommendations");
    list += '[';
    for (const auto& entry : kRecommendations) {
        if (&entry != &kRecommendations.front()) list += ',';
        json::ObjectWriter(list)
            .text("model", entry.model)
            .text("description", entry.description)
            .integer("vram_bytes", entry.gpu_memory_bytes)
            .end();
    }
    list += ']';
    writer.end();
    return body;
}

}  // namespace corral::api::ollama
