#pragma once

// Purpose: the continuous-batching loop: the one thread that touches the model's context.
//
// A step takes one token of every generating sequence and fills up with prompt chunks, decodes
// once, samples and emits.
//
// Who runs: in order of arrival, up to n_parallel, as long as the cells they need are there (those
// of cached prefixes count as free).
//
// Prompt share: bounded by Pace; three quarters go to the prompts with least left, one quarter to
// the oldest, so that a short request passes a long one and none starves.
//
// Who waits for a place is told it about once a second.
//
// No room: cached prefixes are given up, oldest first; then the youngest generation loses its place
// and computes its tokens again later. What was generated stays, so nobody sees a difference but
// time.
//
// Images and sounds of prompts are encoded beside the loop and read in batches of their own, one a
// step, behind the tokens; until they are encoded, their request waits and the others go on.
//
// Threads: add and cancel from any thread; everything else on the loop's own. Events go to
// the sink on that thread.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "engine/batch.h"
#include "engine/media/batch.h"
#include "engine/media/encoder.h"
#include "engine/model.h"
#include "engine/pace.h"
#include "engine/sequences.h"

namespace corral::engine {

class Loop {
public:
    using Sink = std::function<void(wire::FromRunner event)>;

    // `model` outlives the loop.
    Loop(const Model& model, Sink sink);
    // Cancels what is running and joins the thread.
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void add(Prepared request);
    void cancel(std::uint64_t id);

private:
    struct Inbox {
        std::vector<Prepared> added;
        std::vector<std::uint64_t> cancelled;
        std::vector<EncodedPiece> encoded;
        bool stop = false;

        bool empty() const {
            return added.empty() && cancelled.empty() && encoded.empty() && !stop;
        }
    };
    struct Part {  // of a batch
        Generation* generation;
        std::size_t n_tokens;
        std::int32_t row;  // of the last one's logits, or -1
        bool tells;        // each one has its logits, in the rows that end with that
    };

    void run();
    bool take_inbox(bool has_work);
    void accept(Prepared request);
    void cancel_now(std::uint64_t id);

    bool admit();
    bool has_cells_for(const Generation& generation) const;
    void begin(Generation& generation);
    void tell_places();

    bool step();
    void plan();
    void plan_prompts();
    void add_part(Generation& generation, std::size_t n_tokens);
    bool decode();
    bool make_room();
    void fail_batch(std::int32_t status);
    void advance(const Part& part);
    void tell_prompt(Generation& generation, const Part& part);
    std::span<const float> logits(std::int32_t row) const;
    void sample(Generation& generation, std::int32_t row);
    void make_space(Generation& generation);
    void finish(Generation& generation, wire::DoneReason reason);
    void remove(const Generation& generation);
    // Images and sounds: loop_media.cpp.
    void request_media(Generation& generation, std::size_t from);
    void take_encoded(EncodedPiece encoded);
    Generation* next_with_media() const;
    std::size_t read_media(std::int64_t budget);
    std::int32_t decode_media(const Generation& generation, const MediaPiece& piece, std::size_t n);

    void fail_generation(Generation& generation, Error error);
    void emit(Generation& generation, wire::Delta delta);
    void emit_failed(std::uint64_t id, Error error);

    const Model& model_;
    Sink sink_;
    Sequences sequences_;
    Pace pace_;
    Batch batch_;
    MediaBatch media_batch_;
    std::int64_t prompt_budget_ = 0;  // tokens of prompts that this step may read
    std::vector<Part> parts_;
    Generations running_;
    Generations waiting_;  // by order of arrival
    std::uint64_t next_order_ = 0;

    Guarded<Inbox> inbox_;
    std::condition_variable inbox_changed_;
    std::unique_ptr<MediaEncoder> encoder_;  // when the model has a projector
    std::thread thread_;
};

}  // namespace corral::engine
