#pragma once

// Purpose: the messages of a chat, which the client keeps and sends whole with every turn.
// Source: cli.md 9.1, 9.2.

#include <string>

#include "cli/chat/session.h"

namespace corral::cli {

class Conversation {
public:
    // Starts with the messages stored in the model.
    explicit Conversation(const ModelFacts& facts);

    const Json& messages() const { return messages_; }
    const std::string& system() const { return system_; }  // set by the user; "" = none

    // Adds a system message, or replaces the one that was just added.
    void set_system(const std::string& text);
    // Forgets everything but the user's system message.
    void clear();

    // Sends the history with a new message and prints the answer, which joins the history together
    // with the message. When that fails the history is as it was; of a cancelled answer the message
    // stays.
    [[nodiscard]] Result<Json> ask(const Program& program, const Session& session, Json message);

    // The stored messages as they looked when they were typed and answered.
    std::string replay(const AnswerStyle& style) const;

private:
    Json messages_ = Json::array();
    std::string system_;
};

}  // namespace corral::cli
