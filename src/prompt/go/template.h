#pragma once

// Purpose: a Go text/template, parsed once and run any number of times.
//
//   CORRAL_TRY(const auto greeting, Template::parse("Hello {{ .Name }}!"));
//   CORRAL_TRY(const std::string text, greeting.render(data));
//
// Threads: a Template is immutable; render may be called from any thread.
// Errors: ErrorCode::invalid with Go's text. Bounded by limits.h.
// Source: Go's text/template, Go 1.26, with missingkey=zero; modelfile-create-templates.md 11.

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "prompt/go/syntax.h"
#include "prompt/go/value.h"

namespace corral::prompt::go {

class Template {
public:
    [[nodiscard]] static Result<Template> parse(std::string source);

    [[nodiscard]] Result<std::string> render(const Value& data) const;
    // Leaves out what stands behind this position of the source (templates called from there are
    // whole).
    [[nodiscard]] Result<std::string> render_until(std::size_t position, const Value& data) const;

    // Prints `.name` at the end.
    void append_field(std::string name);

    std::string_view source() const { return *source_; }
    const Blocks& blocks() const { return blocks_; }

private:
    Template(std::unique_ptr<const std::string> source, Blocks blocks)
        : source_(std::move(source)), blocks_(std::move(blocks)) {}

    std::unique_ptr<const std::string> source_;  // nodes are views into it
    Blocks blocks_;
};

}  // namespace corral::prompt::go
