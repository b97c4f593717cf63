#include "api/openai/sampling_fields.h"

#include <array>

#include "api/json/writer.h"
#include "api/ollama/fields.h"

namespace corral::api::openai {

namespace {

struct NamedOption {
    std::string_view field;
    std::string_view option;
};

constexpr auto kNumbers = std::to_array<NamedOption>({
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"frequency_penalty", "frequency_penalty"},
    {"presence_penalty", "presence_penalty"},
    {"top_k", "top_k"},
    {"min_p", "min_p"},
    {"typical_p", "typical_p"},
    {"repeat_penalty", "repeat_penalty"},
    {"repetition_penalty", "repeat_penalty"},
});
constexpr auto kIntegers = std::to_array<NamedOption>(
    {{"seed", "seed"}, {"num_ctx", "num_ctx"}, {"num_think", "num_think"}});

json::Reader::Read read_integer(json::Reader& reader, std::string& literal) {
    return [&reader, &literal](const json::Value& value) {
        std::int64_t number = 0;
        literal.clear();
        if (value.is_null()) return;
        reader.integer(number)(value);
        literal = std::to_string(number);
    };
}

}  // namespace

json::Reader::Read read_stop(std::string& array_json) {
    return [&array_json](const json::Value& value) {
        std::vector<std::string> texts;
        if (value.is_string()) texts.push_back(value.text());
        if (value.kind == json::Value::Kind::array) {
            for (const auto& item : value.items) {
                if (item.is_string()) texts.push_back(item.text());
            }
        }
        array_json.clear();
        if (!texts.empty()) json::append_strings(array_json, texts);
    };
}

std::vector<json::Reader::Field> SamplingFields::fields(json::Reader& reader) {
    std::vector<json::Reader::Field> fields = {
        {"max_tokens", read_integer(reader, max_tokens_)},
        {"max_completion_tokens", read_integer(reader, max_completion_tokens_)},
        {"max_output_tokens", read_integer(reader, max_completion_tokens_)},
        {"stop", read_stop(stop_)},
        {"logit_bias", ollama::read_free_object(reader, logit_bias_)},
        {"options", ollama::read_free_object(reader, options_)}};
    for (const auto& [field, option] : kNumbers) {
        fields.push_back({field, reader.number(by_name_[std::string(option)])});
    }
    for (const auto& [field, option] : kIntegers) {
        fields.push_back({field, read_integer(reader, by_name_[std::string(option)])});
    }
    return fields;
}

void SamplingFields::add(std::string_view option, std::int64_t value) {
    std::string& literal = by_name_[std::string(option)];
    if (literal.empty()) literal = std::to_string(value);
}

void SamplingFields::forget_zero(std::string_view option) {
    std::string& literal = by_name_[std::string(option)];
    const json::Value value{json::Value::Kind::number, literal, {}, {}};
    if (!literal.empty() && value.number() == 0) literal.clear();
}

std::optional<std::int64_t> SamplingFields::seed() const {
    const auto sent = by_name_.find("seed");
    if (sent == by_name_.end() || sent->second.empty()) return std::nullopt;
    return json::Value{json::Value::Kind::number, sent->second, {}, {}}.integer();
}

std::string SamplingFields::options_json() const {
    std::string out;
    json::ObjectWriter writer(out);
    for (const auto& [option, value] : presets_) writer.json(option, value);
    if (const auto options = json::parse(options_)) {
        for (std::size_t i = 0; i < options->keys.size(); ++i) {
            writer.json(options->keys[i], options->items[i].raw);
        }
    }
    for (const auto& [option, literal] : by_name_) {
        if (!literal.empty()) writer.json(option, literal);
    }
    const auto& limit = max_completion_tokens_.empty() ? max_tokens_ : max_completion_tokens_;
    if (!limit.empty()) writer.json("num_predict", limit);
    if (!logit_bias_.empty()) writer.json("logit_bias", logit_bias_);
    if (!stop_.empty()) writer.json("stop", stop_);
    writer.end();
    return out;
}

}  // namespace corral::api::openai
