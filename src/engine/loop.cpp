#include "engine/loop.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <mutex>
#include <utility>

#include "engine/decode_status.h"
#include "engine/logprobs.h"

namespace corral::engine {
namespace {

constexpr std::chrono::seconds kTellPlaceEvery{1};

std::int64_t nanoseconds(Generation::Clock::duration time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

std::unique_ptr<MediaEncoder> make_encoder(const Model& model, MediaEncoder::OnEncoded on_encoded) {
    if (model.projector == nullptr) return nullptr;
    return std::make_unique<MediaEncoder>(*model.projector, std::move(on_encoded));
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
      media_batch_(static_cast<std::size_t>(llama_model_n_embd_inp(model.weights.get())),
                   model.projector != nullptr && model.projector->has_grid_positions()),
      encoder_(make_encoder(model,
                            [this](EncodedPiece encoded) {
                                inbox_.lock()->encoded.push_back(std::move(encoded));
                                inbox_changed_.notify_one();
                            })),
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

void Loop::cancel(std::uint64_t id) {
    inbox_.lock()->cancelled.push_back(id);
    inbox_changed_.notify_one();
}

void Loop::run() {
    bool has_work = false;
    while (take_inbox(has_work)) {
        const bool admitted = admit();
        tell_places();
        has_work = step() || admitted;
    }
    for (const Generations* all : {&running_, &waiting_}) {
        for (const auto& generation : *all) emit_failed(generation->request.id, cancelled());
    }
}

// Waits for news when there is nothing else to do. False when the loop is to end.
bool Loop::take_inbox(bool has_work) {
    Inbox inbox;
    {
        auto held = inbox_.lock();
        if (!has_work) {
            held.wait(inbox_changed_, [&held] { return !held->empty(); });
            if (model_.threads) model_.threads->resume();
        }
        inbox = std::exchange(*held, {});
    }
    for (Prepared& request : inbox.added) accept(std::move(request));
    for (EncodedPiece& encoded : inbox.encoded) take_encoded(std::move(encoded));
    for (std::uint64_t id : inbox.cancelled) cancel_now(id);
    return !inbox.stop;
}

void Loop::accept(Prepared request) {
    if (request.render_only) return sink_(shown_prompt(model_, request));
    auto generation = std::make_unique<Generation>();
    generation->order = next_order_++;
    generation->arrived = Generation::Clock::now();
    generation->tokens = std::move(request.tokens);
    generation->timings.n_prompt = static_cast<std::int64_t>(generation->tokens.size());
    generation->timings.n_prompt_dropped = request.n_dropped;
    if (request.want_context) generation->prompt = generation->tokens;
    generation->request = std::move(request);
    waiting_.push_back(std::move(generation));
}

void Loop::cancel_now(std::uint64_t id) {
    if (encoder_) encoder_->forget(id);
    const auto is_it = [id](const auto& generation) { return generation->request.id == id; };
    if (std::erase_if(waiting_, is_it) > 0) return emit_failed(id, cancelled());
    const auto found = std::ranges::find_if(running_, is_it);
    if (found == running_.end()) return;  // it has just ended
    sequences_.retire(**found);
    running_.erase(found);
    emit_failed(id, cancelled());
}

// True when a request has begun.
bool Loop::admit() {
    bool admitted = false;
    std::int64_t n_passed =
        0;  // looking at every one of a long queue would cost more than it gives
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        if (std::ssize(running_) >= model_.info.n_parallel || !has_cells_for(**next)) break;
        if (sequences_.should_wait(**next, running_)) {
            if (++n_passed > model_.info.n_parallel) break;
            ++next;
            continue;
        }
        begin(**next);
        running_.push_back(std::move(*next));
        next = waiting_.erase(next);
        admitted = true;
    }
    return admitted;
}

void Loop::tell_places() {
    if (waiting_.empty()) return;
    const auto now = Generation::Clock::now();
    std::int64_t position = 0;
    for (const auto& generation : waiting_) {
        ++position;
        if (now - generation->arrived < kTellPlaceEvery) continue;
        generation->arrived = now;
        wire::Delta place;
        place.queue_position = position;
        sink_({generation->request.id, std::move(place)});
    }
}

bool Loop::has_cells_for(const Generation& generation) const {
    if (running_.empty()) return true;
    return generation.n_cells_wanted() + sequences_.cells_wanted(running_) <= model_.n_cells;
}

void Loop::begin(Generation& generation) {
    sequences_.acquire(generation, running_);
    request_media(generation, generation.n_in_memory);
    if (generation.started != Generation::Clock::time_point()) return;  // it comes back
    generation.started = Generation::Clock::now();
    generation.timings.n_prompt_cached = static_cast<std::int64_t>(generation.n_in_memory);
    if (generation.request.echo) emit(generation, generation.request.echo->begin());
}

// False when there was nothing to do.
bool Loop::step() {
    const auto start = Generation::Clock::now();
    bool did_something = false;
    for (plan(); !parts_.empty(); plan()) {
        did_something = true;
        if (decode()) break;
    }
    std::int64_t n_generating = 0;
    for (const Part& part : parts_) n_generating += part.n_tokens == 1 ? 1 : 0;
    const std::int64_t n_prompt = batch_.size() - n_generating;
    for (const Part& part : parts_) advance(part);
    const std::size_t n_media = read_media(prompt_budget_ - n_prompt);
    if (!did_something && n_media == 0) return false;
    pace_.record(n_generating, n_prompt + static_cast<std::int64_t>(n_media),
                 milliseconds_since(start));
    if (model_.threads) model_.threads->adapt();
    return true;
}

void Loop::plan() {
    batch_.clear();
    parts_.clear();
    for (const auto& generation : running_) {
        if (generation->n_pending() == 1 && generation->n_pending_text() == 1) {
            add_part(*generation, 1);
        }
    }
    plan_prompts();
}

void Loop::plan_prompts() {
    std::vector<Generation*> prompts;
    for (const auto& generation : running_) {
        if (generation->n_pending() > 1 && generation->n_pending_text() > 0) {
            prompts.push_back(generation.get());
        }
    }
    const bool shares_with_media = next_with_media() != nullptr;
    prompt_budget_ =
        pace_.prompt_tokens(std::ssize(parts_), std::ssize(prompts) + (shares_with_media ? 1 : 0));
    if (prompts.empty()) return;
    std::int64_t budget = shares_with_media ? (prompt_budget_ + 1) / 2 : prompt_budget_;
    std::ranges::sort(prompts, {}, &Generation::n_pending);
    Generation* oldest = *std::ranges::min_element(prompts, {}, &Generation::order);
    std::int64_t reserved = prompts.front() == oldest ? 0 : std::max<std::int64_t>(1, budget / 4);
    // The context has room for the logits of one token a sequence; prompts that are told share what
    // the others leave.
    std::int64_t n_spare_outputs =
        std::max<std::int64_t>(0, model_.n_sequences - std::ssize(running_));
    for (Generation* generation : prompts) {
        if (generation == oldest) reserved = 0;
        const std::int64_t n =
            std::min<std::int64_t>({budget - reserved, batch_.room() - reserved,
                                    static_cast<std::int64_t>(sequences_.readable(*generation)),
                                    static_cast<std::int64_t>(generation->n_pending_text())});
        if (n <= 0) continue;
        const std::int64_t n_read =
            generation->tells_prompt() ? std::min(n, 1 + n_spare_outputs) : n;
        if (generation->tells_prompt()) n_spare_outputs -= n_read - 1;
        add_part(*generation, static_cast<std::size_t>(n_read));
        budget -= n_read;
    }
}

void Loop::add_part(Generation& generation, std::size_t n_tokens) {
    const bool wants_logits = n_tokens == generation.n_pending();
    const std::span tokens = std::span(generation.tokens).subspan(generation.n_in_memory, n_tokens);
    const std::int32_t row = batch_.add(
        generation.sequence, generation.position(generation.n_in_memory), tokens, wants_logits);
    const bool tells = generation.tells_prompt();
    if (tells) batch_.want_outputs(n_tokens);
    parts_.push_back({&generation, n_tokens, wants_logits || tells ? row : -1, tells});
}

// False when the batch has to be planned again.
bool Loop::decode() {
    const std::lock_guard turn(*model_.turns);
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
    for (const Part& part : parts_) fail_generation(*part.generation, decode_error(status));
}

void Loop::fail_generation(Generation& generation, Error error) {
    sequences_.drop(generation);
    emit_failed(generation.request.id, std::move(error));
    remove(generation);
}

void Loop::advance(const Part& part) {
    Generation& generation = *part.generation;
    if (part.tells) tell_prompt(generation, part);
    generation.n_in_memory += part.n_tokens;
    sequences_.keep_copies(generation);
    if (part.row >= 0 && generation.n_pending() == 0) sample(generation, part.row);
}

// The tokens that follow those of the part, by what the model expected there.
void Loop::tell_prompt(Generation& generation, const Part& part) {
    Echo& echo = *generation.request.echo;
    const std::int32_t first_row = part.row + 1 - static_cast<std::int32_t>(part.n_tokens);
    for (std::size_t i = 0; i < part.n_tokens; ++i) {
        echo.add(generation.n_in_memory + i + 1, logits(first_row + static_cast<std::int32_t>(i)));
    }
    emit(generation, echo.take());
}

std::span<const float> Loop::logits(std::int32_t row) const {
    return {llama_get_logits_ith(model_.context.get(), row),
            static_cast<std::size_t>(model_.vocabulary->size())};
}

void Loop::sample(Generation& generation, std::int32_t row) {
    Prepared& request = generation.request;
    if (!generation.is_generating()) generation.first_token = Generation::Clock::now();
    if (request.n_predict == 0) return finish(generation, wire::DoneReason::length);
    const Result<llama_token> chosen = request.sampler->sample(model_.context.get(), row);
    if (!chosen) return fail_generation(generation, chosen.error());
    const llama_token token = *chosen;
    ++generation.timings.n_generated;
    if (model_.vocabulary->ends_generation(token))
        return finish(generation, wire::DoneReason::stop);

    std::optional<wire::Logprob> logprob;
    if (request.logprobs) {
        logprob = make_logprob(*model_.vocabulary, logits(row), token, request.n_top_logprobs);
    }
    generation.tokens.push_back(token);
    if (request.want_context) generation.transcript.push_back(token);
    Answer::Step shown = request.answer->push(token, std::move(logprob));
    emit(generation, std::move(shown.delta));
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
    const bool shifts = generation.request.shift && model_.projector == nullptr;
    if (!shifts || n_discard < 1) return finish(generation, wire::DoneReason::context_full);
    sequences_.discard(generation, static_cast<std::size_t>(n_keep),
                       static_cast<std::size_t>(n_discard));
}

void Loop::finish(Generation& generation, wire::DoneReason reason) {
    Prepared& request = generation.request;
    emit(generation, request.answer->finish());
    const auto now = Generation::Clock::now();
    wire::Done done;
    done.reason = reason;
    done.timings = generation.timings;
    done.timings.n_thinking = request.answer->n_thinking();
    done.stop_text = request.answer->stop_text();
    done.timings.prompt_ns = nanoseconds(generation.first_token - generation.started);
    done.timings.generate_ns = nanoseconds(now - generation.first_token);
    if (request.want_context) {
        const bool has_start = !generation.prompt.empty() &&
                               generation.prompt.front() == model_.vocabulary->start_token();
        done.context.assign(generation.prompt.begin() + (has_start ? 1 : 0),
                            generation.prompt.end());
        std::erase_if(done.context, [](llama_token token) { return token < 0; });  // media
        done.context.insert(done.context.end(), generation.transcript.begin(),
                            generation.transcript.end());
    }
    sequences_.retire(generation);
    sink_({request.id, std::move(done)});
    remove(generation);
}

void Loop::remove(const Generation& generation) {
    if (encoder_) encoder_->forget(generation.request.id);
    const auto is_it = [&](const auto& other) { return other.get() == &generation; };
    if (std::erase_if(running_, is_it) == 0) std::erase_if(waiting_, is_it);
}

void Loop::emit(Generation& generation, wire::Delta delta) {
    if (is_empty(delta)) return;
    if (!std::exchange(generation.has_shown, true)) {
        delta.n_prompt = generation.timings.n_prompt;
        delta.n_prompt_cached = generation.timings.n_prompt_cached;
    }
    sink_({generation.request.id, std::move(delta)});
}

void Loop::emit_failed(std::uint64_t id, Error error) {
    sink_({id, wire::Failed{error.code, std::move(error.message), error.http_status}});
}

}  // namespace corral::engine
