#pragma once

// Purpose: models that run on another server: how a Modelfile names them, and where that is.
//
//   FROM http://gpu-box:11434 qwen3:8b                  Ollama's API
//   FROM https://vllm.team:8000/v1 qwen3 $TEAM_API_KEY  OpenAI's: a segment of the path is v1, v2,
//   …
//
// The key is the value that the server's environment variable of that name has when a request is
// made; only the name is stored. Since models come from other people too, such a name must end in
// _API_KEY, and a key, like every request, goes only to hosts that OLLAMA_REMOTES lists.
//
// Upstream's stubs (`remote_host` in /api/create, or a name with the suffix `:cloud`) are told from
// these by an empty ModelConfig::remote_api; they speak Ollama's API, without a key, and behave to
// the letter as upstream's do.
// Source: storage-registry.md 14, native-api.md 9.3.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/config.h"

namespace corral::models {

inline constexpr std::string_view kOllamaApi = "ollama";
inline constexpr std::string_view kOpenAiApi = "openai";

// Whether the text behind FROM is the address of a remote model.
bool names_remote(std::string_view from);

// Fills the remote_* fields of `config`. Errors: invalid, status 400.
[[nodiscard]] Result<void> set_remote(ModelConfig& config, std::string_view from);

// Whether a variable of that name may hold a key. Ask again before using a stored name.
bool is_key_variable(std::string_view name);

// The text behind FROM that makes this remote model again.
std::string remote_from(const ModelConfig& config);

// `remote_host` of /api/create as it is stored: "host" becomes "http://host:11434". Error: 400 `bad
// remote`.
[[nodiscard]] Result<std::string> normalize_remote_host(std::string_view text);

// "host:port" and "host" of a stored address; IPv6 hosts in brackets in the first, not in the
// second.
std::string remote_authority(std::string_view url);
std::string remote_host_name(std::string_view url);

// Whether OLLAMA_REMOTES lists the host.
bool is_listed_remote(std::string_view url, const std::vector<std::string>& remotes);

// The name of a cloud model, without its suffix (`qwen3:cloud`, `qwen3:8b-cloud`); empty when the
// text has none.
std::string_view without_cloud_suffix(std::string_view name);

}  // namespace corral::models
