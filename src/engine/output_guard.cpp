#include "engine/output_guard.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.h"

namespace corral::engine {
namespace {

constexpr std::size_t kMaxMasks = 64;        // kept for each track
constexpr std::size_t kPatternWindow = 256;  // bytes; std::regex needs stack for each

Error bad_format(std::string_view why) {
    return {ErrorCode::invalid, fmt::format("the output format cannot be used: {}", why), {}, 400};
}

[[nodiscard]] Result<std::shared_ptr<const parse::Grammar>> compile_grammar(const std::string& text,
                                                                            std::string_view root) {
    if (text.empty()) return nullptr;
    Result<parse::Grammar> grammar = parse::Grammar::parse(text, root);
    if (!grammar) return fail(bad_format(grammar.error().message));
    return std::make_shared<const parse::Grammar>(std::move(*grammar));
}

// White space that models like to put in front. The name is one that no converter gives.
constexpr std::string_view kSpacedRoot = "corral-root";

std::string with_space_in_front(std::string grammar) {
    if (!grammar.empty()) grammar += "\ncorral-root ::= [ \\n\\t]{0,4} root\n";
    return grammar;
}

std::vector<std::string> tool_words(const Constraint& constraint) {
    std::vector<std::string> words = {constraint.thinking_start};
    for (const common_grammar_trigger& trigger : constraint.triggers) {
        if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_WORD) words.push_back(trigger.value);
    }
    return words;
}

// The beginning of what a pattern found: its first group, or all of it.
std::optional<std::size_t> find_pattern(const std::regex& pattern, const std::string& text) {
    std::smatch match;
    if (!std::regex_search(text, match, pattern)) return std::nullopt;
    for (std::size_t i = 1; i < match.size(); ++i) {
        if (match.length(i) > 0) return static_cast<std::size_t>(match.position(i));
    }
    return static_cast<std::size_t>(match.position(0));
}

}  // namespace

Result<OutputGuard> OutputGuard::create(const Vocabulary& vocabulary, Constraint constraint) {
    vocabulary.trie();  // made here rather than while others wait for their tokens
    OutputGuard guard(vocabulary, std::move(constraint));
    CORRAL_CHECK(guard.compile());
    guard.begin();
    if (guard.has_form() && !guard.is_thinking_ && !guard.has_tracks())
        return fail(bad_format("the answer that was begun does not fit"));
    return guard;
}

OutputGuard::OutputGuard(const Vocabulary& vocabulary, Constraint constraint)
    : vocabulary_(&vocabulary),
      constraint_(std::move(constraint)),
      thinking_end_(constraint_.thinking_ends),
      tool_words_(tool_words(constraint_)) {
    for (const std::string& word : constraint_.preserved_tokens) {
        const Tokens tokens = vocabulary.tokenize(word);
        if (tokens.size() == 1 && vocabulary.piece(tokens.front()).empty())
            preserved_.emplace_back(tokens.front(), vocabulary.piece(tokens.front(), true));
    }
}

Result<void> OutputGuard::compile() {
    const bool spaced = constraint_.after_thinking && constraint_.begun.empty();
    const std::string_view root = spaced ? kSpacedRoot : "root";
    const auto prepared = [&](const std::string& grammar) {
        return spaced ? with_space_in_front(grammar) : grammar;
    };
    CORRAL_TRY(grammar_, compile_grammar(prepared(constraint_.grammar), root));
    CORRAL_TRY(tool_grammar_, compile_grammar(constraint_.tool_grammar, "root"));
    if (tool_grammar_ != nullptr)
        tool_beginnings_ = std::make_unique<parse::GrammarMatcher>(tool_grammar_);
    if (has_form() && constraint_.after_thinking) {
        const auto opening = [](const std::vector<std::string>& words) {
            return compile_grammar(with_space_in_front(opening_grammar(words)), kSpacedRoot);
        };
        CORRAL_TRY(thinking_grammar_, opening({constraint_.thinking_start}));
        auto marks = tool_words(constraint_);
        marks.erase(marks.begin());  // thinking
        CORRAL_TRY(mark_grammar_, opening(marks));
    }
    try {
        for (const common_grammar_trigger& trigger : constraint_.triggers) {
            if (trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN)
                patterns_.emplace_back(trigger.value);
        }
    } catch (const std::regex_error& error) {
        return fail(bad_format(error.what()));
    }
    return {};
}

