"""What proves sections 15 to 17 of the OpenAI and Anthropic specification, row by row.

Each entry of PROOFS is a section, the row in the specification's words, and the names of tests that prove it;
test_proofs.py sees to it that they exist. A name is one of

    v4.1 max_tokens, 8.9 a copy         a row of sections/, by its id
    test_messages.py::test_a_call       a function of a pytest file, from tests/
    openai-js: logprobs                 a test of a JavaScript client's suite (tests/clients/)
    ChatStream.IsTheGoldenTrace         a unit test

Rows of section 15 are those of priority P0 and P1, and some of P2. ABSENT has those we do not have, with the reason.
"""

PYTHON_OPENAI = "clients/openai-python/test_openai_python.py"
PYTHON_ANTHROPIC = "clients/anthropic-python/test_anthropic_python.py"
BROKEN = "test_broken_streams.py::test_a_stream_ends_with_the_error_of_its_dialect"
CHOICE = "test_tool_choice.py"

ROBUSTNESS = {
    "chat/completions, completions: failure after the first byte": [BROKEN],
    "responses: failure after the first byte": [BROKEN, "ResponseStream.EndsWithWhatItHas"],
    "messages: failure after the first byte": [
        BROKEN, "test_messages.py::test_a_stream_that_fails_ends_with_an_error_event", "AnthropicErrors.HaveTypes"],
    "any, engine ended without a final chunk": [
        "test_generation.py::test_the_same_text_again_and_again_ends_the_answer", "OpenAiReader.TakesNoHalfAnswerForAWholeOne",
        "test_remote.py::test_the_death_of_a_remote_is_told_in_every_dialect"],
    "Keep-alive": ["NextPiece.PingsAClientThatWaits", "MessageStream.IsTheGoldenTrace"],
}

