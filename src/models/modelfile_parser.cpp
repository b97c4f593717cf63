#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "models/modelfile.h"

namespace corral::models {

namespace {

constexpr std::string_view kKeywords[] = {"from",      "license", "template", "system",
                                          "adapter",   "draft",   "renderer", "parser",
                                          "parameter", "message", "requires"};
constexpr std::string_view kBadCommand =
    "command must be one of \"from\", \"license\", \"template\", \"system\", \"adapter\", "
    "\"draft\", \"renderer\", "
    "\"parser\", \"parameter\", \"message\", or \"requires\"";
constexpr std::string_view kBadRole =
    "message role must be one of \"system\", \"user\", or \"assistant\"";
constexpr std::string_view kUnexpectedEnd = "unexpected EOF";

std::string decode_utf16(std::string_view bytes, bool big_endian) {
    const auto unit_at = [&](std::size_t i) -> char32_t {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const auto second = static_cast<unsigned char>(bytes[i + 1]);
        return big_endian ? (first << 8) | second : (second << 8) | first;
    };
    std::string text;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t unit = unit_at(i);
        const bool high = unit >= 0xD800 && unit < 0xDC00;
        if (high && i + 3 < bytes.size() && (unit_at(i + 2) & 0xFC00) == 0xDC00) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (unit_at(i + 2) - 0xDC00);
            i += 2;
        } else if (unit >= 0xD800 && unit < 0xE000) {
            unit = kReplacementCharacter;
        }
        append_utf8(text, unit);
    }
    return text;
}

std::string decode(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) return sanitize_utf8(bytes.substr(3));
    if (bytes.starts_with("\xFF\xFE")) return decode_utf16(bytes.substr(2), false);
    if (bytes.starts_with("\xFE\xFF")) return decode_utf16(bytes.substr(2), true);
    return sanitize_utf8(bytes);
}

// Control characters, odd spaces, invisible and private-use characters are dropped, as upstream
// does.
bool is_kept(char32_t c) {
    if (c == '\t' || c == '\n' || c == '\r') return true;
    if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) return false;
    if (c == 0x1680 || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F)) return false;
    if ((c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF) return false;
    return !(c >= 0xE000 && c <= 0xF8FF) && c < 0xE0000;
}

bool is_blank(char32_t c) {
    return c == ' ' || c == '\t';
}
bool is_newline(char32_t c) {
    return c == '\n' || c == '\r';
}
bool is_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_character(char32_t c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

// The value a text stands for, or nothing when its closing quote has yet to come.
std::optional<std::string> unquote(std::string_view text) {
    text = trim(text);
    constexpr std::string_view kTriple = "\"\"\"";
    if (text.starts_with(kTriple)) {
        if (text.size() < 6 || !text.ends_with(kTriple)) return std::nullopt;
        return std::string(text.substr(3, text.size() - 6));
    }
    if (text.starts_with('"')) {
        if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
        return std::string(text.substr(1, text.size() - 2));
    }
    return std::string(text);
}

// The state machine of modelfile-create-templates.md 1.1, one character at a time.
class ModelfileParser {
public:
    Result<std::vector<Command>> run(std::string_view text) {
        while (!text.empty()) {
            const Utf8Character character = first_utf8_character(text);
            text.remove_prefix(character.length);
            if (is_newline(character.code_point)) ++line_;
            if (is_kept(character.code_point)) CORRAL_CHECK(step(character.code_point));
        }
        CORRAL_CHECK(finish());
        const bool has_from = std::ranges::any_of(
            commands_, [](const Command& c) { return c.name == "from" && !c.is_parameter; });
        if (!has_from) return fail(ErrorCode::invalid, "no FROM line");
        return std::move(commands_);
    }

private:
    enum class State { idle, comment, name, value, parameter, role };

    Result<void> step(char32_t c) {
        switch (state_) {
            case State::idle:
                if (is_blank(c) || is_newline(c)) return {};
                state_ = c == '#' ? State::comment : State::name;
                append_utf8(text_, c);
                return {};
            case State::comment:
                if (!is_newline(c)) return {};
                text_.clear();
                state_ = State::idle;
                return {};
            case State::name:
                return step_name(c);
            case State::parameter:
                return step_word(c, is_name_character(c));
            case State::role:
                return step_word(c, is_letter(c));
            case State::value:
                return step_value(c);
        }
        return {};
    }

    Result<void> step_name(char32_t c) {
        if (is_letter(c)) {
            append_utf8(text_, c);
            return {};
        }
        command_ = {lower(text_), false, ""};
        text_.clear();
        if (!is_blank(c) || std::ranges::find(kKeywords, command_.name) == std::end(kKeywords))
            return error_here(kBadCommand);
        state_ = command_.name == "parameter" ? State::parameter
                 : command_.name == "message" ? State::role
                                              : State::value;
        return {};
    }

    // The name of a parameter or a role, ended by one blank.
    Result<void> step_word(char32_t c, bool belongs) {
        if (belongs) {
            append_utf8(text_, c);
            return {};
        }
        if (!is_blank(c)) return error_here(fmt::format("{}: {}", kUnexpectedEnd, text_));
        if (state_ == State::parameter) {
            command_ = {text_, true, ""};
        } else {
            if (text_ != "system" && text_ != "user" && text_ != "assistant")
                return error_here(kBadRole);
            role_ = text_;
        }
        text_.clear();
        state_ = State::value;
        return {};
    }

    Result<void> step_value(char32_t c) {
        if (is_newline(c) && complete()) return {};
        append_utf8(text_, c);
        return {};
    }

    // Ends the command when its value is whole.
    bool complete() {
        std::optional<std::string> value = unquote(text_);
        if (!value) return false;
        command_.value = std::move(*value);
        if (command_.name == "message" && !command_.is_parameter)
            command_.value = role_ + ": " + command_.value;
        commands_.push_back(std::move(command_));
        text_.clear();
        state_ = State::idle;
        return true;
    }

    Result<void> finish() {
        if (state_ == State::idle || state_ == State::comment) return {};
        if (state_ == State::value && complete()) return {};
        return fail(ErrorCode::invalid, "{}", kUnexpectedEnd);
    }

    Result<void> error_here(std::string_view reason) const {
        return fail(ErrorCode::invalid, "(line {}): {}", line_, reason);
    }

    State state_ = State::idle;
    int line_ = 1;
    std::string text_;
    std::string role_;
    Command command_;
    std::vector<Command> commands_;
};

}  // namespace

Result<std::vector<Command>> parse_modelfile(std::string_view bytes) {
    return ModelfileParser().run(decode(bytes));
}

}  // namespace corral::models
