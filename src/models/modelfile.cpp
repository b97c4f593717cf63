#include "models/modelfile.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "models/parameters.h"
#include "store/go_json.h"

namespace corral::models {

using nlohmann::json;

namespace {

std::string quoted(const std::string& text) {
    const bool needs_quotes = text.contains('\n') || text.starts_with(' ') || text.ends_with(' ');
    if (!needs_quotes) return text;
    const std::string_view quote = text.contains('"') ? "\"\"\"" : "\"";
    return fmt::format("{}{}{}", quote, text, quote);
}

std::string line_of(const Command& command) {
    if (command.is_parameter)
        return fmt::format("PARAMETER {} {}", command.name, quoted(command.value));
    if (command.name == "from") return "FROM " + command.value;
    if (command.name == "message") {
        const auto colon = std::min(command.value.find(": "), command.value.size());
        const std::string text = command.value.substr(std::min(colon + 2, command.value.size()));
        return fmt::format("MESSAGE {} {}", command.value.substr(0, colon), quoted(text));
    }
    return upper(command.name) + " " + quoted(command.value);
}

bool is_version(std::string_view text) {
    const std::string_view core = text.substr(0, text.find_first_of("-+"));
    const std::string_view suffix = text.substr(core.size());
    const auto numbers = split(core, '.');
    const auto is_number = [](std::string_view part) {
        const bool digits = std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
        return !part.empty() && digits && (part.size() == 1 || part[0] != '0');
    };
    const auto is_suffix_character = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '+' || c == '.';
    };
    return !numbers.empty() && numbers.size() <= 3 && std::ranges::all_of(numbers, is_number) &&
           suffix.size() != 1 && (suffix.empty() || numbers.size() == 3) &&
           std::ranges::all_of(suffix, is_suffix_character);
}

class Interpreter {
public:
    Result<Modelfile> run(const std::vector<Command>& commands) {
        for (const Command& command : commands)
            CORRAL_CHECK(command.is_parameter ? parameter(command) : instruction(command));
        if (!parameters_.empty()) file_.parameters_json = store::to_go_json(parameters_);
        return std::move(file_);
    }

private:
    Result<void> parameter(const Command& command) {
        if (is_deprecated_parameter(command.name)) {
            file_.deprecated_parameters.push_back(command.name);
            return {};
        }
        CORRAL_TRY(json value, parse_parameter(command.name, command.value));
        if (value.is_array() && parameters_.contains(command.name))
            parameters_[command.name].push_back(std::move(value[0]));
        else
            parameters_[command.name] = std::move(value);
        return {};
    }

    Result<void> instruction(const Command& command) {
        const std::string& value = command.value;
        if (command.name == "from")
            file_.from.push_back(value);
        else if (command.name == "adapter")
            file_.adapters = {value};
        else if (command.name == "draft")
            file_.drafts.push_back(value);
        else if (command.name == "template")
            file_.template_text = value;
        else if (command.name == "system")
            file_.system = value;
        else if (command.name == "renderer")
            file_.renderer = value;
        else if (command.name == "parser")
            file_.parser = value;
        else if (command.name == "license")
            file_.licenses.push_back(value);
        else if (command.name == "message")
            message(value);
        else if (command.name == "requires")
            return minimum_version(value);
        return {};
    }

    void message(const std::string& value) {
        const auto colon = std::min(value.find(": "), value.size());
        file_.messages.push_back(
            {value.substr(0, colon), value.substr(std::min(colon + 2, value.size()))});
    }

    Result<void> minimum_version(std::string_view value) {
        if (value.starts_with('v')) value.remove_prefix(1);
        if (!is_version(value))
            return fail(ErrorCode::invalid, "requires must be a valid semver (e.g. 0.14.0)");
        file_.minimum_version = value;
        return {};
    }

    Modelfile file_;
    json parameters_ = json::object();
};

}  // namespace

std::string write_modelfile(const std::vector<Command>& commands) {
    std::string text;
    for (const Command& command : commands) text += line_of(command) + "\n";
    return text;
}

Result<Modelfile> interpret_modelfile(const std::vector<Command>& commands) {
    return Interpreter().run(commands);
}

}  // namespace corral::models
