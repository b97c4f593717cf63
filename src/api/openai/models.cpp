#include "api/openai/models.h"

#include <fmt/chrono.h>

#include <chrono>

#include "api/json/writer.h"

namespace corral::api::openai {

namespace {

struct Facts {
    std::string_view id;
    models::SystemTime modified;
    std::string_view owner;
    std::int64_t context_length = 0;
    const std::vector<std::string>& capabilities;
};

// The namespace of a short name: "alice" of "alice/foo:7b", "library" of "foo:7b".
std::string_view owner_of(std::string_view name) {
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos) return "library";
    const auto before = name.substr(0, slash);
    const auto start = before.rfind('/');
    return start == std::string_view::npos ? before : before.substr(start + 1);
}

void append_facts(std::string& out, const Facts& facts) {
    const auto created = std::chrono::floor<std::chrono::seconds>(facts.modified);
    json::ObjectWriter writer(out);
    writer.text("id", facts.id)
        .text("object", "model")
        .integer("created", created.time_since_epoch().count())
        .text("owned_by", facts.owner)
        .integer_unless_zero("context_length", facts.context_length)
        .integer_unless_zero("max_model_len", facts.context_length)
        .strings_unless_empty("capabilities", facts.capabilities)
        .end();
}

void append_anthropic_model(std::string& out, std::string_view id, models::SystemTime modified) {
    const auto created = std::chrono::floor<std::chrono::seconds>(modified);
    json::ObjectWriter(out)
        .text("type", "model")
        .text("id", id)
        .text("display_name", id)
        .text("created_at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", created))
        .end();
}

}  // namespace

std::string models_body(const std::vector<models::ListEntry>& entries) {
    std::string out;
    json::ObjectWriter writer(out);
    writer.text("object", "list").key("data") += '[';
    for (const auto& entry : entries) {
        if (&entry != &entries.front()) out += ',';
        append_facts(out, {entry.name, entry.modified, owner_of(entry.name),
                           entry.details.context_length, entry.capabilities});
    }
    out += ']';
    writer.end();
    return out += '\n';
}

std::string anthropic_models_body(const std::vector<models::ListEntry>& entries) {
    std::string out;
    json::ObjectWriter writer(out);
    writer.key("data") += '[';
    for (const auto& entry : entries) {
        if (&entry != &entries.front()) out += ',';
        append_anthropic_model(out, entry.name, entry.modified);
    }
    out += ']';
    writer.boolean("has_more", false);
    if (entries.empty()) {
        writer.json("first_id", "null").json("last_id", "null");
    } else {
        writer.text("first_id", entries.front().name).text("last_id", entries.back().name);
    }
    writer.end();
    return out += '\n';
}

std::string anthropic_model_body(std::string_view id, const models::ModelRecord& record) {
    std::string out;
    append_anthropic_model(out, id, record.modified);
    return out += '\n';
}

std::string model_body(std::string_view id, const models::ModelRecord& record) {
    const auto name = record.name.short_form();
    std::string out;
    append_facts(out, {id, record.modified, owner_of(name),
                       record.weights ? record.weights->n_ctx_train : 0, record.capabilities});
    return out += '\n';
}

}  // namespace corral::api::openai
