#include "prompt/model_template.h"

#include <utility>

#include "prompt/template_data.h"

namespace corral::prompt {
namespace {

using go::Map;
using go::Value;

Result<std::string> with_status(Result<std::string> text) {
    if (!text) text.error().http_status = 500;
    return text;
}

// Runs a template that knows turns only.
class TurnRenderer {
public:
    TurnRenderer(const go::Template& parsed, const TemplateFacts& facts, wire::Thinking thinking)
        : template_(parsed), facts_(facts), thinking_(thinking) {}

    Result<std::string> render(std::span<const Turn> turns) {
        for (const Turn& turn : turns) CORRAL_CHECK(take(turn));
        CORRAL_TRY(const std::string last, facts_.response_at
                                               ? template_.render_until(*facts_.response_at, data())
                                               : template_.render(data()));
        return text_ + last;
    }

private:
    Result<void> take(const Turn& turn) {
        const std::string& role = turn.first->role;
        if (role == "system") {
            if (!prompt_.empty() || !response_.empty()) CORRAL_CHECK(flush());
            system_ = turn.content;
        } else if (role == "user") {
            if (!response_.empty()) CORRAL_CHECK(flush());
            prompt_ = turn.content;
        } else if (role == "assistant") {
            response_ = turn.content;
        }
        return {};
    }

    Result<void> flush() {
        CORRAL_TRY(const std::string text, template_.render(data()));
        text_ += text;
        system_ = prompt_ = response_ = {};
        return {};
    }

    Value data() const {
        std::vector<Map::Entry> data = {{"System", Value::borrowed(system_)},
                                        {"Prompt", Value::borrowed(prompt_)},
                                        {"Response", Value::borrowed(response_)}};
        add_thinking(data, thinking_);
        return Value(Map::sorted(go::kAnyMap, std::move(data)));
    }

    const go::Template& template_;
    const TemplateFacts& facts_;
    wire::Thinking thinking_;
    std::string_view system_;
    std::string_view prompt_;
    std::string_view response_;
    std::string text_;
};

}  // namespace

Result<ModelTemplate> ModelTemplate::parse(std::string text) {
    CORRAL_TRY(go::Template parsed, go::Template::parse(std::move(text)));
    CORRAL_TRY(TemplateFacts facts, facts_of(parsed.blocks(), parsed.source()));
    if (!facts.takes_messages() && !facts.uses("response")) {
        parsed.append_field("Response");
        facts.response_at = parsed.source().size();
    }
    return ModelTemplate(std::move(parsed), std::move(facts));
}

Result<std::string> ModelTemplate::render(const Conversation& conversation) const {
    const std::vector<Turn> turns = collate(conversation.messages);
    if (!facts_.takes_messages())
        return with_status(TurnRenderer(template_, facts_, conversation.thinking).render(turns));
    const std::string system = system_text(conversation.messages);
    CORRAL_TRY(Value tools, tools_value(conversation.tools_json));
    std::vector<Map::Entry> data = {{"System", Value::borrowed(system)},
                                    {"Messages", messages_value(turns)},
                                    {"Tools", std::move(tools)},
                                    {"Response", Value::borrowed("")}};
    add_thinking(data, conversation.thinking);
    return with_status(template_.render(Value(Map::sorted(go::kAnyMap, std::move(data)))));
}

Result<std::string> ModelTemplate::render(const Gap& gap) const {
    std::vector<Map::Entry> data = {{"Prompt", Value::borrowed(gap.before)},
                                    {"Suffix", Value::borrowed(gap.behind)},
                                    {"Response", Value::borrowed("")}};
    add_thinking(data, gap.thinking);
    return with_status(template_.render(Value(Map::sorted(go::kAnyMap, std::move(data)))));
}

}  // namespace corral::prompt