CHAT = {
    "max_completion_tokens": ["v4.1 max_completion_tokens wins", f"{PYTHON_OPENAI}::test_chat"],
    "tool_choice": [f"{CHOICE}::test_required_calls_something", f"{CHOICE}::test_a_named_function_is_called",
                    f"{CHOICE}::test_none_and_auto", f"{CHOICE}::test_allowed_tools_leave_the_prompt_as_it_is"],
    "array content split into several messages": ["ChatRequest.KeepsPartsTogether",
                                                  "openai-js: parts of a message are one message"],
    "streamed/non-streamed ids collide": ["test_openai.py::test_ids_are_unique_and_a_stream_has_one"],
    "developer role": ["ChatRequest.KeepsPartsTogether"],
    "reasoning_content on input": ["ChatRequest.KeepsPartsTogether"],
    "reasoning_content on output": ["v15.5 thoughts by both names", "v15.5 thoughts by both names, streamed"],
    "parallel_tool_calls:false": [f"{CHOICE}::test_one_call_only"],
    "n": ["v4.1 several choices", "openai-js: several choices", "ChatRequest.CountsTheSeedOnForItsChoices"],
    "logit_bias": ["test_openai.py::test_logit_bias_decides", "v4.1 logit_bias"],
    "usage details": ["test_openai.py::test_cached_tokens_are_counted", f"{PYTHON_OPENAI}::test_reasoning"],
    "logprobs completeness": ["v4.5 logprobs", "openai-js: logprobs"],
    "keep_alive, options{}, num_ctx, top_k, …": [
        "test_openai.py::test_keep_alive_is_passed_on", "test_openai.py::test_num_ctx_is_passed_on", "v4.1 options",
        "ChatRequest.PutsOptionsInLayers", "v15.5 unless they ask to be cut", "v3 a format that is none"],
    "think, thinking, enable_thinking, chat_template_kwargs": [
        "v4.2 think, as the native API has it", "v4.2 thinking, as Anthropic's API has it", "v4.2 enable_thinking",
        "v4.2 chat_template_kwargs", "v4.2 reasoning.effort wins"],
    "remote image URLs": [
        *(f"test_image_urls.py::{test}" for test in (
            "test_an_image_is_fetched", "test_what_cannot_be_fetched_is_told", "test_hosts_that_are_not_listed_are_not_asked",
            "test_all_of_the_internet_does_not_begin_at_home", "test_images_are_not_without_number")),
        "ImageFetcher.DoesNotWaitForEver", "ImageHosts.AreNearOnlyWhereTheAddressItselfIsListed", "ImageHosts.AreNotHiddenInUrls",
        "v4.4 an image at 'https://a.test/x.png'", "v8.2 an image at a URL"],
    "data URL strictness": ["ImageUrl.IsBase64OfAnImage"],
    "function.arguments as object or empty string in history": [
        "v4.3 arguments that are an object already", "v15.2 arguments of nothing"],
    "content part refusal; file with inline text": [
        "v15.2 refusals and files of text are text", "v15.2 a PDF is not dropped silently"],
    "tools[].function.strict, unknown schema keywords": [
        *(f"StrictToolsTest.{test}" for test in (
            "HoldArgumentsToTheirSchema", "KnowBoundsOfNumbers", "AreShownAsTheyWereDefined",
            "AreHeldToThatOnceTheyAreNamedWithoutAMark")),
        *(f"test_strict_tools.py::{test}" for test in (
            "test_arguments_follow_their_schema", "test_of_required_calls_too", "test_models_see_all_of_a_schema",
            "test_a_schema_that_cannot_be_followed_is_refused"))],
    "large integers in arguments": ["ChatRequest.KeepsPartsTogether"],
    "tool arguments streaming": [
        "ChatOutputTest.TellsCallsWhileTheyAreWritten", "ChatOutputTest.TellsLongCallsInLinearTime",
        "ChatOutputTest.ACallThatIsCutOffStaysTold", "ChatStream.TellsCallsInPieces",
        *(f"test_streamed_calls.py::{test}" for test in (
            "test_chat_completions", "test_responses", "test_one_call_only", "test_a_call_that_is_cut_off",
            "test_what_is_not_streamed_is_whole")),
        "OpenAiReader.PutsToolCallsTogether", "test_remote.py::test_calls_are_passed_on_as_they_come"],
}

RESPONSES = {
    "Item lifecycle": ["ResponseStream.ClosesTextBeforeACall", "ResponseStream.ThinksAgainAfterText"],
    "output never null; created_at constant": [
        "v8.1 no input only loads", "ResponseStream.EndsWithWhatItHas",
        "test_openai.py::test_a_response_keeps_the_time_at_which_it_was_created"],
    "Terminal event on failure": [BROKEN],
    "previous_response_id": [
        "v15.3 a previous response that does not exist", "v15.3 a response that does not exist",
        "openai-js: a response is kept, and deleted", "openai-js: a response calls a tool, and answers its result",
        "StoredResponses.AreBoundedInBytes", "StoredResponses.ForgetsWhatWasNotUsedForTheLongestTime"],
    "custom tools": ["v8.2 a custom call and its result", "ResponseStream.CallsCustomTools", "ResponseTools.ComeInManyForms"],
    "custom tools and their grammar": [
        "CustomTools.AreFunctionsOfOneText", "test_custom_tools.py::test_a_text_follows_its_grammar",
        "test_custom_tools.py::test_what_cannot_be_enforced_is_refused", "v8.2 a custom call and its result"],
    "Other history items": [
        "test_openai.py::test_items_are_found_by_reference", "v8.2 a reference to nothing", "v8.2 items that models do not read",
        "v15.3 an item of type mcp_call is skipped", "v15.3 what a computer showed is skipped",
        "v15.3 a local shell's call and output"],
    "Content parts refusal, summary_text, reasoning_text, input_audio, input_file": [
        "v15.3 a part of type refusal", "v15.3 a part of type summary_text", "v15.3 a part of type reasoning_text",
        "v15.3 a part of type input_audio", "v15.3 a part of type input_file"],
    "reasoning item without encrypted_content": ["ResponseInput.BecomesAConversation"],
    "text.format.type json_object": ["ResponseRequest.TakesWhatItCan"],
    "tool_choice, parallel_tool_calls, max_tool_calls": [
        "ResponseRequest.ChoosesTools", "v8.3 tool_choice none", "v8.3 tool_choice required",
        "v8.3 a tool_choice that is not offered"],
    "Token-limit cut": ["v8.1 max_output_tokens", "v8.5 a stream that is cut off ends like others",
                        "v15.5 a stream that is cut off"],
    "usage details": ["test_openai.py::test_cached_tokens_are_counted", f"{PYTHON_OPENAI}::test_responses"],
    "summary_part events": ["ResponseStream.IsTheGoldenTrace", "v8.5 a stream with thoughts"],
    "truncation disabled sent explicitly": ["v15.3 a prompt that does not fit and may not be cut"],
}

