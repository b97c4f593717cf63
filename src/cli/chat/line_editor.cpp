#include "cli/chat/line_editor.h"

#include <fmt/format.h>
#include <histedit.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>

#include "base/system.h"
#include "base/utf8.h"
#include "cli/term/console.h"

namespace corral::cli {
namespace {

constexpr int kMostRecallable = 100;
constexpr char kTabText[] = "        ";
constexpr std::string_view kPasteEnd = "\033[201~";
constexpr std::string_view kPasteOn = "\033[?2004h";
constexpr std::string_view kPasteOff = "\033[?2004l";
// While a line is edited libedit has the terminal swap CR and LF: Enter arrives as LF, Ctrl-J as
// CR.
constexpr wchar_t kContinueKey = L'\r';

void write_out(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// libedit decodes what it prints by the locale; one without UTF-8 is replaced by C.UTF-8.
void choose_utf8_locale() {
    const char* chosen = std::setlocale(LC_CTYPE, "");
    if (chosen == nullptr || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace

struct LineEditor::State {
    EditLine* editor = nullptr;
    ::History* history = nullptr;
    std::string prompt;
    std::string placeholder;
    bool placeholder_shown = false;
    bool first_key = true;
    LineEnd end = LineEnd::entered;
    std::deque<wchar_t> injected;  // characters to read before the terminal's

    static State& of(EditLine* editor) {
        void* self = nullptr;
        el_get(editor, EL_CLIENTDATA, &self);
        return *static_cast<State*>(self);
    }

    void show_placeholder() {
        auto columns =
            static_cast<std::size_t>(terminal_size(STDOUT_FILENO).value_or(TerminalSize{}).columns);
        auto width = display_width(placeholder);
        if (placeholder.empty() || display_width(prompt) + width >= columns) return;
        write_out(fmt::format("{}{}{}\033[{}D", kGrey, placeholder, kReset, width));
        placeholder_shown = true;
    }

    void hide_placeholder() {
        if (placeholder_shown) write_out(kEraseToLineEnd);
        placeholder_shown = false;
    }

    // Text as characters that were typed; newlines become Ctrl-J, other control characters vanish.
    void inject(std::string_view text) {
        while (!text.empty()) {
            auto character = first_utf8_character(text);
            text.remove_prefix(character.length);
            auto code = static_cast<wchar_t>(character.code_point);
            if (code == L'\r' && text.starts_with('\n')) continue;
            if (code == L'\n' || code == L'\r') {
                injected.push_back(kContinueKey);
            } else if (code == L'\t') {
                for (char c : std::string_view(kTabText))
                    injected.push_back(static_cast<wchar_t>(c));
            } else if (code >= L' ' && code != 0x7f) {
                injected.push_back(code);
            }
        }
    }

    // Ends the line as Enter would, remembering why.
    unsigned char finish(LineEnd why) {
        end = why;
        el_push(editor, "\n");
        return CC_NORM;
    }
};

namespace {

using Editor = EditLine;

// One byte of the terminal; 0 at its end, -1 on failure.
ssize_t read_byte(char& byte) {
    ssize_t n = 0;
    do {
        n = ::read(STDIN_FILENO, &byte, 1);
    } while (n < 0 && errno == EINTR);
    return n;
}

// One whole character. Bytes that are no UTF-8 become U+FFFD.
int read_character(wchar_t& result) {
    std::string bytes;
    do {
        char byte = 0;
        auto n = read_byte(byte);
        if (n <= 0) return static_cast<int>(n);
        bytes += byte;
    } while (complete_utf8_length(bytes) == 0);
    result = static_cast<wchar_t>(first_utf8_character(bytes).code_point);
    return 1;
}

}  // namespace

// libedit calls plain functions; these find the object again through the editor.
struct LineEditorKeys {
    using State = LineEditor::State;

    static char* prompt(Editor* editor) { return State::of(editor).prompt.data(); }

    static int next_key(Editor* editor, wchar_t* key) {
        auto& state = State::of(editor);
        if (!state.injected.empty()) {
            state.first_key = false;
            *key = state.injected.front();
            state.injected.pop_front();
            return 1;
        }
        if (state.first_key) state.show_placeholder();
        state.first_key = false;
        auto n = read_character(*key);
        state.hide_placeholder();
        return n;
    }

    static unsigned char continue_line(Editor* editor, int) {
        return State::of(editor).finish(LineEnd::continued);
    }

    static unsigned char interrupt(Editor* editor, int) {
        return State::of(editor).finish(LineEnd::interrupted);
    }

    static unsigned char edit_externally(Editor* editor, int) {
        return State::of(editor).finish(LineEnd::edit);
    }

    static unsigned char close_or_delete(Editor* editor, int) {
        const LineInfo* line = el_line(editor);
        if (line->buffer == line->lastchar) {
            State::of(editor).end = LineEnd::closed;
            return CC_EOF;
        }
        if (line->cursor == line->lastchar) return CC_NORM;
        el_cursor(editor, 1);
        el_deletestr(editor, 1);
        return CC_REFRESH;
    }

    static unsigned char insert_blanks(Editor* editor, int) {
        el_insertstr(editor, kTabText);
        return CC_REFRESH;
    }

    static unsigned char paste(Editor* editor, int) {
        std::string text;
        char byte = 0;
        while (!text.ends_with(kPasteEnd) && read_byte(byte) > 0) text += byte;
        if (text.ends_with(kPasteEnd)) text.resize(text.size() - kPasteEnd.size());
        State::of(editor).inject(text);
        return CC_NORM;
    }

    static unsigned char suspend(Editor* editor, int) {
        el_set(editor, EL_PREP_TERM, 0);
        write_out(kPasteOff);
        std::raise(SIGTSTP);
        write_out(kPasteOn);
        el_set(editor, EL_PREP_TERM, 1);
        return CC_REDISPLAY;
    }
};

namespace {

struct OwnFunction {
    const char* name;
    unsigned char (*function)(Editor*, int);
    const char* key;
};

constexpr std::array<OwnFunction, 7> kOwnFunctions = {{
    {"corral-continue", LineEditorKeys::continue_line, "^M"},
    {"corral-interrupt", LineEditorKeys::interrupt, "^C"},
    {"corral-edit", LineEditorKeys::edit_externally, "^G"},
    {"corral-close-or-delete", LineEditorKeys::close_or_delete, "^D"},
    {"corral-tab", LineEditorKeys::insert_blanks, "^I"},
    {"corral-paste", LineEditorKeys::paste, "\\e[200~"},
    {"corral-suspend", LineEditorKeys::suspend, "^Z"},
}};

constexpr std::array<std::array<const char*, 2>, 10> kBindings = {{
    {"^J", "ed-newline"},
    {"^W", "ed-delete-prev-word"},
    {"\\e^?", "ed-delete-prev-word"},
    {"^U", "vi-kill-line-prev"},
    {"^R", "em-inc-search-prev"},
    {"\\e[3~", "ed-delete-next-char"},
    {"\\e[H", "ed-move-to-beg"},
    {"\\e[1~", "ed-move-to-beg"},
    {"\\e[F", "ed-move-to-end"},
    {"\\e[4~", "ed-move-to-end"},
}};

void bind_keys(Editor* editor) {
    for (const auto& own : kOwnFunctions) {
        el_set(editor, EL_ADDFN, own.name, own.name, own.function);
        el_set(editor, EL_BIND, own.key, own.name, nullptr);
    }
    for (const auto& [key, name] : kBindings) el_set(editor, EL_BIND, key, name, nullptr);
}

}  // namespace

LineEditor::LineEditor(const std::vector<std::string>& recallable)
    : state_(std::make_unique<State>()) {
    choose_utf8_locale();
    auto* editor = el_init("corral", stdin, stdout, stderr);
    state_->editor = editor;
    state_->history = history_init();
    HistEvent event;
    history(state_->history, &event, H_SETSIZE, kMostRecallable);
    el_set(editor, EL_CLIENTDATA, state_.get());
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_PROMPT, LineEditorKeys::prompt);
    el_set(editor, EL_HIST, history, state_->history);
    el_set(editor, EL_SIGNAL, 1);
    el_set(editor, EL_GETCFN, LineEditorKeys::next_key);
    bind_keys(editor);
    // Ctrl-C, Ctrl-Z, Ctrl-S and Ctrl-Q arrive as keys while a line is edited.
    el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
    el_set(editor, EL_SETTY, "-d", "-ixon", nullptr);
    for (const auto& entry : recallable) remember(entry);
    write_out(kPasteOn);
}

LineEditor::~LineEditor() {
    write_out(kPasteOff);
    el_end(state_->editor);
    history_end(state_->history);
}

TypedLine LineEditor::read(const std::string& prompt, const std::string& placeholder) {
    state_->prompt = prompt;
    state_->placeholder = placeholder;
    state_->first_key = true;
    state_->end = LineEnd::entered;
    int n_bytes = 0;
    const char* line = el_gets(state_->editor, &n_bytes);
    if (line == nullptr || n_bytes <= 0) return {"", LineEnd::closed};
    std::string text(line, static_cast<std::size_t>(n_bytes));
    if (text.ends_with('\n')) text.pop_back();
    return {std::move(text), state_->end};
}

void LineEditor::remember(const std::string& entry) {
    HistEvent event;
    history(state_->history, &event, H_ENTER, entry.c_str());
}

void LineEditor::put_in(std::string_view text) {
    state_->inject(text);
}

}  // namespace corral::cli
