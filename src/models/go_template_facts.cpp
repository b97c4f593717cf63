#include "models/go_template_facts.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"

namespace corral::models {

namespace {

struct Node;
using NodeList = std::vector<Node>;

struct Node {
    enum class Kind { text, action, range, block } kind = Kind::text;
    std::string_view content;  // of text: the text; else the pipeline
    NodeList body;
    NodeList otherwise;
};

Error template_error(std::size_t line, std::string_view reason) {
    return Error{ErrorCode::invalid,
                 fmt::format("template error: template: :{}: {}", line, reason),
                 {},
                 400};
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr int kMaxDepth = 100;

// Splits into text and actions and nests what is between `if`, `range`, `with`, `define`, `block`
// and `end`.
class TreeParser {
public:
    explicit TreeParser(std::string_view text) : text_(text) {}

    Result<NodeList> run() {
        NodeList list;
        CORRAL_TRY(const Stop stop, read_list(list, 0));
        if (stop == Stop::end_keyword) return fail(template_error(line(), "unexpected {{end}}"));
        if (stop == Stop::else_keyword) return fail(template_error(line(), "unexpected {{else}}"));
        return list;
    }

private:
    enum class Stop { end_of_text, end_keyword, else_keyword };

    std::size_t line() const {
        return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, at_), '\n'));
    }

    void add_text(NodeList& list, std::string_view text) {
        if (trim_left_next_) text = trim_left(text, " \t\r\n");
        trim_left_next_ = false;
        if (!text.empty()) list.push_back({Node::Kind::text, text, {}, {}});
    }

    // The inside of the action at `at_`, without trim marks; moves behind it.
    Result<std::string_view> read_action() {
        std::size_t i = at_ + 2;
        char quote = 0;
        const bool is_comment = trim_left(text_.substr(i), "- \t\r\n").starts_with("/*");
        for (;; ++i) {
            if (i + 1 >= text_.size())
                return fail(
                    template_error(line(), is_comment ? "unclosed comment" : "unclosed action"));
            const char c = text_[i];
            if (is_comment) {
                if (text_.substr(i).starts_with("*/") &&
                    trim_left(text_.substr(i + 2), "- \t\r\n").starts_with("}}"))
                    break;
            } else if (quote != 0) {
                if (c == '\\' && quote != '`')
                    ++i;
                else if (c == quote)
                    quote = 0;
            } else if (c == '"' || c == '`' || c == '\'') {
                quote = c;
            } else if (c == '}' && text_[i + 1] == '}') {
                break;
            }
        }
        if (is_comment) i = text_.find("}}", i);
        std::string_view inside = text_.substr(at_ + 2, i - at_ - 2);
        at_ = i + 2;
        if (inside.size() > 1 && inside[0] == '-' && kBlanks.contains(inside[1]))
            inside.remove_prefix(1);
        if (inside.size() > 1 && inside.back() == '-' &&
            kBlanks.contains(inside[inside.size() - 2])) {
            inside.remove_suffix(1);
            trim_left_next_ = true;
        }
        return trim(inside);
    }

    Result<Stop> read_list(NodeList& list, int depth) {
        if (depth > kMaxDepth) return fail(template_error(line(), "too many nested blocks"));
        for (;;) {
            const std::size_t open = text_.find("{{", at_);
            std::string_view text =
                text_.substr(at_, open == std::string_view::npos ? open : open - at_);
            const bool trims = open != std::string_view::npos && open + 3 < text_.size() &&
                               text_[open + 2] == '-' && kBlanks.contains(text_[open + 3]);
            if (trims) text = trim_right(text, " \t\r\n");
            add_text(list, text);
            if (open == std::string_view::npos) {
                at_ = text_.size();
                return Stop::end_of_text;
            }
            at_ = open;
            CORRAL_TRY(const std::string_view action, read_action());
            const std::string_view word =
                action.substr(0, static_cast<std::size_t>(
                                     std::ranges::find_if_not(action, is_word) - action.begin()));
            if (word == "end") return Stop::end_keyword;
            if (word == "else") {
                else_pipeline_ = trim(action.substr(4));
                return Stop::else_keyword;
            }
            if (action.starts_with("/*")) continue;
            const bool nests = word == "if" || word == "range" || word == "with" ||
                               word == "define" || word == "block";
            if (!nests) {
                list.push_back({Node::Kind::action, action, {}, {}});
                continue;
            }
            Node node{word == "range" ? Node::Kind::range : Node::Kind::block,
                      action.substr(word.size()),
                      {},
                      {}};
            CORRAL_CHECK(read_branches(node, depth));
            list.push_back(std::move(node));
        }
    }

