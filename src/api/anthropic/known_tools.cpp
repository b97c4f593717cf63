#include "api/anthropic/known_tools.h"

#include <algorithm>
#include <array>

namespace corral::api::anthropic {

namespace {

constexpr auto kKnownTools = std::to_array<KnownTool>({
    {"bash_", "Runs a command in a shell that stays open, or starts that shell anew",
     R"({"type":"object","properties":{)"
     R"("command":{"type":"string","description":"The command to run"},)"
     R"("restart":{"type":"boolean","description":"Start the shell anew instead"}}})"},
    {"text_editor_", "Shows, makes and changes text files",
     R"({"type":"object","required":["command","path"],"properties":{)"
     R"("command":{"type":"string","enum":["view","create","str_replace","insert"]},)"
     R"("path":{"type":"string","description":"The file, or for view a directory"},)"
     R"("file_text":{"type":"string","description":"create: what the file is to hold"},)"
     R"("old_str":{"type":"string","description":"str_replace: the text to replace, which )"
     R"(stands in the file once"},)"
     R"("new_str":{"type":"string","description":"str_replace: what takes its place"},)"
     R"("insert_line":{"type":"integer","description":"insert: the line behind which the text )"
     R"(goes; 0 is the beginning"},)"
     R"("insert_text":{"type":"string","description":"insert: the text"},)"
     R"("view_range":{"type":"array","items":{"type":"integer"},)"
     R"("description":"view: the first and the last line; -1 is the end"}}})"},
    {"memory_", "Keeps notes in files below /memories, which outlast the conversation",
     R"({"type":"object","required":["command"],"properties":{)"
     R"("command":{"type":"string",)"
     R"("enum":["view","create","str_replace","insert","delete","rename"]},)"
     R"("path":{"type":"string","description":"The file or directory"},)"
     R"("file_text":{"type":"string","description":"create: what the file is to hold"},)"
     R"("old_str":{"type":"string","description":"str_replace: the text to replace"},)"
     R"("new_str":{"type":"string","description":"str_replace: what takes its place"},)"
     R"("insert_line":{"type":"integer","description":"insert: the line behind which it goes"},)"
     R"("insert_text":{"type":"string","description":"insert: the text"},)"
     R"("old_path":{"type":"string","description":"rename: the file to rename"},)"
     R"("new_path":{"type":"string","description":"rename: its new name"}}})"},
    {"computer_", "Looks at a screen and uses mouse and keyboard",
     R"({"type":"object","required":["action"],"properties":{)"
     R"("action":{"type":"string","enum":["screenshot","left_click","right_click",)"
     R"("middle_click","double_click","triple_click","left_click_drag","left_mouse_down",)"
     R"("left_mouse_up","mouse_move","scroll","type","key","hold_key","wait"]},)"
     R"("coordinate":{"type":"array","items":{"type":"integer"},"description":"x and y"},)"
     R"("start_coordinate":{"type":"array","items":{"type":"integer"},)"
     R"("description":"left_click_drag: where it begins"},)"
     R"("text":{"type":"string","description":"type, key, hold_key: text or keys"},)"
     R"("scroll_direction":{"type":"string","enum":["up","down","left","right"]},)"
     R"("scroll_amount":{"type":"integer","description":"scroll: steps"},)"
     R"("duration":{"type":"number","description":"hold_key, wait: seconds"}}})"},
});

}  // namespace

const KnownTool* find_known_tool(std::string_view type) {
    const auto found = std::ranges::find_if(
        kKnownTools, [type](const KnownTool& tool) { return type.starts_with(tool.family); });
    return found == kKnownTools.end() ? nullptr : &*found;
}

}  // namespace corral::api::anthropic
