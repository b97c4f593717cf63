#include "prompt/go/template.h"

#include "prompt/go/evaluator.h"
#include "prompt/go/parser.h"

namespace corral::prompt::go {

Result<Template> Template::parse(std::string source) {
    auto owned = std::make_unique<const std::string>(std::move(source));
    CORRAL_TRY(Blocks blocks, go::parse(*owned));
    return Template(std::move(owned), std::move(blocks));
}

Result<std::string> Template::render(const Value& data) const {
    return evaluate({*source_, blocks_, std::nullopt}, data);
}

Result<std::string> Template::render_until(std::size_t position, const Value& data) const {
    return evaluate({*source_, blocks_, position}, data);
}

void Template::append_field(std::string name) {
    const std::size_t position = source_->size();
    Command command{position, {}};
    command.operands.push_back({position, Field{{std::move(name)}}});
    Pipeline pipeline{position, {}, false, {}};
    pipeline.commands.push_back(std::move(command));
    blocks_[""].push_back({position, Action{std::move(pipeline)}});
}

}  // namespace corral::prompt::go
