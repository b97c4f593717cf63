#include "api/ollama/manage.h"

#include <map>
#include <optional>

#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/fields.h"
#include "api/ollama/message.h"
#include "base/text.h"

namespace corral::api::ollama {

namespace {

using json::Reader;
using json::Value;
using Files = std::map<std::string, std::string>;

Reader::Read read_files(Reader& reader, Files& target) {
    return [&reader, &target](const Value& value) {
        target.clear();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::object) return reader.mismatch(value, "map[string]string");
        for (std::size_t i = 0; i < value.keys.size(); ++i) {
            reader.text(target[value.keys[i]])(value.items[i]);
        }
    };
}

// A text or a list of texts; anything else and "" count as none.
Reader::Read read_licenses(std::vector<std::string>& target) {
    return [&target](const Value& value) {
        target.clear();
        if (value.is_string()) target.push_back(value.text());
        for (const auto& item : value.items) {
            if (value.kind == Value::Kind::array && item.is_string()) target.push_back(item.text());
        }
        std::erase(target, "");
    };
}

// Checks messages as a request's are, and keeps them in the form the store has them in.
Reader::Read read_message_list(Reader& reader, std::string& target) {
    return [&reader, &target](const Value& value) {
        std::vector<wire::Message> messages;
        read_messages(reader, messages)(value);
        target.clear();
        if (!messages.empty() && !reader.stopped()) append_messages(target, messages);
    };
}

}  // namespace

Result<ShowRequest> decode_show(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    ShowRequest request;
    std::string name, ignored_template;
    Reader reader("ShowRequest");
    reader.object(value, "api.ShowRequest",
                  {{"model", reader.text(request.model)},
                   {"system", reader.text(request.options.system)},
                   {"template", reader.text(ignored_template)},
                   {"verbose", reader.boolean(request.options.verbose)},
                   {"options", read_free_object(reader, request.options.options_json)},
                   {"name", reader.text(name)}});
    CORRAL_CHECK(reader.finish());
    if (request.model.empty()) request.model = name;
    return request;
}

Result<CopyRequest> decode_copy(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    CopyRequest request;
    Reader reader("CopyRequest");
    reader.object(value, "api.CopyRequest",
                  {{"source", reader.text(request.source)},
                   {"destination", reader.text(request.destination)}});
    CORRAL_CHECK(reader.finish());
    return request;
}

Result<std::string> decode_delete(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    std::string model, name;
    Reader reader("DeleteRequest");
    reader.object(value, "api.DeleteRequest",
                  {{"model", reader.text(model)}, {"name", reader.text(name)}});
    CORRAL_CHECK(reader.finish());
    return model.empty() ? name : model;
}

Result<CreateRequest> decode_create(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    models::CreateRequest create;
    std::optional<bool> stream;
    bool insecure = false;
    std::string name, quantization;
    Reader reader("CreateRequest");
    const auto files = [&](const Value& field) {
        create.has_files = !field.is_null();
        read_files(reader, create.files)(field);
    };
    reader.object(value, "api.CreateRequest",
                  {{"model", reader.text(create.model)},
                   {"stream", reader.boolean(stream)},
                   {"quantize", reader.text(create.quantize)},
                   {"draft_quantize", reader.text(create.draft_quantize)},
                   {"from", reader.text(create.from)},
                   {"remote_host", reader.text(create.remote_host)},
                   {"files", files},
                   {"draft_files", read_files(reader, create.draft_files)},
                   {"adapters", read_files(reader, create.adapters)},
                   {"template", reader.text(create.template_text)},
                   {"license", read_licenses(create.licenses)},
                   {"system", reader.text(create.system)},
                   {"parameters", read_free_object(reader, create.parameters_json)},
                   {"messages", read_message_list(reader, create.messages_json)},
                   {"renderer", reader.text(create.renderer)},
                   {"parser", reader.text(create.parser)},
                   {"requires", reader.text(create.minimum_version)},
                   {"info", read_free_object(reader, create.info_json)},
                   {"name", reader.text(name)},
                   {"quantization", reader.text(quantization)},
                   {"insecure", reader.boolean(insecure)}});
    CORRAL_CHECK(reader.finish());
    if (create.model.empty()) create.model = name;
    if (create.quantize.empty()) create.quantize = quantization;
    return CreateRequest{std::move(create), stream.value_or(true), insecure};
}

Result<CopyNames> parse_copy(const CopyRequest& request) {
    const auto source = store::ModelName::parse(request.source);
    if (!source) {
        return fail(ErrorCode::invalid, "source {} is invalid", go_quote(request.source));
    }
    const auto destination = store::ModelName::parse(request.destination);
    if (!destination) {
        return fail(ErrorCode::invalid, "destination {} is invalid", go_quote(request.destination));
    }
    return CopyNames{*source, *destination};
}

}  // namespace corral::api::ollama