MESSAGES = {
    "POST /v1/messages/count_tokens": ["v15.6 a count", "v15.6 a count of tools and system",
                                       "anthropic-js: counts of tokens are exact",
                                       "test_openai.py::test_counting_loads_no_model",
                                       "test_openai.py::test_many_counts_at_a_time"],
    "content:null, missing stop_reason/stop_sequence keys": [
        "MessageBody.TellsWhyItEnded", "MessageStream.IsTheGoldenTrace", "MessageStream.OfNothingIsWholeToo"],
    "tool_choice, disable_parallel_tool_use": [
        "v10.4 tool_choice none", "v10.4 tool_choice auto", "v10.4 tool_choice any", "v10.4 tool_choice tool",
        "v10.4 tool_choice of nobody"],
    "stop_sequence": ["v10.2 a stop sequence is told", "test_messages.py::test_a_stop_sequence"],
    "Error events": [BROKEN],
    "Exact input_tokens in message_start": ["anthropic-js: counts of tokens are exact"],
    "cache_creation_input_tokens, cache_read_input_tokens": ["test_openai.py::test_cached_tokens_are_counted"],
    "Thinking signature": ["MessageStream.IsTheGoldenTrace", "MessageBody.HasTheBlocks",
                           "anthropic-js: thinking goes back into the conversation"],
    "Several thinking blocks": ["MessageStream.LosesNoBlock"],
    "thinking.budget_tokens": [
        *(f"ThinkingLimitTest.{test}" for test in (
            "EndsThoughtsThatNeverEnd", "KnowsThoughtsThatThePromptBegan", "LeavesShortThoughtsAlone", "FinishesACharacter")),
        *(f"test_thinking_limit.py::{test}" for test in (
            "test_messages", "test_a_stream_has_both_blocks", "test_the_native_option", "test_a_format_comes_behind_them",
            "test_a_budget_below_zero_is_refused"))],
    "Fine-grained input_json_delta": ["MessageStream.TellsCallsInPieces", "MessageStream.ACallThatIsCutOffWasNotMade",
                                      "test_streamed_calls.py::test_messages"],
    "image with source.type url": ["test_image_urls.py::test_an_image_is_fetched", "v10.3 an image of a URL"],
    "document blocks": [
        "v10.3 a document of text", "v10.3 a PDF is not dropped silently", "v15.4 a document of blocks",
        "v15.4 a document of text in base64", "v15.4 a document in a tool_result",
        "v15.4 a PDF in a tool_result is not dropped silently"],
    "tool_result.is_error": ["MessagesRequest.HasTheConversation"],
    "Tool name on tool results": ["MessagesRequest.HasTheConversation"],
    "output_config.format / output_format": ["v10.2 a format", "v10.2 a format by its old name"],
    "stop_reason model_context_window_exceeded": ["MessageBody.TellsWhyItEnded",
                                                  "EngineTest.WithoutShiftEndsWhenTheContextIsFull"],
    "Over-long prompt": ["v15.5 prompts that do not fit are refused", "PromptLimit.NumbersAreThoseOfTheEngine"],
    "GET /v1/models with an anthropic-version header": ["v7 the list for clients of Anthropic's API", "anthropic-js: models"],
}

