#include "api/ollama/registry.h"

#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/names.h"

namespace corral::api::ollama {

namespace {

struct TransferFields {
    std::string model;
    bool stream = true;
    bool insecure = false;
    bool dry_run = false;
};

// Both routes have the same fields.
Result<TransferFields> read_transfer(std::string_view body, std::string_view struct_name) {
    CORRAL_TRY(const auto value, json::parse(body));
    TransferFields fields;
    std::string alias, ignored_name, ignored_password;
    std::optional<bool> stream;
    json::Reader reader(struct_name);
    reader.object(value, fmt::format("api.{}", struct_name),
                  {{"model", reader.text(fields.model)},
                   {"insecure", reader.boolean(fields.insecure)},
                   {"username", reader.text(ignored_name)},
                   {"password", reader.text(ignored_password)},
                   {"stream", reader.boolean(stream)},
                   {"name", reader.text(alias)},
                   {"dry_run", reader.boolean(fields.dry_run)}});
    CORRAL_CHECK(reader.finish());
    if (fields.model.empty()) fields.model = alias;
    fields.stream = stream.value_or(true);
    return fields;
}

}  // namespace

Result<PullRequest> decode_pull(std::string_view body) {
    CORRAL_TRY(const auto fields, read_transfer(body, "PullRequest"));
    CORRAL_TRY(auto requested, parse_model(NameRoute::pull, fields.model));
    return PullRequest{std::move(requested.name), fields.stream, fields.insecure, fields.dry_run};
}

std::string dry_run_body(const store::ModelName& name, const registry::PullPlan& plan) {
    std::string layers = "[";
    for (const auto& blob : plan.blobs) {
        if (layers.size() > 1) layers += ',';
        json::ObjectWriter(layers)
            .text("digest", blob.digest.text())
            .integer("size", blob.size_bytes)
            .boolean("present", blob.is_present)
            .end();
    }
    std::string body;
    json::ObjectWriter(body)
        .text("status", "dry run")
        .text("model", name.short_form())
        .text("digest", "sha256:" + plan.manifest_digest_hex)
        .integer("total", plan.total_bytes())
        .integer("fetch", plan.fetch_bytes())
        .json("layers", layers + "]")
        .end();
    return body;
}

Result<PushRequest> decode_push(std::string_view body) {
    CORRAL_TRY(auto fields, read_transfer(body, "PushRequest"));
    if (fields.model.empty()) return fail(ErrorCode::invalid, "model is required");
    return PushRequest{std::move(fields.model), fields.stream, fields.insecure};
}

}  // namespace corral::api::ollama
