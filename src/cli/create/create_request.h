#pragma once

// Purpose: from a Modelfile to the request of /api/create. Source: modelfile-create-templates.md 2.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/modelfile.h"

namespace corral::cli {

// Digests by the name a file has on the server.
using NamedDigests = std::map<std::string, std::string>;

struct CreateSources {
    std::string from;  // a model's name, or empty
    NamedDigests files;
    NamedDigests adapters;
    NamedDigests drafts;
};

struct Quantization {
    std::string model;
    std::string draft;
};

// Fields that say nothing are left out.
nlohmann::ordered_json create_request(const std::string& model, const models::Modelfile& modelfile,
                                      const CreateSources& sources,
                                      const Quantization& quantization);

}  // namespace corral::cli
