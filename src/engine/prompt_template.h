#pragma once

// Purpose: a model's chat template, run once, for the prompt alone.
//
// llama.cpp runs a template three times for a prompt: the other two tell it how the prompt ends.
// Where that is known, this does what llama.cpp does to the messages and runs it once; a test
// compares the prompts. It is not offered for templates whose messages llama.cpp changes further.
//
// Errors: throws what llama.cpp's Jinja throws; ChatTemplate catches it. Threads: any.

#include <optional>
#include <string>

#include "chat.h"

namespace corral::engine {

class PromptTemplate {
public:
    // Of a model's own template, or one in its place; `model` may be null.
    static std::optional<PromptTemplate> create(const common_chat_templates* templates,
                                                const llama_model* model);

    // Of a conversation that is to be answered, not continued.
    std::string prompt(const common_chat_templates_inputs& inputs) const;

private:
    PromptTemplate(common_chat_template parsed, const llama_vocab* vocab);

    common_chat_template parsed_;
    bool adds_start_ = false;  // the vocabulary does, so that the prompt need not
    bool adds_end_ = false;
};

}  // namespace corral::engine
