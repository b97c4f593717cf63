#include "api/json/scanner.h"

#include "base/text.h"
#include "base/utf8.h"

namespace corral::api::json {

namespace {

constexpr std::string_view kAfterMember = "after object key:value pair";
constexpr std::string_view kAfterElement = "after array element";

// A byte as Go prints the rune of that value in single quotes: bytes from 0x80 on are Latin-1.
std::string quoted_rune(char character) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte == '\'') return R"('\'')";
    if (byte == '"') return R"('"')";
    if (byte >= 0x80 && (byte <= 0xA0 || byte == 0xAD)) return fmt::format("'\\u{:04x}'", byte);
    std::string text;
    append_utf8(text, byte);
    const auto quoted = go_quote(text);
    return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

bool is_hex(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f') ||
           (character >= 'A' && character <= 'F');
}

}  // namespace

Result<Value> Scanner::scan() {
    skip_blanks();
    if (at_end()) return fail(ErrorCode::invalid, "missing request body");
    return value(0);
}

void Scanner::skip_blanks() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n')) {
        ++at_;
    }
}

std::unexpected<Error> Scanner::unexpected(std::string_view where) const {
    if (at_end()) return fail(ErrorCode::invalid, "unexpected EOF");
    return fail(ErrorCode::invalid, "invalid character {} {}", quoted_rune(peek()), where);
}

template <class Piece>
Result<void> Scanner::pieces(char end, std::string_view after_piece, const Piece& piece) {
    ++at_;
    skip_blanks();
    if (!at_end() && peek() == end) {
        ++at_;
        return {};
    }
    while (true) {
        CORRAL_CHECK(piece());
        skip_blanks();
        if (at_end() || (peek() != ',' && peek() != end)) return unexpected(after_piece);
        if (text_[at_++] == end) return {};
    }
}

Result<Value> Scanner::value(int depth) {
    if (depth > kMaxDepth) return fail(ErrorCode::invalid, "exceeded max depth");
    if (++n_values_ > kMaxValues) {
        return fail(ErrorCode::invalid, "the request holds more than {} JSON values", kMaxValues);
    }
    skip_blanks();
    if (at_end()) return unexpected("");
    Value result;
    const auto start = at_;
    switch (peek()) {
        case '{':
            result.kind = Value::Kind::object;
            CORRAL_CHECK(object(result, depth));
            break;
        case '[':
            result.kind = Value::Kind::array;
            CORRAL_CHECK(pieces(']', kAfterElement, [&]() -> Result<void> {
                CORRAL_TRY(auto item, value(depth + 1));
                result.items.push_back(std::move(item));
                return {};
            }));
            break;
        case '"':
            result.kind = Value::Kind::string;
            CORRAL_CHECK(string());
            break;
        case 't':
            result.kind = Value::Kind::boolean;
            CORRAL_CHECK(literal("true"));
            break;
        case 'f':
            result.kind = Value::Kind::boolean;
            CORRAL_CHECK(literal("false"));
            break;
        case 'n':
            CORRAL_CHECK(literal("null"));
            break;
        default:
            if (peek() != '-' && !at_digit()) return unexpected("looking for beginning of value");
            result.kind = Value::Kind::number;
            CORRAL_CHECK(number());
    }
    result.raw = text_.substr(start, at_ - start);
    return result;
}

Result<void> Scanner::object(Value& into, int depth) {
    return pieces('}', kAfterMember, [&] { return member(into, depth); });
}

Result<std::string> Scanner::key() {
    skip_blanks();
    if (at_end() || peek() != '"') return unexpected("looking for beginning of object key string");
    Value key;
    const auto start = at_;
    CORRAL_CHECK(string());
    key.raw = text_.substr(start, at_ - start);
    skip_blanks();
    if (at_end() || peek() != ':') return unexpected("after object key");
    ++at_;
    return key.text();
}

Result<void> Scanner::member(Value& into, int depth) {
    if (into.keys.size() == kMaxMembers) {
        return fail(ErrorCode::invalid, "a JSON object of the request has more than {} keys",
                    kMaxMembers);
    }
    CORRAL_TRY(auto name, key());
    into.keys.push_back(std::move(name));
    CORRAL_TRY(auto item, value(depth + 1));
    into.items.push_back(std::move(item));
    return {};
}

Result<void> Scanner::scan_items(std::string_view wanted, const OnItem& on_item) {
    skip_blanks();
    if (at_end() || peek() != '{') {
        CORRAL_TRY([[maybe_unused]] const auto other, scan());
        return {};
    }
    return pieces('}', kAfterMember, [&]() -> Result<void> {
        CORRAL_TRY(const auto name, key());
        skip_blanks();
        if (name != wanted || at_end() || peek() != '[') {
            CORRAL_TRY([[maybe_unused]] const auto other, value(1));
            return {};
        }
        return pieces(']', kAfterElement, [&]() -> Result<void> {
            CORRAL_TRY(const auto item, value(2));
            on_item(item);
            return {};
        });
    });
}

Result<void> Scanner::string() {
    ++at_;
    while (!at_end()) {
        const char character = peek();
        if (static_cast<unsigned char>(character) < 0x20) return unexpected("in string literal");
        ++at_;
        if (character == '"') return {};
        if (character == '\\') CORRAL_CHECK(escape());
    }
    return unexpected("");
}

Result<void> Scanner::escape() {
    constexpr std::string_view kSimple = "bfnrt\\/\"";
    if (at_end()) return unexpected("");
    if (kSimple.find(peek()) != std::string_view::npos) {
        ++at_;
        return {};
    }
    if (peek() != 'u') return unexpected("in string escape code");
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
        if (at_end() || !is_hex(peek())) return unexpected("in \\u hexadecimal character escape");
    }
    return {};
}

Result<void> Scanner::number() {
    if (peek() == '-') ++at_;
    if (!at_end() && peek() == '0') {
        ++at_;
    } else {
        CORRAL_CHECK(digits("in numeric literal"));
    }
    if (!at_end() && peek() == '.') {
        ++at_;
        CORRAL_CHECK(digits("after decimal point in numeric literal"));
    }
    if (!at_end() && (peek() == 'e' || peek() == 'E')) {
        ++at_;
        if (!at_end() && (peek() == '+' || peek() == '-')) ++at_;
        CORRAL_CHECK(digits("in exponent of numeric literal"));
    }
    return {};
}

Result<void> Scanner::digits(std::string_view where) {
    if (!at_digit()) return unexpected(where);
    while (at_digit()) ++at_;
    return {};
}

Result<void> Scanner::literal(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i, ++at_) {
        if (at_end() || peek() != word[i]) {
            return unexpected(fmt::format("in literal {} (expecting '{}')", word, word[i]));
        }
    }
    return {};
}

}  // namespace corral::api::json
