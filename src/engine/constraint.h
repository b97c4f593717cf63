#pragma once

// Purpose: what an answer must look like, as a request demands it.
//
// `grammar` binds from the first token, or once thinking is over; `tool_grammar` once the answer
// begins a tool call. With both, the answer is either of the two; with `must_call`, it is a tool
// call. Grammars are GBNF, as llama.cpp writes them for schemas, formats and tools.

#include <string>
#include <vector>

#include "common.h"

namespace corral::engine {

struct Constraint {
    std::string grammar;          // of the answer; empty: free
    bool after_thinking = false;  // it binds only behind a thinking block, if there is one
    bool must_call = false;  // in place of `grammar`: behind thinking, the answer is a tool call
    std::string begun;       // the part of the answer that is in the prompt already

    std::string tool_grammar;  // of tool calls, from their first mark on; empty: none
    std::vector<common_grammar_trigger> triggers;  // what begins a tool call
    std::string tool_begun;  // what that grammar wants before it, said already

    // Tags around thinking; no tool call begins there. Empty: the model does not think.
    std::string thinking_start;
    std::vector<std::string> thinking_ends;
    std::string generation_prompt;  // the end of the prompt: thinking may have begun in it

    std::vector<std::string> preserved_tokens;  // special tokens that count as their text

    // Whether the prompt ends inside a thinking block.
    bool begins_in_thinking() const;
};

// What begins a call that bears no mark: an object that names one of the tools before anything else
// is in it, at the beginning of the answer.
common_grammar_trigger unmarked_call(const std::vector<std::string>& names);

// A grammar of what begins with one of the words; whatever follows is free. Empty without words.
std::string opening_grammar(const std::vector<std::string>& words);

}  // namespace corral::engine