CROSS_CUTTING = {
    "tool_choice: model decides": [f"{CHOICE}::test_none_and_auto", "v10.4 tool_choice auto"],
    "tool_choice: never": [f"{CHOICE}::test_none_and_auto", "v8.3 tool_choice none", "v10.4 tool_choice none"],
    "tool_choice: must call something": [f"{CHOICE}::test_required_calls_something",
                                         f"{CHOICE}::test_a_go_template_shows_what_is_required", f"{CHOICE}::test_thinking_comes_first",
                                         "v8.3 tool_choice required", "v10.4 tool_choice any"],
    "tool_choice: must call X": [f"{CHOICE}::test_a_named_function_is_called", "ResponseRequest.ChoosesTools",
                                 "v10.4 tool_choice tool", f"{CHOICE}::test_what_cannot_be_had_is_refused"],
    "tool_choice: subset": [f"{CHOICE}::test_allowed_tools_leave_the_prompt_as_it_is"],
    "tool_choice: one call only": [f"{CHOICE}::test_one_call_only", "ResponseRequest.ChoosesTools", "MessagesRequest.OffersTools"],
    "CORS headers": ["test_messages.py::test_pages_may_use_the_sdk"],
    "Optional API keys": ["v15.5 no key", "v15.5 a wrong key", "v15.5 a key", "ApiKeys.EitherHeaderBringsAKey"],
    "Useful code and param values": ["v4.1 no messages", "v4.3 no content", "v4.3 a schema that is none",
                                     "v8.2 a part of an unknown type", "v8.3 a schema that is none", "Field.IsAPathFromTheOutside",
                                     "Reader.NamesTheField"],
    "SDK retries": ["v3 what will not pass is not to be tried again", "Refusal.TellsWhetherToTryAgain",
                    "test_scheduler.py::test_a_full_queue_refuses_with_retry_after"],
}

NEW_ENDPOINTS = {
    "POST /v1/messages/count_tokens": MESSAGES["POST /v1/messages/count_tokens"],
    "POST /v1/rerank": ["v15.6 an answer of /v1/rerank", "v15.6 top_n", "v15.6 return_documents",
                        "test_rerank.py::test_the_best_document_comes_first"],
    "POST /tokenize": ["v15.6 tokens tokens of a text, and back, by /v1/", "v15.6 tokens a conversation", "v15.6 tokens pieces",
                       "test_tokens.py::test_pieces_are_the_bytes_of_the_text"],
    "POST /detokenize": ["v15.6 tokens tokens of a text, and back, by /api/",
                         "test_tokens.py::test_a_text_comes_back_as_it_was"],
    "GET /v1/models/{ns}/{name} and percent-encoded form": [
        "v7 a model in a namespace", "v15.6 a model in a namespace, escaped"],
}

EMBEDDINGS_AND_OTHERS = {
    "Embeddings: token arrays": ["v6 input of [1, 2]", "test_openai.py::test_embeddings_of_tokens",
                                 "EmbeddingsRequest.TakesTokensWhereItMay", "EmbeddingTest.TextsMayComeAsTokens"],
    "GET /v1/models extra fields": ["v7 a model by its short name", "v7 an empty list"],
    "Completions: prompt array of strings": ["v15.7 completions of several prompts, several times",
                                             "openai-js: completions of several prompts"],
    "Completions: logprobs output": ["v15.7 logprobs of completions", "openai-js: a streamed completion, and logprobs"],
    "Completions: echo": ["test_openai.py::test_echo_tells_the_prompt_first",
                          "test_openai.py::test_echo_tells_how_probable_a_prompt_is", "v5 echo"],
    "Completions: raw:true": ["test_openai.py::test_raw_prompts_skip_the_template"],
    "Transcription: error mid-generation": ["test_broken_streams.py::test_a_transcription_that_breaks_off_is_an_error"],
}

