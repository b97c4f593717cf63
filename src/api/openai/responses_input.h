#pragma once

// Purpose: input items of /v1/responses as native messages.
//
// Items travel as compact JSON texts with an `id`, the form in which they are stored, listed and
// replayed. Items that hold nothing a model reads (searches, compactions, what we do not know) are
// skipped; texts that runs of items make up are joined into turns as the source says.
// Errors are 400 and name the place: `input[2]: content[0]: unknown content type: video`.
// Source: openai-anthropic-api.md 8.2, 15.3, 16.4.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/value.h"
#include "base/result.h"
#include "wire/request.h"

namespace corral::api::openai {

// A new identifier that begins with `prefix`, as in "msg".
using MakeId = std::function<std::string(std::string_view prefix)>;

// `input`, a text or a list of items, as items. Null is no item.
[[nodiscard]] Result<std::vector<std::string>> decode_items(const json::Value& input,
                                                            const MakeId& make_id);

// The item that an `item_reference` names.
using FindItem = std::function<std::optional<std::string>(std::string_view id)>;

// Puts what references name into their places. Error: 400 for a name that is not known.
[[nodiscard]] Result<void> resolve_references(std::vector<std::string>& items,
                                              const FindItem& find);

// The conversation that items amount to. Errors count `n_past` items before the first of `input`.
[[nodiscard]] Result<std::vector<wire::Message>> assemble_items(std::span<const std::string> items,
                                                                std::size_t n_past);

// Items of a `role` that says `text`.
std::string message_item(std::string_view id, std::string_view role, std::string_view text);

}  // namespace corral::api::openai
