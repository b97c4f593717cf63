#include "engine/loop.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "engine/logprobs.h"

namespace corral::engine {
namespace {

constexpr std::int32_t kNoRoom = 1;  // what llama_decode says when it finds no cells

std::int64_t nanoseconds(Generation::Clock::duration time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

double milliseconds_since(Generation::Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Generation::Clock::now() - start).count();
}

Error cancelled() {
    return {ErrorCode::cancelled, "the request was cancelled", {}, 0};
}

}  // namespace

Loop::Loop(const Model& model, Sink sink)
    : model_(model),
      sink_(std::move(sink)),
      sequences_(model.context.get(), model.n_sequences),
      pace_(model.n_batch),
      batch_(model.n_batch),
      thread_([this] { run(); }) {}

Loop::~Loop() {
    inbox_.lock()->stop = true;
    inbox_changed_.notify_one();
    thread_.join();
}

void Loop::add(Prepared request) {
    inbox_.lock()->added.push_back(std::move(request));
    inbox_changed_.notify_one();
}

void Loop::fail(std::uint64_t id, Error error) {
    inbox_.lock()->failed.emplace_back(id, std::move(error));
    inbox_changed_.notify_one();
}

void Loop::cancel(std::uint64_t id) {
    inbox_.lock()->cancelled.push_back(id);
    inbox_changed_.notify_one();
}

void Loop::run() {
    while (take_inbox()) {
        admit();
        if (!running_.empty()) step();
    }
    for (const Generations* all : {&running_, &waiting_}) {
        for (const auto& generation : *all) emit_failed(generation->request.id, cancelled());
    }
}

// False when the loop is to end.
bool Loop::take_inbox() {
    Inbox inbox;
    {
        auto held = inbox_.lock();
        const bool idle = running_.empty() && waiting_.empty();
        if (idle) held.wait(inbox_changed_, [&held] { return !held->empty(); });
        inbox = std::exchange(*held, {});
    }
    for (auto& [id, error] : inbox.failed) emit_failed(id, std::move(error));
    for (Prepared& request : inbox.added) accept(std::move(request));
    for (std::uint64_t id : inbox.cancelled) cancel_now(id);
    return !inbox.stop;
}

void Loop::accept(Prepared request) {
    if (request.render_only) {
        wire::Done done;
        done.rendered_prompt = std::move(request.rendered_prompt);
        sink_({request.id, std::move(done)});
        return;
    }
    auto generation = std::make_unique<Generation>();
    generation->order = next_order_++;
    generation->tokens = std::move(request.tokens);
    generation->timings.n_prompt = static_cast<std::int64_t>(generation->tokens.size());
    generation->timings.n_prompt_dropped = request.n_dropped;
    if (request.want_context) generation->prompt = generation->tokens;
    generation->request = std::move(request);
    waiting_.push_back(std::move(generation));
}

void Loop::cancel_now(std::uint64_t id) {
    const auto is_it = [id](const auto& generation) { return generation->request.id == id; };
    if (std::erase_if(waiting_, is_it) > 0) return emit_failed(id, cancelled());
    const auto found = std::ranges::find_if(running_, is_it);
    if (found == running_.end()) return;  // it has just ended
    sequences_.retire(**found);
    running_.erase(found);
    emit_failed(id, cancelled());
}

void Loop::admit() {
    std::int64_t n_passed =
        0;  // looking at every one of a long queue would cost more than it gives
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        if (std::ssize(running_) >= model_.info.n_parallel || !has_cells_for(**next)) return;
        if (sequences_.should_wait(**next, running_)) {
            if (++n_passed > model_.info.n_parallel) return;
            ++next;
            continue;
        }
        begin(**next);
        running_.push_back(std::move(*next));
        next = waiting_.erase(next);
    }
}

bool Loop::has_cells_for(const Generation& generation) const {
    if (running_.empty()) return true;
    return generation.n_cells_wanted() + sequences_.cells_wanted(running_) <= model_.n_cells;
}

void Loop::begin(Generation& generation) {
    sequences_.acquire(generation, running_);
    if (generation.started != Generation::Clock::time_point()) return;  // it comes back
    generation.started = Generation::Clock::now();
    generation.timings.n_prompt_cached = static_cast<std::int64_t>(generation.n_in_memory);
}

void Loop::step() {
    const auto start = Generation::Clock::now();
    do {
        plan();
        if (parts_.empty()) return;
    } while (!decode());
    std::int64_t n_generating = 0;
    for (const Part& part : parts_) n_generating += part.n_tokens == 1 ? 1 : 0;
    const std::int64_t n_prompt = batch_.size() - n_generating;
    for (const Part& part : parts_) advance(part);
    pace_.record(n_generating, n_prompt, milliseconds_since(start));
}

void Loop::plan() {
    batch_.clear();
    parts_.clear();
    for (const auto& generation : running_) {
        if (generation->n_pending() == 1) add_part(*generation, 1);
    }
    plan_prompts(pace_.prompt_tokens(std::ssize(parts_)));
}

void Loop::plan_prompts(std::int64_t budget) {
    std::vector<Generation*> prompts;
    for (const auto& generation : running_) {
        if (generation->n_pending() > 1) prompts.push_back(generation.get());
    }
    if (prompts.empty()) return;
    std::ranges::sort(prompts, {}, &Generation::n_pending);
    Generation* oldest = *std::ranges::min_element(prompts, {}, &Generation::order);
    std::int64_t reserved = prompts.front() == oldest ? 0 : std::max<std::int64_t>(1, budget / 4);
    for (Generation* generation : prompts) {
        if (generation == oldest) reserved = 0;
        const std::int64_t n =
            std::min<std::int64_t>({budget - reserved, batch_.room() - reserved,
                                    static_cast<std::int64_t>(sequences_.readable(*generation))});
        if (n <= 0) continue;
        add_part(*generation, static_cast<std::size_t>(n));
        budget -= n;
    }
}

