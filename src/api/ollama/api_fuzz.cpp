// Fuzzes everything that reads a request body: the JSON scanner, the encoders that write its values
// again, and the decoders of all native routes. Every input goes through all of them.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/anthropic/request.h"
#include "api/json/value.h"
#include "api/json/writer.h"
#include "api/ollama/embed.h"
#include "api/ollama/fields.h"
#include "api/ollama/manage.h"
#include "api/ollama/message.h"
#include "api/ollama/names.h"
#include "api/ollama/options.h"
#include "api/ollama/registry.h"
#include "api/ollama/requests.h"
#include "api/openai/chat_request.h"
#include "api/openai/completion.h"
#include "api/openai/embeddings.h"
#include "api/openai/responses_request.h"
#include "api/rerank/rerank.h"
#include "api/tokens/tokens.h"

namespace {

using namespace corral::api;

// What we write must be JSON that reads back as the same text.
void check_round_trip(const json::Value& value) {
    std::string once;
    json::append_value(once, value);
    const auto again = json::parse(once);
    if (!again) std::abort();
    std::string twice;
    json::append_value(twice, *again);
    if (once != twice) std::abort();
    std::string sorted;
    json::append_sorted(sorted, value);
    if (!json::parse(sorted)) std::abort();
}

// A request is either understood or refused with a reason.
template <class Decode>
void check_decoder(Decode decode, std::string_view body) {
    const auto decoded = decode(body);
    if (!decoded && decoded.error().message.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    if (const auto value = json::parse(body)) {
        check_round_trip(*value);
        (void)json::to_ordered_json(*value);
        (void)ollama::decode_keep_alive(*value);
        (void)ollama::decode_think(*value);
        if (value->kind == json::Value::Kind::object) {
            (void)ollama::merge_options(body, body);
        }
        (void)ollama::parse_stored_messages(body);
    }
    check_decoder(ollama::decode_generate, body);
    check_decoder(ollama::decode_chat, body);
    check_decoder(ollama::decode_embed, body);
    check_decoder(ollama::decode_embeddings, body);
    check_decoder(ollama::decode_show, body);
    check_decoder(ollama::decode_copy, body);
    check_decoder(ollama::decode_delete, body);
    check_decoder(ollama::decode_create, body);
    check_decoder(ollama::decode_pull, body);
    check_decoder(ollama::decode_push, body);
    check_decoder(rerank::decode, body);
    check_decoder(tokens::decode_tokenize, body);
    check_decoder(tokens::decode_detokenize, body);
    (void)ollama::split_source(body);
    check_decoder([](std::string_view text) { return openai::decode_chat(text); }, body);
    check_decoder([](std::string_view text) { return openai::decode_completion(text); }, body);
    for (const auto takes : {openai::TokenInput::refused, openai::TokenInput::taken}) {
        check_decoder(
            [takes](std::string_view text) { return openai::decode_embeddings(text, takes); },
            body);
    }
    check_decoder(
        [](std::string_view text) -> corral::Result<void> {
            auto request = openai::decode_response(
                text, [](std::string_view prefix) { return std::string(prefix); });
            if (!request) return std::unexpected(request.error());
            return request->converse({});
        },
        body);
    check_decoder(anthropic::decode_request, body);
    check_decoder(anthropic::decode_count, body);
    return 0;
}