KEPT_DEFAULTS = {
    "temperature=1/top_p=1 overriding the Modelfile": [
        "Precedence.AModelsOwnParametersCanGoFirst",
        "test_openai.py::test_the_parameters_of_a_model_go_first_where_the_switch_says_so"],
    "Thinking on by default": ["v4.5 content beside reasoning", "v8.5 a stream with thoughts", "v10.2 an answer"],
    "system_fingerprint, owned_by, service_tier": ["v4.6 a stream", "v7 a model in a namespace",
                                                   "ResponseStream.IsTheGoldenObject"],
    "Unknown fields ignored": ["v1.3 unknown keys, and keys in other cases", "v1.3 what only informs is ignored",
                               "v10.2 what only informs is ignored"],
    "content:\"\" in reasoning frames": ["ChatStream.IsTheGoldenTrace"],
    "tool_calls[].index in non-streaming answers": ["v4.5 a tool call"],
}

TRACES = {
    "16.1 chat/completions": ["ChatStream.IsTheGoldenTrace", "ChatStream.PutsThinkingAndTextIntoChunksOfTheirOwn"],
    "16.2 responses": ["ResponseStream.IsTheGoldenTrace"],
    "16.2b text, then a tool call": ["ResponseStream.ClosesTextBeforeACall"],
    "16.3 messages": ["MessageStream.IsTheGoldenTrace"],
    "16.4 chat history": ["ChatRequest.KeepsPartsTogether"],
    "16.4 responses input": ["ResponseInput.BecomesAConversation"],
    "16.4 Anthropic user message": ["MessagesRequest.HasTheConversation"],
}