void OutputGuard::begin() {
    is_thinking_ = constraint_.begins_in_thinking();
    if (!has_form() || (constraint_.after_thinking && is_thinking_)) return;
    bind_answer();
    const std::string& prompt = constraint_.generation_prompt;
    const bool has_thought = !constraint_.thinking_start.empty() &&
                             prompt.find(constraint_.thinking_start) != std::string::npos;
    if (!has_thought && constraint_.begun.empty())
        add_track(thinking_grammar_, {}, Leads::to_thinking);
}

// From here the answer is what was asked for, or a tool call.
void OutputGuard::bind_answer() {
    since_bound_.clear();
    add_track(grammar_, constraint_.begun);
    if (constraint_.begun.empty()) add_track(mark_grammar_, {}, Leads::to_tool_call);
}

// A tool call whose beginning does not fit is left to the parser to make sense of.
void OutputGuard::bind_tool_call(std::string_view text) {
    add_track(tool_grammar_, constraint_.tool_begun + std::string(text));
}

bool OutputGuard::add_track(const SharedGrammar& grammar, std::string_view text, Leads leads) {
    if (grammar == nullptr) return false;
    Track track;
    track.matcher = std::make_unique<parse::GrammarMatcher>(grammar);
    track.state = track.matcher->after(track.matcher->start(), text);
    track.leads = leads;
    if (track.state == parse::GrammarMatcher::kDead) return false;
    tracks_.push_back(std::move(track));
    return true;
}

// A token may bring the end of a tool call's mark and more: then that has to fit as well.
bool OutputGuard::fits(const Track& track, std::string_view text) const {
    const auto state = track.matcher->after(track.state, text);
    return state != parse::GrammarMatcher::kDead && !opens_wrong_call(track, state, text);
}

bool OutputGuard::opens_wrong_call(const Track& track, parse::GrammarMatcher::State state,
                                   std::string_view text) const {
    if (track.leads != Leads::to_tool_call || !track.matcher->accepts(state)) return false;
    const std::string call(trim_left(since_bound_ + std::string(text)));
    return tool_beginnings_ == nullptr ||
           tool_beginnings_->after(tool_beginnings_->start(), call) == parse::GrammarMatcher::kDead;
}

bool OutputGuard::allows(llama_token token) {
    if (vocabulary_->ends_generation(token)) {
        return std::ranges::any_of(
            tracks_, [](const Track& track) { return track.matcher->accepts(track.state); });
    }
    const std::string text = text_of(token);
    if (!has_tracks()) return true;
    return !text.empty() &&
           std::ranges::any_of(tracks_, [&](const Track& track) { return fits(track, text); });
}

Result<const parse::TokenMask*> OutputGuard::allowed() {
    allowed_ = parse::TokenMask(static_cast<std::size_t>(vocabulary_->size()));
    if (!has_tracks()) {
        for (llama_token token = 0; token < vocabulary_->size(); ++token)
            if (!vocabulary_->ends_generation(token)) allowed_.add(static_cast<std::size_t>(token));
        return &allowed_;
    }
    for (Track& track : tracks_) {
        allowed_.add(track.leads == Leads::to_tool_call ? fitting(track) : mask_of(track));
        if (track.matcher->gave_up())
            return fail(ErrorCode::unsupported, "the output format is too ambiguous to follow");
    }
    for (const auto& [token, text] : preserved_) {
        if (allows(token)) allowed_.add(static_cast<std::size_t>(token));
    }
    for (llama_token end : vocabulary_->ends()) {
        if (allows(end)) allowed_.add(static_cast<std::size_t>(end));
    }
    if (allowed_.empty())
        return fail(ErrorCode::unsupported,
                    "the model has no token that would continue the output format");
    return &allowed_;
}