    Result<void> read_branches(Node& node, int depth) {
        CORRAL_TRY(const Stop stop, read_list(node.body, depth + 1));
        if (stop == Stop::end_of_text) return fail(template_error(line(), "unexpected EOF"));
        if (stop == Stop::end_keyword) return {};
        if (else_pipeline_.empty()) {
            CORRAL_TRY(const Stop last, read_list(node.otherwise, depth + 1));
            if (last == Stop::end_keyword) return {};
            return fail(template_error(line(), last == Stop::end_of_text
                                                   ? "unexpected EOF"
                                                   : "expected end; found {{else}}"));
        }
        // `else if p` is an `if` of its own inside the else branch; they share one `end`.
        Node nested{Node::Kind::block,
                    else_pipeline_.substr(std::min<std::size_t>(
                        else_pipeline_.find_first_of(kBlanks), else_pipeline_.size())),
                    {},
                    {}};
        if (depth > kMaxDepth) return fail(template_error(line(), "too many nested blocks"));
        CORRAL_CHECK(read_branches(nested, depth + 1));
        node.otherwise.push_back(std::move(nested));
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool trim_left_next_ = false;
    std::string_view else_pipeline_;
};

// The chains of identifiers in a pipeline: ".A.B" gives {A, B}; "$m.A" gives {$m, A}. Text in
// quotes is passed over.
std::vector<std::vector<std::string>> chains_of(std::string_view pipeline) {
    std::vector<std::vector<std::string>> chains;
    for (std::size_t i = 0; i < pipeline.size();) {
        const char c = pipeline[i];
        if (c == '"' || c == '`' || c == '\'') {
            for (++i; i < pipeline.size() && pipeline[i] != c; ++i)
                if (pipeline[i] == '\\' && c != '`') ++i;
            ++i;
            continue;
        }
        const bool after_word = i > 0 && (is_word(pipeline[i - 1]) || pipeline[i - 1] == ')');
        if ((c != '.' && c != '$') || after_word) {
            ++i;
            continue;
        }
        std::vector<std::string> chain;
        std::size_t start = i;
        if (c == '$') {
            ++i;
            while (i < pipeline.size() && is_word(pipeline[i])) ++i;
            chain.emplace_back(pipeline.substr(start, i - start));
        }
        while (i < pipeline.size() && pipeline[i] == '.') {
            start = ++i;
            while (i < pipeline.size() && is_word(pipeline[i])) ++i;
            if (i > start) chain.emplace_back(pipeline.substr(start, i - start));
        }
        if (!chain.empty()) chains.push_back(std::move(chain));
    }
    return chains;
}

class Walker {
public:
    GoTemplateFacts facts;

    void walk(const NodeList& list, bool in_message_range) {
        for (const Node& node : list) {
            if (node.kind == Node::Kind::text) continue;
            visit(node.content, list, in_message_range);
            const bool inside = node.kind == Node::Kind::range ? ranges_over_messages(node.content)
                                                               : in_message_range;
            walk(node.body, inside);
            walk(node.otherwise, inside);
        }
    }

private:
    static bool ranges_over_messages(std::string_view pipeline) {
        const auto chains = chains_of(pipeline);
        return std::ranges::any_of(chains,
                                   [](const auto& chain) { return chain[0] == "Messages"; });
    }

    void visit(std::string_view pipeline, const NodeList& list, bool in_message_range) {
        for (const auto& chain : chains_of(pipeline)) {
            for (const std::string& word : chain) facts.variables.insert(lower(word));
            if (chain[0] != "Thinking" || !in_message_range) continue;
            if (list.front().kind == Node::Kind::text)
                facts.opening_tag = trim(list.front().content);
            if (list.back().kind == Node::Kind::text) facts.closing_tag = trim(list.back().content);
        }
    }
};

}  // namespace

GoTemplateFacts go_template_facts(std::string_view text) {
    const auto tree = TreeParser(text).run();
    if (!tree) return {};
    Walker walker;
    walker.walk(*tree, false);
    GoTemplateFacts facts = std::move(walker.facts);
    facts.uses_tools = facts.variables.contains("tools");
    facts.uses_suffix = facts.variables.contains("suffix");
    facts.thinks = !facts.opening_tag.empty() && !facts.closing_tag.empty();
    return facts;
}

Result<void> check_go_template(std::string_view text) {
    CORRAL_CHECK(TreeParser(text).run());
    return {};
}

}  // namespace corral::models
