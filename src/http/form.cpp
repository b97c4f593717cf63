#include "http/form.h"

#include <optional>

#include "base/text.h"
#include "http/uri.h"

namespace corral::http {

namespace {

constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 5.1.1
constexpr std::string_view kLineEnd = "\r\n";

std::unexpected<Error> bad_form(std::string message) {
    return fail(Error{ErrorCode::invalid, std::move(message), {}, 400});
}

// A quoted string from its opening quote on; `rest` is left behind its closing one. A quote or
// backslash may stand behind a backslash; any other backslash is itself, as in a Windows path.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        const bool escapes =
            rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
        text += rest[escapes ? ++i : i];
    }
    return std::nullopt;
}

// The parameter `name` of a header like `form-data; name="file"; filename=a.wav`.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
    auto rest = header.substr(std::min(header.find(';'), header.size()));
    while (!rest.empty()) {
        rest = trim_left(rest, "; \t");
        const auto end = rest.find_first_of("=;");
        if (end == std::string_view::npos) return std::nullopt;
        const auto key = trim(rest.substr(0, end));
        const bool has_value = rest[end] == '=';
        rest = has_value ? trim_left(rest.substr(end + 1)) : rest.substr(end);
        if (!has_value) continue;
        std::optional<std::string> value;
        if (rest.starts_with('"')) {
            value = take_quoted(rest);
            if (!value) return std::nullopt;
        } else {
            const auto value_end = std::min(rest.find(';'), rest.size());
            value = std::string(trim(rest.substr(0, value_end)));
            rest.remove_prefix(value_end);
        }
        if (equals_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

Result<std::string> boundary_of(std::string_view content_type) {
    const auto type = trim(content_type.substr(0, content_type.find(';')));
    if (!equals_ignoring_case(type, "multipart/form-data"))
        return bad_form("request Content-Type isn't multipart/form-data");
    auto boundary = header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > kMaxBoundary)
        return bad_form("no multipart boundary param in Content-Type");
    return std::move(*boundary);
}

// Takes the headers of a part, up to and with the empty line that ends them, and gives the one that
// names it.
Result<std::string_view> take_disposition(std::string_view& rest) {
    const auto area = rest.substr(0, kMaxPartHeaders);
    std::string_view disposition;
    std::size_t at = 0;
    while (true) {
        const auto end = area.find(kLineEnd, at);
        if (end == std::string_view::npos)
            return bad_form("multipart: the headers of a part do not end");
        const auto line = area.substr(at, end - at);
        at = end + kLineEnd.size();
        if (line.empty()) break;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            return bad_form("multipart: a header of a part is malformed");
        if (equals_ignoring_case(trim(line.substr(0, colon)), "Content-Disposition"))
            disposition = trim(line.substr(colon + 1));
    }
    rest.remove_prefix(at);
    return disposition;
}

enum class Delimiter { next_part, end };

// What stands behind a delimiter: the end of its line, or the dashes that close the body.
Result<Delimiter> take_delimiter_end(std::string_view& rest) {
    if (rest.starts_with("--")) return Delimiter::end;
    const auto text = rest.find_first_not_of(" \t");
    if (text == std::string_view::npos || !rest.substr(text).starts_with(kLineEnd))
        return bad_form("multipart: NextPart: EOF");
    rest.remove_prefix(text + kLineEnd.size());
    return Delimiter::next_part;
}

}  // namespace

Result<std::vector<FormField>> read_multipart(std::string_view content_type,
                                              std::string_view body) {
    CORRAL_TRY(const auto boundary, boundary_of(content_type));
    const std::string dashes = "--" + boundary;
    const std::string delimiter = std::string(kLineEnd) + dashes;
    auto rest = body;
    if (!rest.starts_with(dashes)) {  // a preamble, which means nothing
        const auto first = rest.find(delimiter);
        if (first == std::string_view::npos) return bad_form("multipart: NextPart: EOF");
        rest.remove_prefix(first + kLineEnd.size());
    }
    rest.remove_prefix(dashes.size());
    std::vector<FormField> fields;
    while (true) {
        CORRAL_TRY(const auto next, take_delimiter_end(rest));
        if (next == Delimiter::end) return fields;
        CORRAL_TRY(const auto disposition, take_disposition(rest));
        // An empty part may share the line end of its headers with its delimiter.
        const bool is_bare = rest.starts_with(dashes);
        const auto end = is_bare ? 0 : rest.find(delimiter);
        if (end == std::string_view::npos) return bad_form("multipart: NextPart: EOF");
        const auto name = header_parameter(disposition, "name");
        if (name && fields.size() == kMaxFormFields)
            return bad_form("multipart: the form has too many fields");
        if (name) {
            const bool is_file = header_parameter(disposition, "filename").has_value() ||
                                 header_parameter(disposition, "filename*").has_value();
            fields.push_back({*name, rest.substr(0, end), is_file});
        }
        rest.remove_prefix(end + (is_bare ? dashes : delimiter).size());
    }
}

std::string query_value(std::string_view query, std::string_view name) {
    for (const auto pair : split(query, '&')) {
        const auto equals = std::min(pair.find('='), pair.size());
        const auto decode = [](std::string_view text) {
            return percent_decode(replace_all(text, "+", " ")).value_or(std::string());
        };
        if (decode(pair.substr(0, equals)) != name) continue;
        return decode(pair.substr(std::min(equals + 1, pair.size())));
    }
    return {};
}

}  // namespace corral::http
