#include "api/openai/logprobs.h"

#include "api/json/writer.h"

namespace corral::api::openai {

namespace {

void append_bytes(std::string& out, std::string_view text) {
    out += '[';
    for (const char& byte : text) {
        if (&byte != text.data()) out += ',';
        json::append_integer(out, static_cast<unsigned char>(byte));
    }
    out += ']';
}

void append_token(json::ObjectWriter& writer, const wire::TokenLogprob& token) {
    writer.text("token", token.token);
    json::append_double(writer.key("logprob"), token.logprob);
    append_bytes(writer.key("bytes"), token.token);
}

}  // namespace

void append_logprob_list(std::string& out, const std::vector<wire::Logprob>& logprobs) {
    out += '[';
    for (const auto& entry : logprobs) {
        if (&entry != &logprobs.front()) out += ',';
        json::ObjectWriter item(out);
        append_token(item, entry.chosen);
        std::string& top = item.key("top_logprobs");
        top += '[';
        for (const auto& token : entry.top) {
            if (&token != &entry.top.front()) top += ',';
            json::ObjectWriter candidate(top);
            append_token(candidate, token);
            candidate.end();
        }
        top += ']';
        item.end();
    }
    out += ']';
}

}  // namespace corral::api::openai
