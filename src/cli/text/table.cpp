#include "cli/text/table.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/text.h"
#include "base/utf8.h"

namespace corral::cli {
namespace {

constexpr int kGap = 4;
constexpr int kLastHeadingGap = 1;

int columns_of(std::string_view text) {
    return static_cast<int>(display_width(text));
}

// A cell as the lines it is printed on.
std::vector<std::string> cell_lines(const std::string& cell, int wrap_width) {
    std::vector<std::string> lines;
    for (auto line : split(cell, '\n')) {
        auto wrapped = balanced_lines(line, wrap_width);
        lines.insert(lines.end(), wrapped.begin(), wrapped.end());
    }
    return lines;
}

using WrappedRow = std::vector<std::vector<std::string>>;

void widen(std::vector<int>& widths, std::size_t column, int width) {
    if (widths.size() <= column) widths.resize(column + 1, 0);
    widths[column] = std::max(widths[column], width);
}

std::string padded(const std::string& text, int width) {
    return text + std::string(static_cast<std::size_t>(std::max(0, width - columns_of(text))), ' ');
}

void append_row(std::string& out, const WrappedRow& row, const std::vector<int>& widths) {
    std::size_t n_lines = 1;
    for (const auto& cell : row) n_lines = std::max(n_lines, cell.size());
    for (std::size_t line = 0; line < n_lines; ++line) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += padded(line < row[i].size() ? row[i][line] : "", widths[i] + kGap);
        }
        out += '\n';
    }
}

}  // namespace

std::string render_table(const Row& headings, const std::vector<Row>& rows, int wrap_width) {
    std::vector<int> widths;
    for (std::size_t i = 0; i < headings.size(); ++i) widen(widths, i, columns_of(headings[i]));
    std::vector<WrappedRow> wrapped_rows;
    for (const auto& row : rows) {
        auto& wrapped = wrapped_rows.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            wrapped.push_back(cell_lines(row[i], wrap_width));
            for (const auto& line : wrapped.back()) widen(widths, i, columns_of(line));
        }
    }
    std::string out;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        out += padded(headings[i], widths[i] + (i + 1 < headings.size() ? kGap : kLastHeadingGap));
    }
    if (!headings.empty()) out += '\n';
    for (const auto& row : wrapped_rows) append_row(out, row, widths);
    return out;
}

std::vector<std::string> balanced_lines(std::string_view text, int width) {
    if (columns_of(text) <= width) return {std::string(text)};
    auto words = split_words(text);
    if (words.size() < 2) return {std::string(text)};
    std::int64_t limit = width;
    for (auto word : words) limit = std::max<std::int64_t>(limit, columns_of(word));

    // cost[i]: the least sum of squared gaps for the words from i on; the last line costs nothing.
    auto n = words.size();
    std::vector<std::int64_t> cost(n + 1, 0);
    std::vector<std::size_t> next_line(n, n);
    for (std::size_t i = n; i-- > 0;) {
        cost[i] = std::numeric_limits<std::int64_t>::max();
        std::int64_t length = -1;
        for (std::size_t j = i; j < n; ++j) {
            length += 1 + columns_of(words[j]);
            if (length > limit) break;
            auto gap = limit - length;
            auto total = j + 1 == n ? 0 : gap * gap + cost[j + 1];
            if (total < cost[i]) {
                cost[i] = total;
                next_line[i] = j + 1;
            }
        }
    }
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < n; i = next_line[i]) {
        std::string line(words[i]);
        for (std::size_t j = i + 1; j < next_line[i]; ++j) line.append(" ").append(words[j]);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace corral::cli
