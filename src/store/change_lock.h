#pragma once

// Purpose: keeps changes of a store apart, those of this process and of other servers on the same
// folder.
//
// Held while a manifest is written, copied or removed and while blobs are deleted, so that no blob
// goes while a manifest that names it arrives. The lock lies on the blobs folder itself and leaves
// no file behind; the kernel releases it when a process dies. A real Ollama does not know it, and
// some network file systems do not either: there it only counts within this process.
//
// Threads: any. Waits for whoever holds it, which is for milliseconds.

#include <filesystem>
#include <mutex>

#include "base/files.h"

namespace corral::store {

class ChangeLock {
public:
    ChangeLock(std::mutex& within_process, const std::filesystem::path& blobs_folder);

private:
    std::unique_lock<std::mutex> within_process_;
    UniqueFd between_processes_;
};

}  // namespace corral::store
