#include "cli/term/progress.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <optional>
#include <thread>
#include <variant>

#include "base/guarded.h"
#include "base/system.h"
#include "base/utf8.h"
#include "cli/term/bar.h"

namespace corral::cli {
namespace {

constexpr auto kFrameInterval = std::chrono::milliseconds(100);
constexpr std::size_t kTailCharacters = 8;
constexpr std::string_view kHideCursor = "\033[?25l";
constexpr std::string_view kShowCursor = "\033[?25h";
constexpr std::string_view kStartFrame = "\033[?2026h\033[?25l";
constexpr std::string_view kEndFrame = "\033[?25h\033[?2026l";

constexpr std::array<std::string_view, 10> kSpinnerFrames = {"⠋", "⠙", "⠹", "⠸", "⠼",
                                                             "⠴", "⠦", "⠧", "⠇", "⠏"};

struct Spinner {
    std::string message;
    bool stopped = false;
    bool printed = false;  // the message, on something that is not a terminal
    ProgressClock::time_point start = ProgressClock::now();
};

using Line = std::variant<Spinner, Bar>;

std::string line_text(const Line& line, int columns) {
    if (const auto* bar = std::get_if<Bar>(&line)) return elided(bar->text(columns), columns);
    const auto& spinner = std::get<Spinner>(line);
    auto step = (ProgressClock::now() - spinner.start) / kFrameInterval;
    auto text = spinner_text(spinner.message, static_cast<std::size_t>(step), spinner.stopped);
    return elided(text, columns);
}

}  // namespace

std::string elided(std::string_view text, int columns) {
    if (static_cast<int>(display_width(text)) < columns) return std::string(text);
    std::vector<std::string_view> characters;
    for (auto rest = text; !rest.empty(); rest.remove_prefix(characters.back().size())) {
        characters.push_back(rest.substr(0, first_utf8_character(rest).length));
    }
    auto n_tail = std::min(kTailCharacters, characters.size());
    std::string tail;
    for (auto i = characters.size() - n_tail; i < characters.size(); ++i) tail += characters[i];
    auto room = columns - 2 - static_cast<int>(display_width(tail));
    std::string head;
    for (auto character : characters) {
        room -= static_cast<int>(display_width(character));
        if (room < 0) break;
        head += character;
    }
    return head + "…" + tail;
}

std::string spinner_text(const std::string& message, std::size_t step, bool stopped) {
    auto text = message.empty() ? "" : message + " ";
    if (!stopped) text.append(kSpinnerFrames[step % kSpinnerFrames.size()]).append(" ");
    return text;
}

std::string frame_text(const std::vector<std::string>& lines, std::size_t n_lines_before) {
    std::string frame(kStartFrame);
    for (std::size_t i = 1; i < n_lines_before; ++i) frame += "\033[A";
    frame += "\033[1G";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        frame.append(lines[i]).append(kEraseToLineEnd);
        if (i + 1 < lines.size()) frame += "\n";
    }
    return frame.append(kEndFrame);
}

std::string wipe_text(std::size_t n_lines) {
    std::string wipe(kHideCursor);
    for (std::size_t i = 0; i < n_lines; ++i)
        wipe += i == 0 ? "\033[2K\033[1G" : "\033[A\033[2K\033[1G";
    return wipe.append(kShowCursor);
}

struct Progress::State {
    struct Shared {
        std::vector<Line> lines;
        bool ended = false;
    };

    Console console;
    bool animated = false;
    Guarded<Shared> shared;
    std::condition_variable changed;
    std::thread drawer;
    std::size_t n_drawn = 0;  // of the drawing thread, and of ours once it has ended

    void draw(const std::vector<Line>& lines) {
        if (lines.empty()) return;
        auto size = terminal_size(fileno(console.err)).value_or(TerminalSize{});
        auto n_shown = std::min(lines.size(), static_cast<std::size_t>(std::max(size.rows, 1)));
        std::vector<std::string> texts;
        for (auto i = lines.size() - n_shown; i < lines.size(); ++i) {
            texts.push_back(line_text(lines[i], size.columns));
        }
        console.note(frame_text(texts, n_drawn));
        n_drawn = n_shown;
    }

    void draw_until_ended() {
        auto held = shared.lock();
        while (!held->ended) {
            draw(held->lines);
            held.wait_for(changed, kFrameInterval, [&] { return held->ended; });
        }
    }

    // Off a terminal: prints a spinner's message unless that was done.
    void print_once(Spinner& spinner) {
        if (animated || spinner.printed || spinner.message.empty()) return;
        spinner.printed = true;
        console.note(spinner.message + "\n");
    }

    void stop_spinners(std::vector<Line>& lines) {
        for (auto& line : lines) {
            if (auto* spinner = std::get_if<Spinner>(&line); spinner && !spinner->stopped) {
                spinner->stopped = true;
                print_once(*spinner);
            }
        }
    }

    // Ends the drawing thread. True the first time.
    bool end() {
        {
            auto held = shared.lock();
            if (held->ended) return false;
            held->ended = true;
            stop_spinners(held->lines);
        }
        changed.notify_all();
        if (drawer.joinable()) drawer.join();
        return true;
    }
};

Progress::Progress(const Console& console) : state_(std::make_unique<State>()) {
    state_->console = console;
    state_->animated = console.err_is_terminal;
    if (state_->animated) {
        state_->drawer = std::thread([state = state_.get()] { state->draw_until_ended(); });
    }
}

Progress::~Progress() {
    stop();
}

std::size_t Progress::add_spinner(std::string message) {
    auto held = state_->shared.lock();
    state_->stop_spinners(held->lines);
    held->lines.emplace_back(Spinner{.message = std::move(message)});
    state_->print_once(std::get<Spinner>(held->lines.back()));
    return held->lines.size() - 1;
}

std::size_t Progress::add_bar(std::string message, std::int64_t total, std::int64_t current) {
    auto held = state_->shared.lock();
    state_->stop_spinners(held->lines);
    held->lines.emplace_back(Bar(std::move(message), total, current, ProgressClock::now()));
    auto& bar = std::get<Bar>(held->lines.back());
    if (!state_->animated && bar.finished()) state_->console.note(bar.plain_text() + "\n");
    return held->lines.size() - 1;
}

void Progress::set_message(std::size_t spinner, std::string message) {
    auto held = state_->shared.lock();
    auto& line = std::get<Spinner>(held->lines[spinner]);
    line.printed = line.printed && line.message == message;
    line.message = std::move(message);
}

void Progress::set_current(std::size_t line, std::int64_t current) {
    auto held = state_->shared.lock();
    auto& bar = std::get<Bar>(held->lines[line]);
    bool was_finished = bar.finished();
    bar.update(current, ProgressClock::now());
    if (!state_->animated && !was_finished && bar.finished()) {
        state_->console.note(bar.plain_text() + "\n");
    }
}

void Progress::stop() {
    if (!state_->end() || !state_->animated) return;
    auto held = state_->shared.lock();
    if (held->lines.empty()) return;
    state_->draw(held->lines);
    state_->console.note("\n");
}

void Progress::clear() {
    if (!state_->end() || !state_->animated || state_->n_drawn == 0) return;
    state_->console.note(wipe_text(state_->n_drawn));
}

}  // namespace corral::cli
