#include "cli/chat/conversation.h"

#include "cli/json.h"

namespace corral::cli {
namespace {

Json system_message(const std::string& text) {
    return {{"role", "system"}, {"content", text}};
}

}  // namespace

Conversation::Conversation(const ModelFacts& facts) {
    const auto& stored = member(facts.info, "messages");
    if (stored.is_array()) messages_ = stored;
}

void Conversation::set_system(const std::string& text) {
    system_ = text;
    bool replaces = !messages_.empty() && text_of(messages_.back(), "role") == "system";
    if (replaces) messages_.erase(messages_.size() - 1);
    messages_.push_back(system_message(text));
}

void Conversation::clear() {
    messages_ = Json::array();
    if (!system_.empty()) messages_.push_back(system_message(system_));
}

Result<Json> Conversation::ask(const Program& program, const Session& session, Json message) {
    messages_.push_back(std::move(message));
    Json request{{"model", session.model}, {"messages", messages_}};
    session.add_to(request);
    auto answer = print_answer(program, session, "/api/chat", request);
    if (!answer) {
        if (answer.error().code != ErrorCode::cancelled) messages_.erase(messages_.size() - 1);
        return answer;
    }
    Json said{{"role", "assistant"}, {"content", text_of(*answer, "content")}};
    put_text(said, "thinking", text_of(*answer, "thinking"));
    messages_.push_back(std::move(said));
    return answer;
}

std::string Conversation::replay(const AnswerStyle& style) const {
    std::string out;
    for (const auto& message : messages_) {
        auto role = text_of(message, "role");
        auto content = text_of(message, "content");
        if (role == "user") out += ">>> " + content + "\n";
        if (role == "assistant") out += AnswerFormat(style).content(content) + "\n\n";
    }
    return out;
}

}  // namespace corral::cli
