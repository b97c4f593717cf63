#include "api/ollama/model_lists.h"

#include <algorithm>
#include <chrono>

#include "api/json/writer.h"
#include "store/go_json.h"

namespace corral::api::ollama {

namespace {

void append_details(std::string& out, const models::ModelDetails& details) {
    json::ObjectWriter writer(out);
    writer.text("parent_model", details.parent_model)
        .text("format", details.format)
        .text("family", details.family);
    if (details.families) {
        writer.strings("families", *details.families);
    } else {
        writer.json("families", "null");
    }
    writer.text("parameter_size", details.parameter_size)
        .text("quantization_level", details.quantization_level)
        .integer_unless_zero("context_length", details.context_length)
        .integer_unless_zero("embedding_length", details.embedding_length)
        .end();
}

void append_tag(std::string& out, const models::ListEntry& entry) {
    json::ObjectWriter writer(out);
    writer.text("name", entry.name)
        .text("model", entry.name)
        .text_unless_empty("remote_model", entry.remote_model)
        .text_unless_empty("remote_host", entry.remote_host)
        .text("modified_at", format_rfc3339_local(entry.modified))
        .integer("size", entry.size_bytes)
        .text("digest", entry.digest);
    append_details(writer.key("details"), entry.details);
    writer.strings_unless_empty("capabilities", entry.capabilities).end();
}

// Leaves room for the local offset to be added to "forever".
TimePoint printable(TimePoint time) {
    return std::min(time, TimePoint::max() - std::chrono::days(2));
}

void append_running(std::string& out, const RunningEntry& entry) {
    json::ObjectWriter writer(out);
    writer.text("name", entry.model.name)
        .text("model", entry.model.name)
        .integer("size", entry.model.memory_bytes)
        .text("digest", entry.model.digest);
    append_details(writer.key("details"), entry.details);
    writer.text("expires_at", format_rfc3339_local(printable(entry.model.expires_at)))
        .integer("size_vram", entry.model.gpu_memory_bytes)
        .integer("context_length", entry.model.context_length)
        .end();
}

// `{"models":[…]}`.
template <class Entry>
std::string models_body(const std::vector<Entry>& entries,
                        void (*append)(std::string&, const Entry&)) {
    std::string body;
    json::ObjectWriter writer(body);
    auto& out = writer.key("models");
    out += '[';
    for (const auto& entry : entries) {
        if (&entry != &entries.front()) out += ',';
        append(out, entry);
    }
    out += ']';
    writer.end();
    return body;
}

void append_stored_messages(std::string& out, const std::vector<models::StoredMessage>& messages) {
    out += '[';
    for (const auto& message : messages) {
        if (&message != &messages.front()) out += ',';
        json::ObjectWriter(out).text("role", message.role).text("content", message.content).end();
    }
    out += ']';
}

void append_tensors(std::string& out, const std::vector<models::TensorEntry>& tensors) {
    out += '[';
    for (const auto& tensor : tensors) {
        if (&tensor != &tensors.front()) out += ',';
        json::ObjectWriter writer(out);
        writer.text("name", tensor.name).text("type", tensor.type);
        auto& shape = writer.key("shape");
        shape += fmt::format("[{}]", fmt::join(tensor.shape, ","));
        writer.end();
    }
    out += ']';
}

}  // namespace

std::string tags_body(const std::vector<models::ListEntry>& entries) {
    return models_body(entries, append_tag);
}

std::string ps_body(std::vector<RunningEntry> entries) {
    std::erase_if(entries, [](const RunningEntry& entry) { return entry.model.loading; });
    std::ranges::stable_sort(entries, std::greater{}, [](const RunningEntry& entry) {
        return std::chrono::floor<std::chrono::seconds>(entry.model.expires_at);
    });
    return models_body(entries, append_running);
}

std::string show_body(const models::ShowData& data) {
    std::string body;
    json::ObjectWriter writer(body);
    writer.text_unless_empty("license", data.license)
        .text_unless_empty("modelfile", data.modelfile)
        .text_unless_empty("parameters", data.parameters)
        .text_unless_empty("template", data.template_text)
        .text_unless_empty("system", data.system);
    append_details(writer.key("details"), data.details);
    if (!data.messages.empty()) append_stored_messages(writer.key("messages"), data.messages);
    writer.text_unless_empty("remote_model", data.remote_model)
        .text_unless_empty("remote_host", data.remote_host);
    writer.json("model_info",
                data.model_info.is_object() ? store::to_go_json(data.model_info) : "{}");
    if (data.projector_info.is_object()) {
        writer.json("projector_info", store::to_go_json(data.projector_info));
    }
    if (!data.tensors.empty()) append_tensors(writer.key("tensors"), data.tensors);
    writer.strings_unless_empty("capabilities", data.capabilities)
        .text("modified_at", format_rfc3339_local(data.modified))
        .text_unless_empty("requires", data.minimum_version)
        .end();
    return body;
}

std::string progress_line(const models::Progress& progress) {
    std::string line;
    json::ObjectWriter(line)
        .text("status", progress.status)
        .text_unless_empty("digest", progress.digest)
        .integer_unless_zero("total", progress.total)
        .integer_unless_zero("completed", progress.completed)
        .end();
    return line;
}

}  // namespace corral::api::ollama
