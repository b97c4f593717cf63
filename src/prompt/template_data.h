#pragma once

// Purpose: conversations and tools as the values that Go templates see.
//
// Texts are borrowed: the messages have to outlive the values.
// Source: modelfile-create-templates.md 12.1, 12.2, 12.4.

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "prompt/go/value.h"
#include "wire/request.h"

namespace corral::prompt {

// A message, or several of one role that follow each other and were merged.
struct Turn {
    const wire::Message* first = nullptr;
    std::string content;
};
// Consecutive messages of one role become one, those of role `tool` excepted.
std::vector<Turn> collate(std::span<const wire::Message> messages);
// The texts of all system messages, an empty line between them.
std::string system_text(std::span<const wire::Message> messages);

go::Value messages_value(std::span<const Turn> turns);

// A JSON array of tool definitions, or empty. Errors: internal, when it is neither.
[[nodiscard]] Result<go::Value> tools_value(const std::string& tools_json);

// Think, ThinkLevel and IsThinkSet.
void add_thinking(std::vector<go::Map::Entry>& data, wire::Thinking thinking);

}  // namespace corral::prompt
