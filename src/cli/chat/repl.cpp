#include "cli/chat/repl.h"

#include "base/text.h"
#include "cli/chat/external_editor.h"
#include "cli/chat/line_editor.h"
#include "cli/chat/multiline.h"
#include "cli/chat/prompt_files.h"
#include "cli/chat/slash.h"
#include "cli/json.h"
#include "cli/timings.h"

namespace corral::cli {
namespace {

constexpr char kPrompt[] = ">>> ";
constexpr char kContinuationPrompt[] = "... ";
constexpr char kPlaceholder[] = "Send a message (/? for help)";
constexpr char kContinuationPlaceholder[] = "Press Enter to send";

// Errors of the server that concern the message alone.
std::string error_text(const Error& error) {
    if (error.message.find("upstream error") != std::string::npos) {
        return "An error occurred while processing your message. Please try again.\n\n";
    }
    return fmt::format("error: {}\n", error.message);
}

class Repl {
public:
    Repl(Program& program, Session session)
        : program_(program),
          history_(program.settings.home / ".ollama" / "history", !program.settings.no_history),
          state_{program, session, Conversation(session.facts), history_},
          editor_(history_.entries()) {}

    void run() {
        console().print(state_.conversation.replay(state_.session.style(console())));
        while (!state_.leave) {
            bool first = lines_.empty();
            auto line = editor_.read(first ? kPrompt : kContinuationPrompt,
                                     first ? kPlaceholder : kContinuationPlaceholder);
            take_line(line);
        }
    }

private:
    const Console& console() const { return program_.console; }

    void take_line(const TypedLine& line) {
        switch (line.end) {
            case LineEnd::closed:
                console().print("\n");
                state_.leave = true;
                return;
            case LineEnd::interrupted:
                lines_.clear();
                console().print("\nUse Ctrl + d or /bye to exit.\n");
                return;
            case LineEnd::edit:
                edit(line.text);
                return;
            case LineEnd::entered:
            case LineEnd::continued:
                break;
        }
        bool in_block = lines_.in_block();
        auto message = lines_.add(line.text, line.end == LineEnd::continued);
        if (message) take_message(*message, in_block);
    }

    // The message typed so far goes to the editor, and its text comes back as if typed.
    void edit(const std::string& last_line) {
        auto text = lines_.take() + last_line;
        auto edited = edit_externally(program_.settings.editor, text);
        if (!edited) console().note(fmt::format("error: {}\n", edited.error().message));
        editor_.put_in(edited ? *edited : text);
    }

    void take_message(const std::string& message, bool from_block) {
        if (trim(message).empty()) return;
        history_.add(message);
        editor_.remember(std::string(trim(message)));
        bool is_command = message.starts_with('/') && !from_block && !names_file(message);
        auto done = is_command ? run_slash_command(state_, message) : send(message);
        if (!done) console().note(error_text(done.error()));
    }

    // With models that see, a message may begin with the path of a file.
    bool names_file(const std::string& message) const {
        if (!state_.session.facts.sees) return false;
        auto paths = find_paths(message);
        return !paths.empty() && message.starts_with(paths[0]);
    }

    Result<void> send(const std::string& text) {
        Json message{{"role", "user"}, {"content", text}};
        if (state_.session.facts.sees) {
            CORRAL_TRY(auto files, take_files(console(), text));
            message["content"] = files.prompt;
            if (!files.base64.empty()) message["images"] = files.base64;
        }
        auto answer = state_.conversation.ask(program_, state_.session, std::move(message));
        if (!answer && answer.error().code == ErrorCode::cancelled) return {};
        if (!answer) return fail(answer.error());
        console().print("\n\n");
        if (state_.session.verbose) console().note(timings_text(*answer));
        return {};
    }

    Program& program_;
    History history_;
    ChatState state_;
    LineEditor editor_;
    MessageLines lines_;
};

}  // namespace

Result<int> chat(Program& program, Session session) {
    CORRAL_CHECK(load_model(program, session));
    Repl(program, std::move(session)).run();
    return 0;
}

}  // namespace corral::cli
