#pragma once

// Purpose: what one `run` knows: the model, how to ask it and how to show its answers.

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "cli/answer.h"
#include "cli/command.h"

namespace corral::cli {

// The answer of /api/show, as far as `run` needs it.
struct ModelFacts {
    Json info;
    bool thinks = false;
    bool sees = false;    // takes images or sound
    bool embeds = false;  // makes embeddings instead of text
};
ModelFacts facts_of(Json info);

struct Session {
    std::string model;
    ModelFacts facts;
    Json keep_alive;               // null = the server's default
    Json format;                   // null = free text
    Json think;                    // null = not sent
    bool think_is_chosen = false;  // by the user, not by what the model can do
    bool hide_thinking = false;
    bool word_wrap = true;
    bool verbose = false;
    Json options = Json::object();

    // Adds format, keep_alive, think and options to a request.
    void add_to(Json& request) const;
    AnswerStyle style(const Console& console) const;
};

// `think` from what the model can do, unless the user chose.
void choose_thinking(Session& session);

// Sends a request of /api/generate or /api/chat and prints the answer as it comes. Gives the final
// event, with the whole text in "content" and "thinking".
// Errors: cancelled when Ctrl-C was pressed meanwhile.
[[nodiscard]] Result<Json> print_answer(const Program& program, const Session& session,
                                        std::string_view path, const Json& request);

// Has the server load the model, with a spinner.
[[nodiscard]] Result<void> load_model(const Program& program, const Session& session);

}  // namespace corral::cli
