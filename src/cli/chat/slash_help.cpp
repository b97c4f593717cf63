#include "cli/chat/slash.h"

namespace corral::cli {
namespace {

constexpr std::string_view kOverview =
    R"(Available Commands:
  /set            Set session variables
  /show           Show model information
  /list           List models
  /load <model>   Load another model
  /save <model>   Save this session as a model
  /clear          Forget the conversation
  /bye            Exit
  /?, /help       Help for a command
  /? shortcuts    Help for keyboard shortcuts

Use """ to begin a message of several lines.
)";

constexpr std::string_view kFilesHint =
    "Use ./path/to/file in a message to add an image or a sound file.\n";

constexpr std::string_view kSet =
    R"(Available Commands:
  /set parameter ...     Set a parameter
  /set system <text>     Set system message
  /set history           Enable history
  /set nohistory         Disable history
  /set wordwrap          Enable wordwrap
  /set nowordwrap        Disable wordwrap
  /set format json       Enable JSON mode
  /set noformat          Disable formatting
  /set verbose           Show timings
  /set quiet             Hide timings
  /set think [level]     Enable thinking
  /set nothink           Disable thinking

)";

constexpr std::string_view kShow =
    R"(Available Commands:
  /show info             Show details for this model
  /show license          Show model license
  /show modelfile        Show Modelfile for this model
  /show parameters       Show parameters for this model
  /show system           Show system message
  /show template         Show prompt template

)";

constexpr std::string_view kShortcuts =
    R"(Available keyboard shortcuts:
  Ctrl + a            Move to the beginning of the line (Home)
  Ctrl + e            Move to the end of the line (End)
  Ctrl + b / Alt + b  Move back one character / word
  Ctrl + f / Alt + f  Move forward one character / word
  Ctrl + p, up        Previous entry of the history
  Ctrl + n, down      Next entry of the history
  Ctrl + r            Search the history
  Ctrl + k            Delete to the end of the line
  Ctrl + u            Delete to the beginning of the line
  Ctrl + w            Delete the word before the cursor
  Ctrl + j            New line within the message
  Ctrl + g            Edit the message in an external editor

  Ctrl + l            Clear the screen
  Ctrl + c            Stop the model from answering
  Ctrl + d            Exit (/bye)

)";

constexpr std::string_view kParameters =
    R"(Available Parameters:
  /set parameter seed <int>             Random number seed
  /set parameter num_predict <int>      Most tokens to generate
  /set parameter num_think <int>        Most of these that may be thoughts
  /set parameter top_k <int>            Pick from the k likeliest tokens
  /set parameter top_p <float>          Pick from tokens that make up this probability
  /set parameter min_p <float>          Least probability relative to the likeliest token
  /set parameter num_ctx <int>          Size of the context in tokens
  /set parameter temperature <float>    How freely to choose
  /set parameter repeat_penalty <float> How strongly to avoid repetition
  /set parameter repeat_last_n <int>    How far to look back for repetition
  /set parameter num_gpu <int>          Layers to send to the GPU
  /set parameter stop <text> <text> ... Texts that end an answer

)";

}  // namespace

std::string_view set_help() {
    return kSet;
}

std::string_view show_help() {
    return kShow;
}

std::string_view parameter_help() {
    return kParameters;
}

void slash_help(const ChatState& state, const Words& words) {
    const auto& console = state.program.console;
    if (words.size() < 2) {
        console.note(kOverview);
        if (state.session.facts.sees) console.note(kFilesHint);
        console.note("\n");
        return;
    }
    auto topic = words[1];
    if (topic == "set" || topic == "/set") console.note(set_help());
    if (topic == "show" || topic == "/show") console.note(show_help());
    if (topic == "shortcut" || topic == "shortcuts") console.note(kShortcuts);
}

}  // namespace corral::cli