const parse::TokenMask& OutputGuard::mask_of(Track& track) {
    if (track.generation != track.matcher->generation() || track.masks.size() >= kMaxMasks) {
        track.masks.clear();
        track.generation = track.matcher->generation();
    }
    const auto [mask, is_new] = track.masks.try_emplace(
        track.state, parse::TokenMask(static_cast<std::size_t>(vocabulary_->size())));
    if (is_new) vocabulary_->trie().collect(*track.matcher, track.state, mask->second);
    return mask->second;
}

// Of the tokens that keep the track alive, those that fit; there are few while a mark is awaited.
parse::TokenMask OutputGuard::fitting(Track& track) {
    parse::TokenMask mask(static_cast<std::size_t>(vocabulary_->size()));
    mask_of(track).for_each([&](std::size_t token) {
        if (fits(track, text_of(static_cast<llama_token>(token)))) mask.add(token);
    });
    return mask;
}

void OutputGuard::accept(llama_token token) {
    if (vocabulary_->ends_generation(token)) return;
    const std::string text = text_of(token);
    if (text.empty()) return;
    has_tracks() ? advance(text) : watch(text);
}

void OutputGuard::advance(std::string_view text) {
    constexpr std::size_t kLongestOpening = 1024;
    if (since_bound_.size() < kLongestOpening) since_bound_ += text;
    for (Track& track : tracks_) {
        track.state = track.matcher->trim(track.matcher->after(track.state, text));
    }
    std::erase_if(tracks_,
                  [](const Track& track) { return track.state == parse::GrammarMatcher::kDead; });
    const auto has_led = [this](Leads leads) {
        return std::ranges::any_of(tracks_, [leads](const Track& track) {
            return track.leads == leads && track.matcher->accepts(track.state);
        });
    };
    if (has_led(Leads::to_tool_call)) {
        tracks_.clear();
        bind_tool_call(trim_left(since_bound_));
        if (!has_tracks()) bind_answer();
        return;
    }
    is_thinking_ = has_led(Leads::to_thinking);
    if (!is_thinking_) return;
    tracks_.clear();
    watch_thinking(text);
}

void OutputGuard::watch(std::string_view text) {
    is_thinking_ ? watch_thinking(text) : watch_for_tool_calls(text);
}

void OutputGuard::watch_thinking(std::string_view text) {
    const auto end = thinking_end_.push(text);
    if (!end) return;
    is_thinking_ = false;
    if (!has_form()) return watch_for_tool_calls(end->rest);
    bind_answer();
    const std::string_view rest = end->rest;
    if (rest.find_first_not_of(" \n\t") == std::string_view::npos) return;
    // The token that ended thinking said more. If that does not fit, what follows still has to.
    advance(rest);
    if (!has_tracks() && !is_thinking_) bind_answer();
}

void OutputGuard::watch_for_tool_calls(std::string_view text) {
    if (const auto found = tool_words_.push(text)) {
        if (found->word == 0) {
            is_thinking_ = true;
            return watch_thinking(found->rest);
        }
        const auto words = tool_words(constraint_);
        return bind_tool_call(words[found->word] + found->rest);
    }
    if (!patterns_.empty()) find_patterns(text);
}

// Only a few formats know the beginning of a tool call by a pattern; all of these are short.
void OutputGuard::find_patterns(std::string_view text) {
    if (beginning_.size() <= kPatternWindow) beginning_ += text;
    recent_ += text;
    if (recent_.size() > kPatternWindow) recent_.erase(0, recent_.size() - kPatternWindow);
    const bool is_all = beginning_.size() <= kPatternWindow;
    std::size_t at = 0;
    for (const common_grammar_trigger& trigger : constraint_.triggers) {
        if (trigger.type != COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN) continue;
        const std::regex& pattern = patterns_[at++];
        if (trigger.value.starts_with('^') && !is_all) continue;
        const auto begin = find_pattern(pattern, recent_);
        if (!begin) continue;
        bind_tool_call(std::string_view(recent_).substr(*begin));
        return;
    }
}

std::string OutputGuard::text_of(llama_token token) const {
    const auto known =
        std::ranges::find(preserved_, token, &std::pair<llama_token, std::string>::first);
    return known != preserved_.end() ? known->second : vocabulary_->piece(token);
}

}  // namespace corral::engine