void Loop::add_part(Generation& generation, std::size_t n_tokens) {
    const bool wants_logits = n_tokens == generation.n_pending();
    const std::span tokens = std::span(generation.tokens).subspan(generation.n_in_memory, n_tokens);
    const std::int32_t row =
        batch_.add(generation.sequence, generation.n_in_memory, tokens, wants_logits);
    parts_.push_back({&generation, n_tokens, wants_logits ? row : -1});
}

// False when the batch has to be planned again.
bool Loop::decode() {
    const std::int32_t status = llama_decode(model_.context.get(), batch_.get());
    if (status == 0) return true;
    if (status != kNoRoom || !make_room()) fail_batch(status);
    return false;
}

bool Loop::make_room() {
    if (sequences_.evict()) return true;
    if (running_.size() < 2) return false;
    const auto youngest = std::ranges::max_element(
        running_, {}, [](const auto& generation) { return generation->order; });
    sequences_.drop(**youngest);
    const auto place = std::ranges::lower_bound(
        waiting_, (*youngest)->order, {}, [](const auto& generation) { return generation->order; });
    waiting_.insert(place, std::move(*youngest));
    running_.erase(youngest);
    return true;
}

void Loop::fail_batch(std::int32_t status) {
    const Error error =
        status == kNoRoom
            ? Error{ErrorCode::no_memory, "the model's context memory is full", {}, 0}
            : Error{ErrorCode::internal,
                    fmt::format("the model failed to compute (llama_decode: {})", status),
                    {},
                    0};
    for (const Part& part : parts_) {
        Generation& generation = *part.generation;
        sequences_.drop(generation);
        emit_failed(generation.request.id, error);
        remove(generation);
    }
}

void Loop::advance(const Part& part) {
    Generation& generation = *part.generation;
    generation.n_in_memory += part.n_tokens;
    sequences_.keep_copies(generation);
    if (part.row >= 0) sample(generation, part.row);
}

void Loop::sample(Generation& generation, std::int32_t row) {
    Prepared& request = generation.request;
    llama_context* context = model_.context.get();
    const Result<llama_token> chosen = request.sampler->sample(context, row);
    if (!chosen) {
        sequences_.drop(generation);
        emit_failed(request.id, chosen.error());
        return remove(generation);
    }
    const llama_token token = *chosen;
    if (!generation.is_generating()) generation.first_token = Generation::Clock::now();
    ++generation.timings.n_generated;
    if (model_.vocabulary->ends_generation(token))
        return finish(generation, wire::DoneReason::stop);

    std::optional<wire::Logprob> logprob;
    if (request.logprobs) {
        const std::span<const float> logits(llama_get_logits_ith(context, row),
                                            static_cast<std::size_t>(model_.vocabulary->size()));
        logprob = make_logprob(*model_.vocabulary, logits, token, request.n_top_logprobs);
    }
    generation.tokens.push_back(token);
    if (request.want_context) generation.transcript.push_back(token);
    Answer::Step shown = request.answer->push(token, std::move(logprob));
    emit(request.id, std::move(shown.delta));
    if (shown.stopped) return finish(generation, wire::DoneReason::stop);
    if (generation.timings.n_generated >= request.n_predict) {
        return finish(generation, wire::DoneReason::length);
    }
    make_space(generation);
}

// Context shift (scheduler-runtime.md 11, layer 4), when the next token would fill the context.
void Loop::make_space(Generation& generation) {
    const std::int64_t n_ctx = model_.info.n_ctx;
    const auto n = static_cast<std::int64_t>(generation.tokens.size());
    if (n < n_ctx) return;
    const std::int64_t n_keep = std::clamp<std::int64_t>(generation.request.n_keep, 0,
                                                         std::max<std::int64_t>(0, n_ctx - 4));
    const std::int64_t n_discard = (n - 1 - n_keep) / 2;
    if (!generation.request.shift || n_discard < 1)
        return finish(generation, wire::DoneReason::length);
    sequences_.discard(generation, static_cast<std::size_t>(n_keep),
                       static_cast<std::size_t>(n_discard));
}

void Loop::finish(Generation& generation, wire::DoneReason reason) {
    Prepared& request = generation.request;
    emit(request.id, request.answer->finish());
    const auto now = Generation::Clock::now();
    wire::Done done;
    done.reason = reason;
    done.timings = generation.timings;
    done.timings.prompt_ns = nanoseconds(generation.first_token - generation.started);
    done.timings.generate_ns = nanoseconds(now - generation.first_token);
    if (request.want_context) {
        const bool has_start = !generation.prompt.empty() &&
                               generation.prompt.front() == model_.vocabulary->start_token();
        done.context.assign(generation.prompt.begin() + (has_start ? 1 : 0),
                            generation.prompt.end());
        done.context.insert(done.context.end(), generation.transcript.begin(),
                            generation.transcript.end());
    }
    sequences_.retire(generation);
    sink_({request.id, std::move(done)});
    remove(generation);
}

void Loop::remove(const Generation& generation) {
    std::erase_if(running_, [&](const auto& other) { return other.get() == &generation; });
}

void Loop::emit(std::uint64_t id, wire::Delta delta) {
    if (!is_empty(delta)) sink_({id, std::move(delta)});
}

void Loop::emit_failed(std::uint64_t id, Error error) {
    sink_({id, wire::Failed{error.code, std::move(error.message), error.http_status}});
}

}  // namespace corral::engine
