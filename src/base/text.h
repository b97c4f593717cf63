#pragma once

// Purpose: small things done to text. Case means ASCII case. Views returned look into the argument.

#include <string>
#include <string_view>
#include <vector>

namespace corral {

inline constexpr std::string_view kBlanks = " \t\n\v\f\r";

// Removes leading and trailing characters that are in `set`.
std::string_view trim(std::string_view text, std::string_view set = kBlanks);
std::string_view trim_left(std::string_view text, std::string_view set = kBlanks);
std::string_view trim_right(std::string_view text, std::string_view set = kBlanks);

std::string lower(std::string_view text);
std::string upper(std::string_view text);

bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
bool contains_ignoring_case(std::string_view text, std::string_view part);

// The pieces between separators; always at least one, empty pieces included.
std::vector<std::string_view> split(std::string_view text, char separator);
// The words between runs of blanks; never an empty one.
std::vector<std::string_view> split_words(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

// The text in double quotes as Go's %q prints it: \n, \", \\, \x00 for control and invalid bytes,
// \u for characters that are not printable. Error texts of the API quote names this way.
std::string go_quote(std::string_view text);

}  // namespace corral
