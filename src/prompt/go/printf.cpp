#include "prompt/go/printf.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "prompt/go/display.h"

namespace corral::prompt::go {
namespace {

constexpr int kMaxWidth = 1'000'000;

// What stands between `%` and the verb.
struct Directive {
    bool plus = false;
    bool minus = false;
    bool sharp = false;
    bool space = false;
    bool zero = false;
    std::optional<int> width;
    std::optional<int> precision;
    char32_t verb = 0;
};

std::size_t count_characters(std::string_view text) {
    std::size_t n = 0;
    for (; !text.empty(); ++n) text.remove_prefix(first_utf8_character(text).length);
    return n;
}

std::string_view first_characters(std::string_view text, int n) {
    std::size_t length = 0;
    for (; n > 0 && length < text.size(); --n)
        length += first_utf8_character(text.substr(length)).length;
    return text.substr(0, length);
}

bool can_be_raw(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        return c == '`' || c == 0x7f || (static_cast<unsigned char>(c) < ' ' && c != '\t');
    });
}

// Writes values as one directive says.
class ValuePrinter {
public:
    ValuePrinter(std::string& out, const Directive& directive) : out_(out), d_(directive) {}

    void print(const Value& value) {
        if (d_.verb == 'T') return pad(value.is_empty() ? "<nil>" : value.type_name());
        if (value.is_empty()) return d_.verb == 'v' ? pad(sharp_nil()) : bad_verb(value);
        const bool as_text = value.stringer() != Stringer::none &&
                             std::u32string_view(U"vsxXq").contains(d_.verb) &&
                             !(d_.verb == 'v' && d_.sharp);
        if (as_text) return print_text(stringer_text(value), value);
        switch (value.kind()) {
            case Value::Kind::boolean:
                if (d_.verb != 't' && d_.verb != 'v') return bad_verb(value);
                return pad(value.boolean() ? "true" : "false");
            case Value::Kind::integer:
                return print_integer(value);
            case Value::Kind::real:
                return print_real(value);
            case Value::Kind::text:
                return print_text(value.text(), value);
            default:
                return print_compound(value);
        }
    }

private:
    std::string_view sharp_nil() const { return d_.sharp ? "interface {}(nil)" : "<nil>"; }

    void pad(std::string_view text, bool zeros_allowed = true) {
        const std::size_t n = count_characters(text);
        const auto width = static_cast<std::size_t>(d_.width.value_or(0));
        const std::size_t missing = width > n ? width - n : 0;
        const char filler = d_.zero && !d_.minus && zeros_allowed ? '0' : ' ';
        if (!d_.minus) out_.append(missing, filler);
        out_ += text;
        if (d_.minus) out_.append(missing, ' ');
    }

    void bad_verb(const Value& value) {
        out_ += "%!";
        append_utf8(out_, d_.verb);
        out_ += '(';
        if (value.is_empty()) {
            out_ += "<nil>";
        } else {
            out_ += fmt::format("{}=", value.type_name());
            Directive plain = d_;
            plain.verb = 'v';
            ValuePrinter(out_, plain).print(value);
        }
        out_ += ')';
    }

    void print_text(std::string_view text, const Value& value) {
        if (d_.verb == 'x' || d_.verb == 'X') return print_bytes(text);
        if (d_.precision) text = first_characters(text, *d_.precision);
        if (d_.verb == 'q' || (d_.verb == 'v' && d_.sharp)) {
            const bool raw = d_.verb == 'q' && d_.sharp && can_be_raw(text);
            return pad(raw ? fmt::format("`{}`", text) : go_quote(text));
        }
        if (d_.verb != 's' && d_.verb != 'v') return bad_verb(value);
        pad(text);
    }

