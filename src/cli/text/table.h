#pragma once

// Purpose: text in aligned columns, as `list`, `ps` and `show` print it.
//
// A column is as wide as its widest cell (display width). Every cell is padded to that width plus
// four spaces, the last one too; the last heading is padded to the width plus one. A cell with
// blanks that is wider than the wrap limit is broken at blanks into lines of balanced length inside
// its column. Source: cli.md 6.1, 7.3.

#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

using Row = std::vector<std::string>;  // rows may have different numbers of cells

inline constexpr int kCellWrapWidth = 30;

// One line per row, each ended by a newline. An empty `headings` prints none.
std::string render_table(const Row& headings, const std::vector<Row>& rows,
                         int wrap_width = kCellWrapWidth);

// `text` at blanks into lines of at most `width` columns (a longer word has a line of its own),
// such that the lines but the last are as equally full as can be. Text that fits is one line, kept
// as it is.
std::vector<std::string> balanced_lines(std::string_view text, int width);

}  // namespace corral::cli
