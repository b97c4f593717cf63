#include <exception>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/term/console.h"

int main(int argc, char** argv) try {
    return corral::cli::run(std::vector<std::string>(argv, argv + argc));
} catch (const std::exception& error) {
    // Nothing of ours throws; this is memory exhaustion, or a library's exception that slipped
    // through.
    corral::cli::Console{}.error(error.what());
    return 1;
}
