#include "models/capabilities.h"

#include <algorithm>

#include "models/template_choice.h"

namespace corral::models {

namespace {

using Names = std::vector<std::string>;

void add(Names& names, std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
}

void remove(Names& names, std::string_view name) {
    std::erase(names, name);
}

void add_all(Names& names, const Names& more) {
    for (const std::string& name : more) add(names, name);
}

// The built-in output parsers that cut out tool calls and thinking.
struct ParserFacts {
    std::string_view name;
    bool tools;
    bool thinking;
};
constexpr ParserFacts kParsers[] = {
    {"qwen3", true, false},
    {"qwen3-thinking", true, true},
    {"qwen3-coder", true, false},
    {"qwen3-vl-instruct", true, false},
    {"qwen3-vl-thinking", true, true},
    {"qwen3.5", true, true},
    {"ornith", true, true},
    {"ministral", true, false},
    {"passthrough", false, false},
    {"harmony", true, true},
    {"cogito", true, true},
    {"deepseek3", true, true},
    {"olmo3", true, false},
    {"olmo3-think", false, true},
    {"nemotron-3-nano", true, true},
    {"nemotron-3.5-nano", true, true},
    {"functiongemma", true, false},
    {"glm-4.7", true, true},
    {"glm-ocr", true, false},
    {"lfm2", true, false},
    {"lfm2-thinking", true, true},
    {"gemma4", true, true},
    {"gemma4-no-thinking", true, false},
    {"laguna", true, true},
    {"poolside-v1", true, true},
    {"cohere", true, true},
    {"glimmer", true, true},
};

void add_parser(Names& names, std::string_view parser) {
    const auto* facts = std::ranges::find(kParsers, parser, &ParserFacts::name);
    if (facts == std::end(kParsers)) return;
    if (facts->tools) add(names, "tools");
    if (facts->thinking) add(names, "thinking");
}

// An audio encoder counts unless it is the kind upstream cannot feed.
bool projector_hears(const gguf::File& file) {
    bool hears = false;
    bool is_gemma3nv = false;
    for (const gguf::Entry& entry : file.metadata()) {
        const auto* flag = std::get_if<bool>(&entry.value);
        const bool names_encoder =
            entry.key == "has_audio_encoder" || entry.key.ends_with(".has_audio_encoder");
        hears = hears || (names_encoder && flag && *flag);
        const auto* text = std::get_if<std::string>(&entry.value);
        is_gemma3nv = is_gemma3nv ||
                      (entry.key.ends_with("vision.projector_type") && text && *text == "gemma3nv");
    }
    return hears && !is_gemma3nv;
}

void add_projectors(Names& names, const ModelRecord& record) {
    if (record.projector_paths.empty()) return;
    add(names, "vision");
    for (const auto& path : record.projector_paths) {
        const auto file = gguf::read(path, gguf::ReadMode::header);
        if (file && projector_hears(*file)) add(names, "audio");
    }
}

void take_away_unusable(Names& names, const ModelConfig& config, std::string_view architecture) {
    if (architecture == "nemotron_h_omni" || config.model_family == "nemotron_h_omni")
        remove(names, "audio");
    if (config.model_format != "safetensors") return;
    const bool is_gemma4 = config.renderer.starts_with("gemma4");
    const bool is_nano = config.renderer == "nemotron-3-nano" || config.parser == "nemotron-3-nano";
    if (is_gemma4 || is_nano) remove(names, "vision");
    if (is_gemma4 || is_nano || config.renderer == "glimmer") remove(names, "audio");
}

}  // namespace

std::vector<std::string> detect_capabilities(const ModelRecord& record) {
    Names names;
    for (const std::string& name : record.config.capabilities) add(names, name);
    const TemplateChoice choice = record.template_choice;
    const bool has_own_format = !record.config.renderer.empty() || !record.config.parser.empty();
    if (choice == TemplateChoice::file && !has_own_format)
        add_all(names, jinja_capabilities(record.weights->chat_template));
    if (record.weights) {
        add(names, record.weights->pooling_type ? "embedding" : "completion");
        if (record.weights->has_vision) add(names, "vision");
        if (record.weights->has_audio) add(names, "audio");
        // Beyond upstream, which fills in by Go templates only.
        if (record.weights->can_fill && !record.weights->pooling_type) add(names, "insert");
    }
    add_projectors(names, record);
    if (choice == TemplateChoice::jinja_layer)
        add_all(names, jinja_capabilities(*record.go_template));
    if (choice == TemplateChoice::go_layer) add_all(names, go_capabilities(*record.go_template));
    add_parser(names, record.config.parser);
    if (record.config.model_family == "gptoss" || record.config.model_family == "gpt-oss")
        add(names, "thinking");
    take_away_unusable(names, record.config, record.weights ? record.weights->architecture : "");
    return names;
}

std::vector<std::string> list_capabilities(const ListFacts& facts) {
    Names names;
    if (facts.weights) {
        const gguf::File& file = *facts.weights;
        if (file.find(file.scoped("vision.block_count"))) add(names, "vision");
        if (file.find(file.scoped("audio.block_count"))) add(names, "audio");
        add(names, file.find(file.scoped("pooling_type")) ? "embedding" : "completion");
    }
    for (const std::string& name : facts.config.capabilities) add(names, name);
    if (facts.go_template) add_all(names, go_capabilities(*facts.go_template));
    add_parser(names, facts.config.parser);
    if (facts.has_projector) add(names, "vision");
    take_away_unusable(names, facts.config, "");
    return names;
}

}  // namespace corral::models
