#include "store/change_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace corral::store {

ChangeLock::ChangeLock(std::mutex& within_process, const std::filesystem::path& blobs_folder)
    : within_process_(within_process),
      between_processes_(::open(blobs_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!between_processes_) return;
    while (::flock(between_processes_.get(), LOCK_EX) != 0 && errno == EINTR) continue;
}

}  // namespace corral::store