    void print_bytes(std::string_view bytes) {
        if (d_.precision) bytes = bytes.substr(0, static_cast<std::size_t>(*d_.precision));
        const std::string prefix = !d_.sharp ? "" : d_.verb == 'x' ? "0x" : "0X";
        std::string text;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i > 0 && d_.space) text += ' ';
            if (i == 0 || d_.space) text += prefix;
            const auto byte = static_cast<unsigned char>(bytes[i]);
            text += d_.verb == 'x' ? fmt::format("{:02x}", byte) : fmt::format("{:02X}", byte);
        }
        pad(text);
    }

    void print_integer(const Value& value) {
        const std::int64_t number = value.integer();
        const bool is_negative = number < 0;
        const std::uint64_t magnitude = is_negative ? 0 - static_cast<std::uint64_t>(number)
                                                    : static_cast<std::uint64_t>(number);
        switch (d_.verb) {
            case 'v':
            case 'd':
                return print_digits(fmt::format("{}", magnitude), "", is_negative);
            case 'b':
                return print_digits(fmt::format("{:b}", magnitude), d_.sharp ? "0b" : "",
                                    is_negative);
            case 'o':
                return print_digits(fmt::format("{:o}", magnitude),
                                    d_.sharp && magnitude != 0 ? "0" : "", is_negative);
            case 'O':
                return print_digits(fmt::format("{:o}", magnitude), "0o", is_negative);
            case 'x':
                return print_digits(fmt::format("{:x}", magnitude), d_.sharp ? "0x" : "",
                                    is_negative);
            case 'X':
                return print_digits(fmt::format("{:X}", magnitude), d_.sharp ? "0X" : "",
                                    is_negative);
            case 'c':
            case 'q':
            case 'U':
                return print_character(number);
            default:
                return bad_verb(value);
        }
    }

    void print_digits(std::string digits, std::string_view prefix, bool is_negative) {
        const bool has_sign = is_negative || d_.plus || d_.space;
        if (d_.precision == 0 && digits == "0") return pad("", false);
        int n_digits = d_.precision.value_or(0);
        if (!d_.precision && d_.zero && !d_.minus)
            n_digits = d_.width.value_or(0) - (has_sign ? 1 : 0);
        const int n_missing = n_digits - static_cast<int>(digits.size());
        if (n_missing > 0) digits.insert(0, static_cast<std::size_t>(n_missing), '0');
        const std::string_view sign = is_negative ? "-" : d_.plus ? "+" : d_.space ? " " : "";
        pad(fmt::format("{}{}{}", sign, prefix, digits), false);
    }

    void print_character(std::int64_t number) {
        const bool is_character =
            number >= 0 && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
        const char32_t code_point =
            is_character ? static_cast<char32_t>(number) : kReplacementCharacter;
        std::string text;
        append_utf8(text, code_point);
        if (d_.verb == 'U') {
            const auto value = static_cast<std::uint64_t>(number);
            const std::string quoted = d_.sharp ? " '" + text + "'" : "";
            return pad(
                fmt::format("U+{:0{}X}{}", value, std::max(4, d_.precision.value_or(4)), quoted),
                false);
        }
        if (d_.verb == 'c') return pad(text);
        if (code_point == '\'') return pad("'\\''");
        std::string quoted = code_point == '"' ? "\"" : go_quote(text);
        if (quoted.size() > 1) quoted = quoted.substr(1, quoted.size() - 2);
        pad("'" + quoted + "'");
    }

    void print_real(const Value& value) {
        const double number = value.real();
        const std::string text = real_text(number);
        if (text.empty()) return bad_verb(value);
        const std::string_view sign = text.starts_with('-') ? "-"
                                      : d_.plus             ? "+"
                                      : d_.space            ? " "
                                                            : "";
        const std::string_view unsigned_text =
            std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
        const auto width = static_cast<std::size_t>(d_.width.value_or(0));
        const std::size_t size = sign.size() + unsigned_text.size();
        if (!d_.zero || d_.minus || width <= size || sign.empty())
            return pad(fmt::format("{}{}", sign, unsigned_text));
        out_ += sign;
        out_.append(width - size, '0');
        out_ += unsigned_text;
    }

    // Empty for a verb that floats do not have.
    std::string real_text(double number) const {
        const int precision = std::min(d_.precision.value_or(6), 1000);
        switch (d_.verb) {
            case 'e':
                return fmt::format("{:.{}e}", number, precision);
            case 'E':
                return fmt::format("{:.{}E}", number, precision);
            case 'f':
            case 'F':
                return fmt::format("{:.{}f}", number, precision);
            case 'v':
            case 'g':
                if (d_.precision) return fmt::format("{:.{}g}", number, precision);
                return shortest(number);
            case 'G':
                return d_.precision ? fmt::format("{:.{}G}", number, precision)
                                    : upper(shortest(number));
            default:
                return {};
        }
    }

    // Under these verbs Go leaves plain notation later than print does.
    static std::string shortest(double number) {
        std::string text;
        append_value(text, Value(number));
        return text;
    }

    void print_compound(const Value& value) {
        const bool is_v = d_.verb == 'v';
        if (is_v && (d_.sharp || d_.plus))
            return append_value(out_, value, d_.sharp ? Style::syntax : Style::with_names);
        if (value.kind() == Value::Kind::list) return print_list(value.list());
        if (value.kind() == Value::Kind::map) return print_map(value.map());
        const Record& record = value.record();
        if (is_v && record.type->prints_json) return pad(to_json(value));
        out_ += '{';
        for (std::size_t i = 0; i < record.values.size(); ++i) {
            if (i > 0) out_ += ' ';
            print(record.values[i]);
        }
        out_ += '}';
    }

    void print_list(const List& list) {
        out_ += '[';
        for (const Value& item : list.items) {
            if (&item != &list.items.front()) out_ += ' ';
            print(item);
        }
        out_ += ']';
    }

    void print_map(const Map& map) {
        out_ += "map[";
        for (const auto& entry : map.entries) {
            if (&entry != &map.entries.front()) out_ += ' ';
            print(Value::borrowed(entry.first));
            out_ += ':';
            print(entry.second);
        }
        out_ += ']';
    }

    std::string& out_;
    const Directive& d_;
};

// Walks a format and hands out its arguments.
class FormatReader {
public:
    FormatReader(std::string_view format, std::span<const Value> arguments)
        : rest_(format), arguments_(arguments) {}

