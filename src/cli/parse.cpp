#include "cli/parse.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>

#include "base/text.h"

namespace corral::cli {
namespace {

constexpr std::size_t kSuggestionDistance = 2;

const Flag* find_flag(std::span<const Flag> flags, std::string_view name) {
    auto found = std::ranges::find(flags, name, &Flag::name);
    return found == flags.end() ? nullptr : &*found;
}

const Flag* find_letter(std::span<const Flag> flags, char letter) {
    auto found = std::ranges::find(flags, letter, &Flag::letter);
    return found == flags.end() ? nullptr : &*found;
}

// The value of a flag that stands alone; empty when it needs one.
std::string_view value_when_bare(const Flag& flag) {
    return flag.type == FlagType::boolean ? std::string_view("true") : flag.bare_value;
}

std::string names_of(const Flag& flag) {
    return flag.letter != 0 ? fmt::format("-{}, --{}", flag.letter, flag.name)
                            : fmt::format("--{}", flag.name);
}

Error bad_value(const Flag& flag, std::string_view value, std::string_view function,
                std::string_view cause) {
    auto message = fmt::format("invalid argument {} for \"{}\" flag: strconv.{}: parsing {}: {}",
                               go_quote(value), names_of(flag), function, go_quote(value), cause);
    return Error{ErrorCode::invalid, std::move(message), {}, 0};
}

Result<std::string> boolean_value(const Flag& flag, std::string_view value) {
    static constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
    static constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
    if (std::ranges::find(kTrue, value) != std::end(kTrue)) return "true";
    if (std::ranges::find(kFalse, value) != std::end(kFalse)) return "false";
    return fail(bad_value(flag, value, "ParseBool", "invalid syntax"));
}

Result<std::string> integer_value(const Flag& flag, std::string_view value) {
    std::int64_t number = 0;
    auto digits = value.starts_with('+') ? value.substr(1) : value;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc::result_out_of_range) {
        return fail(bad_value(flag, value, "ParseInt", "value out of range"));
    }
    if (error != std::errc() || end != digits.data() + digits.size()) {
        return fail(bad_value(flag, value, "ParseInt", "invalid syntax"));
    }
    return std::to_string(number);
}

// Reads the words one after the other.
class Parser {
public:
    Parser(std::span<const Flag> flags, std::span<const std::string> words)
        : flags_(flags), words_(words) {}

    Result<Invocation> run() {
        while (at_ < words_.size()) {
            std::string_view word = words_[at_++];
            if (word == "--") break;
            if (word.starts_with("--")) {
                CORRAL_CHECK(long_flag(word));
            } else if (word.size() > 1 && word[0] == '-') {
                CORRAL_CHECK(letters(word.substr(1)));
            } else {
                result_.arguments.emplace_back(word);
            }
        }
        result_.arguments.insert(result_.arguments.end(), words_.begin() + static_cast<long>(at_),
                                 words_.end());
        return std::move(result_);
    }

private:
    Result<void> long_flag(std::string_view word) {
        auto name = word.substr(2);
        auto equals = name.find('=');
        if (name.starts_with('-') || equals == 0) {
            return fail(ErrorCode::invalid, "bad flag syntax: {}", word);
        }
        const Flag* flag = find_flag(flags_, name.substr(0, equals));
        if (flag == nullptr) {
            return fail(ErrorCode::invalid, "unknown flag: --{}", name.substr(0, equals));
        }
        if (equals != std::string_view::npos) return set(*flag, name.substr(equals + 1));
        if (!value_when_bare(*flag).empty()) return set(*flag, value_when_bare(*flag));
        if (at_ == words_.size()) {
            return fail(ErrorCode::invalid, "flag needs an argument: {}", word);
        }
        return set(*flag, words_[at_++]);
    }

    Result<void> letters(std::string_view group) {
        while (!group.empty()) {
            const Flag* flag = find_letter(flags_, group[0]);
            if (flag == nullptr) {
                return fail(ErrorCode::invalid, "unknown shorthand flag: '{}' in -{}", group[0],
                            group);
            }
            if (group.size() > 2 && group[1] == '=') return set(*flag, group.substr(2));
            if (!value_when_bare(*flag).empty()) {
                CORRAL_CHECK(set(*flag, value_when_bare(*flag)));
                group.remove_prefix(1);
                continue;
            }
            if (group.size() > 1) return set(*flag, group.substr(1));
            if (at_ == words_.size()) {
                return fail(ErrorCode::invalid, "flag needs an argument: '{}' in -{}", group[0],
                            group);
            }
            return set(*flag, words_[at_++]);
        }
        return {};
    }

    Result<void> set(const Flag& flag, std::string_view value) {
        std::string checked(value);
        if (flag.type == FlagType::boolean) {
            CORRAL_TRY(checked, boolean_value(flag, value));
        } else if (flag.type == FlagType::integer) {
            CORRAL_TRY(checked, integer_value(flag, value));
        }
        result_.flags.insert_or_assign(std::string(flag.name), std::move(checked));
        return {};
    }

    std::span<const Flag> flags_;
    std::span<const std::string> words_;
    std::size_t at_ = 0;
    Invocation result_;
};

// How many letters have to be changed, put in or left out to make `a` of `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

bool takes_next_word(std::span<const Flag> flags, std::string_view word) {
    if (word.find('=') != std::string_view::npos) return false;
    const Flag* flag = nullptr;
    if (word.starts_with("--")) {
        flag = find_flag(flags, word.substr(2));
    } else {
        // A group of letters never takes the next word here; only a single one may.
        if (word.size() != 2) return false;
        flag = find_letter(flags, word[1]);
    }
    return flag == nullptr || value_when_bare(*flag).empty();
}

}  // namespace

std::string Invocation::text(std::string_view flag) const {
    auto found = flags.find(flag);
    return found == flags.end() ? std::string() : found->second;
}

std::optional<std::size_t> find_command_word(std::span<const Flag> root_flags,
                                             std::span<const std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        if (word == "--") return std::nullopt;
        if (word.empty()) continue;
        if (word[0] != '-' || word == "-") return i;
        if (takes_next_word(root_flags, word)) ++i;
    }
    return std::nullopt;
}

Result<Invocation> parse_flags(std::span<const Flag> flags, std::span<const std::string> words) {
    return Parser(flags, words).run();
}

Result<void> check_arity(const Arity& arity, std::size_t n_arguments) {
    auto n = static_cast<int>(n_arguments);
    if (arity.least == arity.most && n != arity.most) {
        return fail(ErrorCode::invalid, "accepts {} arg(s), received {}", arity.most, n);
    }
    if (n < arity.least) {
        return fail(ErrorCode::invalid, "requires at least {} arg(s), only received {}",
                    arity.least, n);
    }
    return {};
}

Error unknown_command(std::string_view word, std::string_view program,
                      std::span<const Command> commands) {
    auto message = fmt::format("unknown command {} for {}", go_quote(word), go_quote(program));
    std::string candidates;
    auto typed = lower(word);
    for (const auto& command : commands) {
        if (command.hidden) continue;
        auto name = lower(command.name);
        if (edit_distance(typed, name) <= kSuggestionDistance || name.starts_with(typed)) {
            candidates += fmt::format("\t{}\n", command.name);
        }
    }
    if (!candidates.empty()) message += "\n\nDid you mean this?\n" + candidates;
    return Error{ErrorCode::invalid, std::move(message), {}, 0};
}

}  // namespace corral::cli
