#include "cli/term/console.h"

#include <unistd.h>

#include <string>

#include "base/system.h"

namespace corral::cli {
namespace {

void write_now(std::FILE* stream, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

}  // namespace

Console Console::of_process() {
    Console console;
    console.in_is_terminal = is_terminal(STDIN_FILENO);
    console.out_is_terminal = is_terminal(STDOUT_FILENO);
    console.err_is_terminal = is_terminal(STDERR_FILENO);
    return console;
}

void Console::print(std::string_view text) const {
    write_now(out, text);
}

void Console::note(std::string_view text) const {
    write_now(err, text);
}

void Console::error(std::string_view text) const {
    std::string line = "Error: ";
    write_now(err, line.append(text).append("\n"));
}

int Console::out_columns() const {
    auto size = terminal_size(fileno(out));
    return size && size->columns > 0 ? size->columns : 80;
}

}  // namespace corral::cli
