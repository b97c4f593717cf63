#pragma once

// Purpose: finished responses in memory, for `previous_response_id`, GET and DELETE.
//
// Bounded in number and bytes: what was not used for the longest time goes first, and a response
// larger than everything is not kept. Nothing outlives the server.
//
// Ownership: values. Threads: the I/O thread. Source: openai-anthropic-api.md 15.3.

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::serve {

struct StoredResponse {
    std::string id;
    std::string previous_id;          // or empty
    std::string body;                 // the response object
    std::vector<std::string> input;   // items, as JSON
    std::vector<std::string> output;  // items, as JSON

    std::size_t size_bytes() const;
};

class StoredResponses {
public:
    struct Limits {
        std::size_t responses = 1024;
        std::size_t bytes = std::size_t{128} << 20;
    };
    StoredResponses() = default;
    explicit StoredResponses(Limits limits) : limits_(limits) {}

    void add(StoredResponse response);
    // Null when it is not there. Valid until the next add or remove.
    const StoredResponse* find(std::string_view id);
    bool remove(std::string_view id);

    struct History {
        std::vector<std::string> items;  // oldest first: input and output of each
        std::string missing_id;          // of a response in the row that is not there, or empty
    };
    // Everything that was said up to a response.
    History history(std::string_view id);
    // The item of that id, in any response.
    std::optional<std::string> find_item(std::string_view id) const;

    std::size_t size() const { return responses_.size(); }

private:
    using List = std::list<StoredResponse>;
    void drop(List::iterator which);

    Limits limits_;
    std::size_t bytes_ = 0;
    List responses_;  // used last is in front
    std::map<std::string, List::iterator, std::less<>> by_id_;
};

}  // namespace corral::serve
