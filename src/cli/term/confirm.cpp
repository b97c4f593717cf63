#include "cli/term/confirm.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "cli/term/progress.h"

namespace corral::cli {
namespace {

constexpr char kEscape = '\033';
constexpr char kCtrlC = '\003';
constexpr int kSequenceTimeoutMs = 50;  // between the bytes of one key
constexpr std::string_view kChosen = "\033[1;7m";

// Keys come one by one and unseen, Ctrl-C as a key.
class RawTerminal {
public:
    RawTerminal() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        is_changed_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
    }
    ~RawTerminal() {
        if (is_changed_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

private:
    termios before_{};
    bool is_changed_ = false;
};

// Appends what has been typed; false at the terminal's end.
bool read_more(std::string& keys) {
    std::array<char, 64> buffer{};
    ssize_t n = 0;
    do {
        n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    } while (n < 0 && errno == EINTR);
    if (n > 0) keys.append(buffer.data(), static_cast<std::size_t>(n));
    return n > 0;
}

// What was typed; empty at the terminal's end. An Esc that nothing follows is the key of that name.
std::string read_keys() {
    std::string keys;
    pollfd typed{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    bool may_go_on = false;
    do {
        if (!read_more(keys)) return {};
        const auto escape = keys.rfind(kEscape);
        may_go_on = escape != std::string::npos && keys.size() - escape < 3;
    } while (may_go_on && ::poll(&typed, 1, kSequenceTimeoutMs) > 0);
    return keys;
}

std::string button(std::string_view label, bool is_chosen) {
    std::string text = "  ";
    if (is_chosen) text += kChosen;
    text.append("  ").append(label).append("  ");
    if (is_chosen) text += kReset;
    return text;
}

}  // namespace

std::optional<Choice> Confirmation::press(std::string_view keys) {
    while (!keys.empty()) {
        const bool is_arrow = keys.starts_with("\033[") || keys.starts_with("\033O");
        if (is_arrow && keys.size() > 2) {
            if (keys[2] == 'C') is_yes_ = false;
            if (keys[2] == 'D') is_yes_ = true;
            keys.remove_prefix(3);
            continue;
        }
        const char key = keys.front();
        keys.remove_prefix(1);
        if (key == '\r' || key == '\n') return is_yes_ ? Choice::yes : Choice::no;
        if (key == kEscape || key == kCtrlC) return Choice::cancelled;
    }
    return std::nullopt;
}

std::vector<std::string> Confirmation::lines(int columns) const {
    return {elided(question_, columns), "", button("Yes", is_yes_) + button("No", !is_yes_)};
}

Choice confirm(const Console& console, std::string question) {
    const RawTerminal raw;
    Confirmation confirmation(std::move(question));
    std::size_t n_drawn = 0;
    std::optional<Choice> choice;
    while (!choice) {
        const auto lines = confirmation.lines(console.out_columns());
        console.print(frame_text(lines, n_drawn));
        n_drawn = lines.size();
        const std::string keys = read_keys();
        choice = keys.empty() ? Choice::cancelled : confirmation.press(keys);
    }
    console.print(wipe_text(n_drawn));
    return *choice;
}

}  // namespace corral::cli
