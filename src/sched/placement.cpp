#include "sched/placement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "sched/devices.h"
#include "sched/reload.h"

namespace corral::sched {

namespace {

// Estimates are no measurements: so much of what is free may be planned for.
constexpr double kUsableShare = 0.8;

using Devices = std::vector<wire::Device>;

std::int64_t free_of(const Devices& devices) {
    std::int64_t sum = 0;
    for (const wire::Device& device : devices) sum += device.free_bytes;
    return sum;
}

bool has_discrete(const Devices& devices) {
    return std::ranges::any_of(devices, [](const auto& device) { return !device.integrated; });
}

auto rank(const wire::Device& device) {
    return std::tuple(!device.integrated, device.free_bytes);
}

// The devices of each backend: one model is computed by one of them.
std::vector<Devices> groups_of(const Devices& devices) {
    std::map<std::string, Devices> by_library;
    for (const wire::Device& device : devices) by_library[device.library].push_back(device);
    std::vector<Devices> groups;
    for (auto& [library, group] : by_library) groups.push_back(std::move(group));
    std::ranges::stable_sort(groups, std::greater{}, [](const Devices& group) {
        return std::tuple(has_discrete(group), free_of(group));
    });
    return groups;
}

// The device of that number, in the best backend that has one.
std::optional<wire::Device> chosen_device(const std::vector<Devices>& groups, std::int64_t number) {
    std::optional<wire::Device> best;
    for (const Devices& group : groups) {
        if (number < 0 || number >= std::ssize(group)) continue;
        const wire::Device& device = group[static_cast<std::size_t>(number)];
        if (!best || rank(device) > rank(*best)) best = device;
    }
    return best;
}

// Sets of devices to try, best first.
std::vector<Devices> candidates(const ModelSpec& spec, const Devices& devices, bool spread) {
    const std::vector<Devices> groups = groups_of(devices);
    if (spec.load.options.main_gpu) {
        if (const auto device = chosen_device(groups, *spec.load.options.main_gpu))
            return {{*device}};
    } else if (!spread) {
        Devices singles = devices;
        std::ranges::stable_sort(singles, std::greater{}, rank);
        std::vector<Devices> sets;
        for (const wire::Device& device : singles) sets.push_back({device});
        if (groups.front().size() > 1) sets.push_back(groups.front());
        return sets;
    }
    return {groups.front()};
}

// Generation batch by the length of the context, where nobody chose one (7.3).
std::int64_t automatic_batch(const ModelSpec& spec, std::int64_t n_tokens, std::int64_t predicted,
                             std::int64_t available) {
    if (spec.load.options.num_batch > 0 || spec.load.embedding) return 0;
    struct Step {
        std::int64_t n_batch;
        std::int64_t from_tokens;
        double most_predicted;  // share of what is available
        std::int64_t surcharge;
    };
    constexpr std::int64_t kMebibyte = 1 << 20;
    for (const Step& step :
         {Step{2048, 32768, 0.6, 2048 * kMebibyte}, Step{1024, 4096, 0.75, 768 * kMebibyte}}) {
        const auto share = [&](double part) { return part * static_cast<double>(available); };
        const auto need = static_cast<double>(predicted);
        if (n_tokens > step.from_tokens && need <= share(step.most_predicted) &&
            need + static_cast<double>(step.surcharge) <= share(kUsableShare))
            return step.n_batch;
    }
    return 512;
}

// The share of a model's layers (with the output, one more) that is to be on GPUs.
double wanted_share(const ModelSpec& spec) {
    const std::int64_t n_layers = spec.load.options.num_gpu;
    if (n_layers < 0) return 1;
    return std::min(1.0,
                    static_cast<double>(n_layers) / static_cast<double>(spec.shape.n_layers + 1));
}

struct Try {
    const ModelSpec& spec;
    std::int64_t n_ctx;
    std::int64_t n_parallel;
    const Budget& budget;
};

std::optional<Placement> in_system_memory(const Try& with) {
    const auto estimate = estimate_memory(with.spec, with.n_ctx, with.n_parallel);
    if (with.budget.limited && estimate.total() > with.budget.system_bytes) return std::nullopt;
    Placement placement{.n_ctx = with.n_ctx, .n_parallel = with.n_parallel};
    placement.footprint.system_bytes = estimate.total();
    return placement;
}

// `share` of the layers spread over the devices by their free memory, the rest in system memory.
std::optional<Placement> split(const Try& with, const gguf::MemoryEstimate& estimate,
                               const Devices& devices, double share) {
    Placement placement{.n_ctx = with.n_ctx, .n_parallel = with.n_parallel};
    const auto layers = static_cast<double>(estimate.weights_bytes + estimate.cache_bytes);
    const auto free = static_cast<double>(std::max<std::int64_t>(free_of(devices), 1));
    Footprint& footprint = placement.footprint;
    if (share < 1) {
        footprint.system_bytes =
            static_cast<std::int64_t>((1 - share) * layers) + estimate.compute_bytes;
    }
    for (const wire::Device& device : devices) {
        const double part = share * layers * static_cast<double>(device.free_bytes) / free;
        const auto bytes = static_cast<std::int64_t>(part) + estimate.compute_bytes;
        placement.devices.push_back(device.name);
        footprint.device_bytes[device.name] = bytes;
        if (device.integrated) footprint.system_bytes += bytes;  // it is the same memory
    }
    if (with.budget.limited && footprint.system_bytes > with.budget.system_bytes)
        return std::nullopt;
    return placement;
}

std::int64_t bytes_for(const gguf::MemoryEstimate& estimate, const Devices& devices, double share) {
    const auto layers = static_cast<double>(estimate.weights_bytes + estimate.cache_bytes);
    return static_cast<std::int64_t>(share * layers) + estimate.compute_bytes * std::ssize(devices);
}

std::int64_t usable(const Devices& devices) {
    return static_cast<std::int64_t>(kUsableShare * static_cast<double>(free_of(devices)));
}

std::optional<Placement> on_devices(const Try& with, const Devices& devices) {
    const double share = wanted_share(with.spec);
    const auto plain = estimate_memory(with.spec, with.n_ctx, with.n_parallel);
    const std::int64_t predicted = bytes_for(plain, devices, share);
    // Who names a number of layers has to know whether they fit.
    const bool explicit_part = with.spec.load.options.num_gpu > 0;
    if (predicted > (explicit_part ? free_of(devices) : usable(devices))) return std::nullopt;
    const std::int64_t n_batch =
        automatic_batch(with.spec, with.n_ctx * with.n_parallel, predicted, free_of(devices));
    const auto estimate = estimate_memory(with.spec, with.n_ctx, with.n_parallel, n_batch);
    auto placement = split(with, estimate, devices, share);
    if (placement) placement->n_batch = n_batch;
    return placement;
}

// As many layers as fit.
std::optional<Placement> partly_on_devices(const Try& with, const Devices& devices) {
    const auto estimate = estimate_memory(with.spec, with.n_ctx, with.n_parallel);
    const auto n_layers = static_cast<double>(with.spec.shape.n_layers + 1);
    const double per_layer =
        static_cast<double>(estimate.weights_bytes + estimate.cache_bytes) / n_layers;
    const auto room =
        static_cast<double>(usable(devices) - estimate.compute_bytes * std::ssize(devices));
    const double n_fitting = per_layer <= 0 ? n_layers : std::floor(room / per_layer);
    const double share = std::min(n_fitting / n_layers, wanted_share(with.spec));
    if (share <= 0) return in_system_memory(with);
    return split(with, estimate, devices, share);
}

std::optional<Placement> place_once(const Try& with, const PlacementRules& rules,
                                    Fullness fullness) {
    if (!wants_devices(with.spec, with.budget)) return in_system_memory(with);
    const auto sets = candidates(with.spec, with.budget.devices, rules.spread);
    for (const Devices& devices : sets)
        if (auto placement = on_devices(with, devices)) return placement;
    if (fullness == Fullness::whole) return std::nullopt;
    return partly_on_devices(with, sets.back());
}

// Contexts to try, best first.
std::vector<std::int64_t> contexts(const ModelSpec& spec, std::int64_t n_ctx_automatic) {
    const std::int64_t wanted = resolved_context(spec, n_ctx_automatic);
    std::vector<std::int64_t> list = {wanted};
    if (!spec.context_automatic) return list;
    for (const std::int64_t tier : kContextTiers)
        if (tier < list.back()) list.push_back(tier);
    return list;
}

}  // namespace

bool wants_devices(const ModelSpec& spec, const Budget& budget) {
    return spec.load.options.num_gpu != 0 && !budget.devices.empty();
}

std::optional<Placement> place_model(const ModelSpec& spec, std::int64_t n_ctx_automatic,
                                     const Budget& budget, const PlacementRules& rules,
                                     Fullness fullness) {
    if (fullness == Fullness::partial) {
        auto whole = place_model(spec, n_ctx_automatic, budget, rules, Fullness::whole);
        if (whole || !wants_devices(spec, budget)) return whole;
    }
    const std::int64_t wanted = std::max<std::int64_t>(spec.load.n_parallel, 1);
    const std::int64_t fewest = rules.fixed_parallel ? wanted : 1;
    for (const std::int64_t n_ctx : contexts(spec, n_ctx_automatic))
        for (std::int64_t n = wanted; n >= fewest; n /= 2)
            if (auto placement = place_once({spec, n_ctx, n, budget}, rules, fullness))
                return placement;
    return std::nullopt;
}

}  // namespace corral::sched
