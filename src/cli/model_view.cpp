#include "cli/model_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "cli/json.h"
#include "cli/text/number.h"
#include "cli/text/table.h"

namespace corral::cli {
namespace {

constexpr int kLongTextWrapWidth = 100;
constexpr int kListColumns = 10;
constexpr int kSeparatorColumns = 2;
constexpr std::size_t kTextLines = 2;

// "  Title", the rows indented by four, a blank line. Nothing without rows.
std::string section(std::string_view title, std::vector<Row> rows,
                    int wrap_width = kCellWrapWidth) {
    if (rows.empty()) return "";
    // An empty first cell is the indentation.
    for (auto& row : rows) row.insert(row.begin(), "");
    return fmt::format("  {}\n{}\n", title, render_table({}, rows, wrap_width));
}

void add_integer(std::vector<Row>& rows, const std::string& label, const Json& value) {
    if (value.is_number()) rows.push_back({label, fmt::format("{:.0f}", value.get<double>())});
}

std::string parameter_size(const Json& details, const Json& metadata) {
    auto stored = text_of(details, "parameter_size");
    if (!stored.empty()) return stored;
    const auto& count = member(metadata, "general.parameter_count");
    return count.is_number() ? human_count(count.get<std::uint64_t>()) : "";
}

std::vector<Row> model_rows(const Json& info) {
    std::vector<Row> rows;
    auto add = [&rows](const char* label, const std::string& value) {
        if (!value.empty()) rows.push_back({label, value});
    };
    const auto& details = member(info, "details");
    const auto& metadata = member(info, "model_info");
    add("Remote model", text_of(info, "remote_model"));
    add("Remote URL", text_of(info, "remote_host"));
    auto architecture = text_of(metadata, "general.architecture");
    add("architecture", architecture.empty() ? text_of(details, "family") : architecture);
    add("parameters", parameter_size(details, metadata));
    add_integer(rows, "context length", member(metadata, architecture + ".context_length"));
    add_integer(rows, "embedding length", member(metadata, architecture + ".embedding_length"));
    rows.push_back({"quantization", text_of(details, "quantization_level")});
    add("requires", text_of(info, "requires"));
    return rows;
}

std::vector<Row> capability_rows(const Json& info) {
    std::vector<Row> rows;
    for (auto& capability : texts_of(info, "capabilities")) rows.push_back({std::move(capability)});
    return rows;
}

std::vector<Row> projector_rows(const Json& info) {
    std::vector<Row> rows;
    const auto& metadata = member(info, "projector_info");
    if (!metadata.is_object() || metadata.empty()) return rows;
    auto architecture = text_of(metadata, "general.architecture");
    rows.push_back({"architecture", architecture});
    const auto& count = member(metadata, "general.parameter_count");
    if (count.is_number()) rows.push_back({"parameters", human_count(count.get<std::uint64_t>())});
    add_integer(rows, "embedding length",
                member(metadata, architecture + ".vision.embedding_length"));
    add_integer(rows, "dimensions", member(metadata, architecture + ".vision.projection_dim"));
    return rows;
}

std::vector<Row> parameter_rows(const Json& info) {
    std::vector<Row> rows;
    auto text = text_of(info, "parameters");
    for (auto line : split(text, '\n')) {
        auto words = split_words(line);
        if (!words.empty()) rows.emplace_back(words.begin(), words.end());
    }
    return rows;
}

std::vector<Row> metadata_rows(const Json& info) {
    std::vector<Row> rows;
    const auto& metadata = member(info, "model_info");
    for (const auto& [key, value] : metadata.items()) rows.push_back({key, metadata_text(value)});
    std::ranges::sort(rows);
    return rows;
}

std::vector<Row> tensor_rows(const Json& info) {
    std::vector<Row> rows;
    for (const auto& tensor : member(info, "tensors")) {
        std::vector<std::string> shape;
        for (const auto& n : member(tensor, "shape")) shape.push_back(n.dump());
        rows.push_back({text_of(tensor, "name"), text_of(tensor, "type"),
                        fmt::format("[{}]", fmt::join(shape, " "))});
    }
    return rows;
}

// The first lines that are not empty, and "..." when there are more.
std::vector<Row> text_rows(const std::string& text) {
    std::vector<Row> rows;
    for (auto line : split(text, '\n')) {
        auto trimmed = trim(line);
        if (trimmed.empty()) continue;
        if (rows.size() == kTextLines) {
            rows.push_back({"..."});
            break;
        }
        rows.push_back({std::string(trimmed)});
    }
    return rows;
}

std::string list_text(const Json& list) {
    std::string out = "[";
    int columns = 2;
    std::size_t n_shown = 0;
    for (const auto& item : list) {
        auto text = metadata_text(item);
        columns += static_cast<int>(display_width(text)) + (n_shown > 0 ? kSeparatorColumns : 0);
        if (n_shown > 0 && columns > kListColumns) break;
        out.append(n_shown > 0 ? " " : "").append(text);
        ++n_shown;
    }
    if (n_shown < list.size()) out += fmt::format(" ...+{} more", list.size() - n_shown);
    return out + "]";
}

}  // namespace

std::string metadata_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (value.is_number()) return shortest_number(value.get<double>());
    if (value.is_array()) return list_text(value);
    return value.is_null() ? "<nil>" : compact(value);
}

std::string model_view(const Json& info, bool verbose) {
    auto out = section("Model", model_rows(info));
    out += section("Capabilities", capability_rows(info));
    out += section("Projector", projector_rows(info));
    out += section("Parameters", parameter_rows(info));
    if (verbose) {
        out += section("Metadata", metadata_rows(info));
        out += section("Tensors", tensor_rows(info));
    }
    out += section("System", text_rows(text_of(info, "system")), kLongTextWrapWidth);
    out += section("License", text_rows(text_of(info, "license")), kLongTextWrapWidth);
    return out;
}

}  // namespace corral::cli