    std::string run() {
        while (!rest_.empty()) {
            const std::size_t percent = std::min(rest_.find('%'), rest_.size());
            out_ += rest_.substr(0, percent);
            rest_.remove_prefix(percent);
            if (!rest_.empty()) read_directive();
        }
        if (!reordered_ && next_ < arguments_.size()) note_extra();
        return std::move(out_);
    }

private:
    void read_directive() {
        rest_.remove_prefix(1);
        good_index_ = true;
        Directive directive;
        read_flags(directive);
        bool after_index = read_index();
        after_index = read_width(directive, after_index);
        after_index = read_precision(directive, after_index);
        if (!after_index) read_index();
        if (rest_.empty()) {
            out_ += "%!(NOVERB)";
            return;
        }
        const Utf8Character verb = first_utf8_character(rest_);
        rest_.remove_prefix(verb.length);
        directive.verb = verb.code_point;
        print_next(directive);
    }

    void print_next(const Directive& directive) {
        if (directive.verb == '%') {
            out_ += '%';
        } else if (!good_index_) {
            note_mistake(directive.verb, "BADINDEX");
        } else if (next_ >= arguments_.size()) {
            note_mistake(directive.verb, "MISSING");
        } else {
            ValuePrinter(out_, directive).print(arguments_[next_++]);
        }
    }

    void note_mistake(char32_t verb, std::string_view mistake) {
        out_ += "%!";
        append_utf8(out_, verb);
        out_ += fmt::format("({})", mistake);
    }

    void note_extra() {
        out_ += "%!(EXTRA ";
        for (std::size_t i = next_; i < arguments_.size(); ++i) {
            if (i > next_) out_ += ", ";
            const Value& value = arguments_[i];
            if (!value.is_empty()) out_ += fmt::format("{}=", value.type_name());
            append_value(out_, value);
        }
        out_ += ')';
    }

    void read_flags(Directive& directive) {
        for (; !rest_.empty(); rest_.remove_prefix(1)) {
            switch (rest_.front()) {
                case '#':
                    directive.sharp = true;
                    break;
                case '0':
                    directive.zero = true;
                    break;
                case '+':
                    directive.plus = true;
                    break;
                case '-':
                    directive.minus = true;
                    break;
                case ' ':
                    directive.space = true;
                    break;
                default:
                    return;
            }
        }
    }

    // [n]: which argument comes next. Says whether there was one.
    bool read_index() {
        if (!rest_.starts_with('[')) return false;
        reordered_ = true;
        const std::size_t close = rest_.find(']');
        if (close == std::string_view::npos) {
            good_index_ = false;
            rest_.remove_prefix(1);
            return false;
        }
        std::string_view digits = rest_.substr(1, close - 1);
        rest_.remove_prefix(close + 1);
        const auto number = read_number(digits);
        const bool is_number = number.has_value() && digits.empty();
        if (is_number && *number >= 1 && static_cast<std::size_t>(*number) <= arguments_.size()) {
            next_ = static_cast<std::size_t>(*number) - 1;
        } else {
            good_index_ = false;
        }
        return is_number;
    }

    static std::optional<int> read_number(std::string_view& text) {
        if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
        int number = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
            if (number > kMaxWidth) return std::nullopt;
            number = number * 10 + (text.front() - '0');
        }
        return number;
    }

    // The argument for `*`.
    std::optional<int> take_integer() {
        if (next_ >= arguments_.size()) return std::nullopt;
        const Value& value = arguments_[next_++];
        if (value.kind() != Value::Kind::integer) return std::nullopt;
        if (value.integer() < -kMaxWidth || value.integer() > kMaxWidth) return std::nullopt;
        return static_cast<int>(value.integer());
    }

    bool take_star() {
        if (!rest_.starts_with('*')) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool read_width(Directive& directive, bool after_index) {
        if (!take_star()) {
            directive.width = read_number(rest_);
            if (after_index && directive.width) good_index_ = false;
            return after_index;
        }
        directive.width = take_integer();
        if (!directive.width) out_ += "%!(BADWIDTH)";
        if (directive.width && *directive.width < 0) {
            directive.width = -*directive.width;
            directive.minus = true;
            directive.zero = false;
        }
        return false;
    }

    bool read_precision(Directive& directive, bool after_index) {
        if (rest_.size() < 2 || !rest_.starts_with('.')) return after_index;
        rest_.remove_prefix(1);
        if (after_index) good_index_ = false;
        after_index = read_index();
        if (!take_star()) {
            directive.precision = read_number(rest_).value_or(0);
            return after_index;
        }
        directive.precision = take_integer();
        if (directive.precision && *directive.precision < 0) directive.precision.reset();
        if (!directive.precision) out_ += "%!(BADPREC)";
        return false;
    }

    std::string_view rest_;
    std::span<const Value> arguments_;
    std::string out_;
    std::size_t next_ = 0;
    bool reordered_ = false;
    bool good_index_ = true;
};

}  // namespace

std::string print_formatted(std::string_view format, std::span<const Value> arguments) {
    return FormatReader(format, arguments).run();
}

}  // namespace corral::prompt::go
