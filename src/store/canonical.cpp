#include "base/text.h"
#include "store/store.h"

namespace corral::store {

namespace {

// How well an installed name matches: all parts alike beats any mixture.
bool alike(const ModelName& a, const ModelName& b) {
    return equals_ignoring_case(a.host(), b.host()) &&
           equals_ignoring_case(a.name_space(), b.name_space()) &&
           equals_ignoring_case(a.model(), b.model()) && equals_ignoring_case(a.tag(), b.tag());
}

void adopt(std::string& part, const std::string& installed) {
    if (equals_ignoring_case(part, installed)) part = installed;
}

}  // namespace

ModelName Store::canonical(const ModelName& name) const {
    if (locate(name)) return name;
    std::string host = name.host();
    std::string name_space = name.name_space();
    std::string model = name.model();
    std::string tag = name.tag();
    for (const ManifestFile& file : scan()) {
        if (alike(file.name, name)) return file.name;
        adopt(host, file.name.host());
        adopt(name_space, file.name.name_space());
        adopt(model, file.name.model());
        adopt(tag, file.name.tag());
    }
    return ModelName::from_parts(host, name_space, model, tag).value_or(name);
}

}  // namespace corral::store
