#pragma once

// Purpose: for tests: what llama.cpp answers by itself to a prompt with images and sounds, read
// with mtmd's own helper in one go.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/batch.h"
#include "engine/vocabulary.h"
#include "llama-cpp.h"
#include "mtmd-helper.h"
#include "wire/request.h"

namespace corral::engine {

struct Question {
    std::string text;  // with [img-N]
    std::vector<std::string> images;

    wire::TextPrompt prompt() const { return {{}, text, images}; }
};

class HelperReference {
public:
    HelperReference(const llama_model* model, const std::string& projector_path,
                    std::int32_t min_tokens)
        : model_(model) {
        mtmd_context_params params = mtmd_context_params_default();
        params.n_threads = 1;
        params.print_timings = false;
        params.warmup = false;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        params.image_min_tokens = min_tokens;
        projector_.reset(mtmd_init_from_file(projector_path.c_str(), model, params));
    }

    struct Answer {
        Tokens tokens;
        std::size_t n_prompt = 0;       // tokens and vectors
        std::size_t n_text_prompt = 0;  // tokens, without the start token
    };

    Answer answer(const Question& question, std::size_t n) {
        const mtmd::input_chunks_ptr chunks = divide(question);
        const llama_context_ptr context = fresh_context();
        Answer answer;
        answer.n_prompt = mtmd_helper_get_n_tokens(chunks.get());
        for (std::size_t i = 0; i < mtmd_input_chunks_size(chunks.get()); ++i) {
            const mtmd_input_chunk* chunk = mtmd_input_chunks_get(chunks.get(), i);
            if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT)
                answer.n_text_prompt += mtmd_input_chunk_get_n_tokens(chunk);
        }
        --answer.n_text_prompt;
        llama_pos position = 0;
        EXPECT_EQ(mtmd_helper_eval_chunks(projector_.get(), context.get(), chunks.get(), 0, 0, 1024,
                                          true, &position),
                  0);
        const llama_vocab* vocab = llama_model_get_vocab(model_);
        while (answer.tokens.size() < n) {
            const float* logits = llama_get_logits_ith(context.get(), -1);
            auto token = static_cast<llama_token>(
                std::max_element(logits, logits + llama_vocab_n_tokens(vocab)) - logits);
            if (llama_vocab_is_eog(vocab, token)) break;
            answer.tokens.push_back(token);
            Batch batch(1);
            batch.add(0, position++, std::span(&token, 1), true);
            EXPECT_EQ(llama_decode(context.get(), batch.get()), 0);
        }
        return answer;
    }

private:
    mtmd::input_chunks_ptr divide(const Question& question) {
        std::string text = question.text;
        mtmd::bitmaps bitmaps;
        for (std::size_t at; (at = text.find("[img-")) != std::string::npos;) {
            const std::string& file = question.images[static_cast<std::size_t>(text[at + 5] - '0')];
            text.replace(at, 7, mtmd_default_marker());
            bitmaps.entries.emplace_back(mtmd_helper_bitmap_init_from_buf(
                                             projector_.get(),
                                             reinterpret_cast<const unsigned char*>(file.data()),
                                             file.size(), false, mtmd_helper_init_opt_default())
                                             .bitmap);
        }
        mtmd::input_chunks_ptr chunks(mtmd_input_chunks_init());
        const mtmd_input_text input{text.data(), text.size(), true, true};
        auto pointers = bitmaps.c_ptr();
        EXPECT_EQ(
            mtmd_tokenize(projector_.get(), chunks.get(), &input, pointers.data(), pointers.size()),
            0);
        return chunks;
    }

    llama_context_ptr fresh_context() const {
        llama_context_params params = llama_context_default_params();
        params.n_ctx = 2048;
        params.n_batch = 1024;
        params.n_ubatch = 1024;
        params.n_threads = 1;
        params.n_threads_batch = 1;
        params.swa_full = true;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        params.type_k = GGML_TYPE_F32;
        params.type_v = GGML_TYPE_F32;
        return llama_context_ptr(llama_init_from_model(const_cast<llama_model*>(model_), params));
    }

    const llama_model* model_;
    mtmd::context_ptr projector_;
};

}  // namespace corral::engine
