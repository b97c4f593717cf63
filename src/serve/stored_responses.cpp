#include "serve/stored_responses.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

#include "api/openai/responses_object.h"

namespace corral::serve {

namespace {

std::size_t bytes_of(const std::vector<std::string>& items) {
    std::size_t bytes = 0;
    for (const auto& item : items) bytes += sizeof(std::string) + item.size();
    return bytes;
}

}  // namespace

std::size_t StoredResponse::size_bytes() const {
    return sizeof(*this) + id.size() + previous_id.size() + body.size() + bytes_of(input) +
           bytes_of(output);
}

void StoredResponses::add(StoredResponse response) {
    remove(response.id);
    bytes_ += response.size_bytes();
    responses_.push_front(std::move(response));
    by_id_[responses_.front().id] = responses_.begin();
    while (responses_.size() > limits_.responses || bytes_ > limits_.bytes) {
        drop(std::prev(responses_.end()));
    }
}

const StoredResponse* StoredResponses::find(std::string_view id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return nullptr;
    responses_.splice(responses_.begin(), responses_, found->second);
    return &*found->second;
}

bool StoredResponses::remove(std::string_view id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return false;
    drop(found->second);
    return true;
}

void StoredResponses::drop(List::iterator which) {
    bytes_ -= which->size_bytes();
    by_id_.erase(which->id);
    responses_.erase(which);
}

StoredResponses::History StoredResponses::history(std::string_view id) {
    std::vector<const StoredResponse*> row;
    // A response only follows older ones, so this ends.
    for (std::string next(id); !next.empty();) {
        const auto* response = find(next);
        if (response == nullptr) return {{}, next};
        row.push_back(response);
        next = response->previous_id;
    }
    History history;
    for (const auto* response : row | std::views::reverse) {
        std::ranges::copy(response->input, std::back_inserter(history.items));
        std::ranges::copy(response->output, std::back_inserter(history.items));
    }
    return history;
}

std::optional<std::string> StoredResponses::find_item(std::string_view id) const {
    for (const auto& response : responses_) {
        for (const auto* items : {&response.input, &response.output}) {
            for (const auto& item : *items) {
                if (api::openai::item_id(item) == id) return item;
            }
        }
    }
    return std::nullopt;
}

}  // namespace corral::serve
