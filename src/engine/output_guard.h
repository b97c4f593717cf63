#pragma once

// Purpose: follows an answer through its Constraint and says which tokens may come next.
//
// A sampler asks first whether the token it would take is allowed, which costs a few look-ups; the
// set of all allowed tokens is computed only when it is not, and kept for the next time the grammar
// is in the same state.
//
// Errors: a grammar that cannot be used, or that no answer can meet, is invalid with http_status
// 400. Threads: one at a time. `vocabulary` outlives the guard.

#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "engine/constraint.h"
#include "engine/vocabulary.h"
#include "parse/grammar_matcher.h"
#include "parse/token_trie.h"
#include "parse/word_watch.h"

namespace corral::engine {

class OutputGuard {
public:
    [[nodiscard]] static Result<OutputGuard> create(const Vocabulary& vocabulary,
                                                    Constraint constraint);

    // Whether the next token has to fit.
    bool binds() const { return has_tracks() || owes_answer(); }
    bool allows(llama_token token);
    // The tokens that fit; valid until the next call. Errors: unsupported, when there are none or
    // the grammar is too ambiguous to follow.
    [[nodiscard]] Result<const parse::TokenMask*> allowed();
    void accept(llama_token token);

private:
    // What comes when a text is complete that opens something.
    enum class Leads { nowhere, to_thinking, to_tool_call };
    // One way in which the answer may go on.
    struct Track {
        std::unique_ptr<parse::GrammarMatcher> matcher;
        parse::GrammarMatcher::State state = parse::GrammarMatcher::kDead;
        Leads leads = Leads::nowhere;
        std::uint32_t generation = 0;
        std::unordered_map<parse::GrammarMatcher::State, parse::TokenMask> masks;
    };
    using SharedGrammar = std::shared_ptr<const parse::Grammar>;

    OutputGuard(const Vocabulary& vocabulary, Constraint constraint);

    [[nodiscard]] Result<void> compile();
    void begin();
    void bind_answer();
    void bind_tool_call(std::string_view text);
    bool add_track(const SharedGrammar& grammar, std::string_view text,
                   Leads leads = Leads::nowhere);
    bool has_tracks() const { return !tracks_.empty(); }
    bool has_form() const { return grammar_ != nullptr || constraint_.must_call; }
    // Thoughts are free, but they must not be all there is when the answer has a form.
    bool owes_answer() const { return is_thinking_ && has_form(); }
    bool fits(const Track& track, std::string_view text) const;
    bool opens_wrong_call(const Track& track, parse::GrammarMatcher::State state,
                          std::string_view text) const;
    parse::TokenMask fitting(Track& track);
    void advance(std::string_view text);
    void watch(std::string_view text);
    void watch_thinking(std::string_view text);
    void watch_for_tool_calls(std::string_view text);
    void find_patterns(std::string_view text);
    const parse::TokenMask& mask_of(Track& track);
    std::string text_of(llama_token token) const;

    const Vocabulary* vocabulary_;
    Constraint constraint_;
    SharedGrammar grammar_;
    SharedGrammar tool_grammar_;
    std::unique_ptr<parse::GrammarMatcher> tool_beginnings_;  // of texts in tool_grammar_
    SharedGrammar thinking_grammar_;                          // the tag that begins thinking
    SharedGrammar mark_grammar_;                              // the marks that begin tool calls
    std::vector<std::pair<llama_token, std::string>> preserved_;
    std::vector<std::regex> patterns_;
    parse::WordWatch thinking_end_;
    parse::WordWatch tool_words_;  // the first one begins thinking
    std::string beginning_;        // of the answer, for patterns of all of it
    std::string recent_;           // its end, for patterns in it

    bool is_thinking_ = false;
    std::vector<Track> tracks_;
    std::string since_bound_;  // the beginning of the text that tracks have followed
    parse::TokenMask allowed_;
};

}  // namespace corral::engine