CHECKLIST = {
    "messages:[] on chat; missing model": ["v4.1 no messages", "v3 no model", "v3 completions without a model"],
    "Envelopes": ["v3 a model that is not there", "OpenAiErrors.HaveTheirEnvelope", "AnthropicErrors.HaveTypes",
                  "v10.1 a model that is not there"],
    "Unknown model: 404 in both dialects, before any SSE header": ["v3 a stream that cannot begin is no stream",
                                                                   "v10.1 before any header of a stream"],
    "Empty body, broken JSON, wrong field type": [
        "v1.3 an empty body", "v1.3 a cut body", "v1.3 a wrong type", "v1.3 a list", "v8.1 an empty body", "v10.1 an empty body",
        "v10.1 a cut body", "v10.1 a list"],
    "Streams: framing": ["v4.6 a stream", "v4.6 with the usage", "v4.6 nothing but the end", "v5 a stream", "v8.5 a stream",
                         "ChatStream.IsTheGoldenTrace", "MessageStream.IsTheGoldenTrace"],
    "Completions stream: zero usage": ["v5 a stream"],
    "finish_reason precedence": ["FinishReason.OfALimitGoesBeforeThatOfACall", "MessageBody.HasTheBlocks"],
    "Reasoning effort table": [*(f"v4.2 {effort}" for effort in (
        "none", "minimal", "low", "medium", "high", "xhigh", "ultra", "max")), "v4.2 a word that is none",
        "v4.2 a model that does not think", "v10.2 thinking of a model that cannot"],
    "Image data-URL rules": ["v4.4 an image at 'https://a.test/x.png'", "v4.4 an image at 'data:image/png;base64,%%'",
                             "ImageUrl.IsBase64OfAnImage", "v10.3 an image of a URL"],
    "Embeddings": ["EmbeddingsAnswer.HasTheSpecsBase64", "test_openai.py::test_shortened_vectors_are_normalised_again",
                   "v6 another encoding", "v6 an empty text is a text"],
    "Responses: assembly, namespace tools, web_search_call, event order": [
        "ResponseInput.BecomesAConversation", "ResponseTools.ComeInManyForms", "v8.2 items that models do not read",
        "ResponseStream.IsTheGoldenTrace", "ResponseStream.ClosesTextBeforeACall"],
    "function_call_output.output as array with an image": [
        "ResponseInput.BecomesAConversation", "test_vision.py::test_what_a_tool_gives_may_be_an_image"],
    "zstd request bodies": [
        "DecompressZstd.GivesBackWhatWasCompressed", "DecompressZstd.IsBounded", "DecompressZstd.TellsWhatIsNoZstd",
        *(f"v15.5 a compressed body of /v1/{route}" for route in ("chat/completions", "messages", "responses", "embeddings")),
        *(f"v15.5 a compressed body that is {what}" for what in ("cut off", "too much", "none", "cut off, of /v1/messages"))],
    ":model retrieve echoes the requested id": ["v7 a model by its short name", "v7 a model in a namespace"],
    "Multipart transcription": ["v9 the words", "v9 the words as text", "v9 no model", "v9 no file", "v9 an empty file",
                                "v9 no form"],
    "SDK smoke tests: OpenAI": [
        f"{PYTHON_OPENAI}::test_chat", f"{PYTHON_OPENAI}::test_the_streaming_helper", f"{PYTHON_OPENAI}::test_responses",
        f"{PYTHON_OPENAI}::test_the_responses_helper", f"{PYTHON_OPENAI}::test_embeddings", f"{PYTHON_OPENAI}::test_models",
        f"{PYTHON_OPENAI}::test_transcriptions", "openai-js: a chat completion", "openai-js: the streaming helper gathers the message",
        "openai-js: a response", "openai-js: the responses helper gathers the response",
        "openai-js: embeddings, as base64 and as numbers", "openai-js: models are listed and found",
        "openai-js: transcriptions, whole and streamed"],
    "SDK smoke tests: Anthropic": [
        f"{PYTHON_ANTHROPIC}::test_a_message", f"{PYTHON_ANTHROPIC}::test_the_streaming_helper",
        f"{PYTHON_ANTHROPIC}::test_counts_are_exact", "anthropic-js: a message", "anthropic-js: a streamed message is the same text",
        "anthropic-js: counts of tokens are exact"],
    "SDK smoke tests: Vercel and LangChain": [
        "applications: ai: a tool goes round in a stream", "applications: ai: responses: a tool goes round in a stream",
        "applications: ai: anthropic: a tool goes round in a stream", "applications: langchain: a tool goes round",
        "applications: langchain: anthropic: a tool goes round", "applications: langchain: embeddings"],
    "Tool-call round trips of section 14": [
        "clients/test_agents.py::test_claude_code", "clients/test_agents.py::test_codex", "clients/test_agents.py::test_opencode",
        "test_tools.py::test_an_agent_loop", "test_tools.py::test_parallel_calls"],
    "Fault injection": [BROKEN, "test_broken_streams.py::test_an_answer_that_is_not_streamed_is_an_error",
                        "test_broken_streams.py::test_a_transcription_that_breaks_off_is_an_error"],
}

PROOFS = [(section, row, tests) for section, table in (
    ("15.1", ROBUSTNESS), ("15.2", CHAT), ("15.3", RESPONSES), ("15.4", MESSAGES), ("15.5", CROSS_CUTTING),
    ("15.6", NEW_ENDPOINTS), ("15.7", EMBEDDINGS_AND_OTHERS), ("15.8", KEPT_DEFAULTS), ("16", TRACES), ("17", CHECKLIST))
          for row, tests in table.items()]

# What is refused or left as upstream has it, why, and the tests that show how.
ABSENT = {
    ("15.8", "Always-200 streaming error in Responses web-search mode"): (
        "there is no search of the web: the tool is not offered to models", ["v10.4 a search of the web is not offered"]),
}
