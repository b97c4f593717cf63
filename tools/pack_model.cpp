// Lays out a model store that holds one model, from a GGUF file and, if there is one, a Modelfile.
// The build makes the store of the built-in model with it:
//
//   pack_model <store folder> <model name> <GGUF file> [<Modelfile>]
//
// The folder is made anew. The Modelfile's FROM is not looked at: the weights are the GGUF file.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/files.h"
#include "models/create.h"
#include "models/modelfile.h"

namespace fs = std::filesystem;
using corral::Result;

namespace {

// A copy, not a link: whoever writes the GGUF anew in its place must not change a blob under its
// digest.
Result<corral::store::Layer> store_file(const corral::store::Store& store, const fs::path& path) {
    std::ifstream input(path, std::ios::binary);
    if (!input) return corral::fail(corral::ErrorCode::io, "cannot open {}", path.string());
    CORRAL_TRY(auto writer, store.create_blob());
    std::vector<char> buffer(1 << 20);
    while (input.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
           input.gcount() > 0)
        CORRAL_CHECK(writer.write({buffer.data(), static_cast<std::size_t>(input.gcount())}));
    return writer.commit();
}

Result<void> apply_modelfile(const fs::path& path, corral::models::CreateRequest& request) {
    constexpr std::size_t kLimitBytes = 1 << 20;
    CORRAL_TRY(const std::string text, corral::read_file(path, kLimitBytes));
    CORRAL_TRY(const auto commands, corral::models::parse_modelfile(text));
    CORRAL_TRY(auto modelfile, corral::models::interpret_modelfile(commands));
    request.template_text = std::move(modelfile.template_text);
    request.system = std::move(modelfile.system);
    request.licenses = std::move(modelfile.licenses);
    request.parameters_json = std::move(modelfile.parameters_json);
    nlohmann::json messages = nlohmann::json::array();
    for (const auto& message : modelfile.messages)
        messages.push_back({{"role", message.role}, {"content", message.content}});
    request.messages_json = messages.dump();
    return {};
}

Result<void> pack(const std::vector<std::string>& arguments) {
    const fs::path folder = arguments[0];
    const fs::path gguf = arguments[2];
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    CORRAL_TRY(auto store, corral::store::Store::open(folder));
    CORRAL_TRY(const auto layer, store_file(store, gguf));
    corral::models::CreateRequest request;
    request.model = arguments[1];
    request.has_files = true;
    request.files[gguf.filename().string()] = layer.digest.text();
    if (arguments.size() > 3) CORRAL_CHECK(apply_modelfile(arguments[3], request));
    return corral::models::create(request, {store, [](const auto&) {}, {}, {}});
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3 || arguments.size() > 4) {
        fmt::print(stderr,
                   "usage: pack_model <store folder> <model name> <GGUF file> [<Modelfile>]\n");
        return 2;
    }
    if (const auto packed = pack(arguments); !packed) {
        fmt::print(stderr, "pack_model: {}\n", packed.error().message);
        return 1;
    }
    return 0;
}
