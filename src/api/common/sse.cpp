#include "api/common/sse.h"

namespace corral::api::sse {

void append_data(std::string& out, std::string_view data) {
    out.append("data: ").append(data).append("\n\n");
}

void append_event(std::string& out, std::string_view event, std::string_view data) {
    out.append("event: ").append(event).append("\n");
    append_data(out, data);
}

void append_comment(std::string& out, std::string_view text) {
    out.append(": ").append(text).append("\n\n");
}

}  // namespace corral::api::sse
