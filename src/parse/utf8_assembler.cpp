#include "parse/utf8_assembler.h"

#include <utility>

#include "base/utf8.h"

namespace corral::parse {

std::string Utf8Assembler::push(std::string_view bytes) {
    pending_ += bytes;
    const std::size_t length = complete_utf8_length(pending_);
    std::string complete = sanitize_utf8(std::string_view(pending_).substr(0, length));
    pending_.erase(0, length);
    return complete;
}

std::string Utf8Assembler::finish() {
    if (pending_.empty()) return {};
    pending_.clear();
    std::string replacement;
    append_utf8(replacement, kReplacementCharacter);
    return replacement;
}

}  // namespace corral::parse
