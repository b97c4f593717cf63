#include "gguf/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gguf/gguf_builder.h"

namespace corral::gguf {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kF32 = 0;
constexpr std::uint32_t kQ4K = 12;

GgufBuilder sound() {
    GgufBuilder builder;
    builder.text("general.architecture", "llama")
        .count("llama.context_length", 2048)
        .number("llama.rope.freq_base", ValueType::f32, 10000.0F)
        .texts("tokenizer.ggml.tokens", {"a", "b", "c"})
        .numbers<std::int32_t>("tokenizer.ggml.token_type", ValueType::i32, {1, -2, 3})
        .text("tokenizer.chat_template", "{{ messages }}")
        .tensor("token_embd.weight", {256, 3}, kQ4K, 0)
        .tensor("norm.weight", {4}, kF32, 448)
        .data(464);
    return builder;
}

void check_refused(const std::string& bytes, const std::string& reason) {
    for (const ReadMode mode : {ReadMode::header, ReadMode::full}) {
        const auto file = parse(bytes, mode);
        ASSERT_FALSE(file.has_value()) << reason;
        EXPECT_THAT(file.error().message, HasSubstr(reason));
    }
}

TEST(Gguf, ReadsMetadataAndTensors) {
    const auto file = parse(sound().build(), ReadMode::header);
    ASSERT_TRUE(file.has_value()) << file.error().message;
    EXPECT_EQ(file->architecture(), "llama");
    EXPECT_EQ(file->get_integer(file->scoped("context_length")), 2048U);
    EXPECT_EQ(file->get_number("llama.rope.freq_base"), 10000.0);
    EXPECT_EQ(file->get_string("tokenizer.chat_template"), "{{ messages }}");
    EXPECT_EQ(file->get_integer("general.architecture"), std::nullopt);
    ASSERT_EQ(file->tensors().size(), 2U);
    EXPECT_EQ(file->tensors()[0].type->name, "Q4_K");
    EXPECT_EQ(file->tensors()[0].size_bytes, 432U);
    EXPECT_EQ(file->parameter_count(), 772U);
}

TEST(Gguf, KeepsElementsOfArraysAsTheModeSays) {
    const std::string bytes = sound().build();
    const auto tokens = [](const File& file) {
        return std::get<Array>(*file.find("tokenizer.ggml.tokens"));
    };
    const auto header = parse(bytes, ReadMode::header);
    const auto full = parse(bytes, ReadMode::full);
    ASSERT_TRUE(header && full);
    EXPECT_EQ(tokens(*header).n_elements, 3U);
    EXPECT_TRUE(tokens(*header).elements.empty());
    EXPECT_EQ(std::get<std::string>(tokens(*full).elements.at(2)), "c");
    const auto types = std::get<Array>(*header->find("tokenizer.ggml.token_type"));
    EXPECT_EQ(std::get<std::int64_t>(types.elements.at(1)), -2);
}

TEST(Gguf, SummaryStopsAtTheTokenizer) {
    const auto file = parse(sound().build(), ReadMode::summary);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->metadata().size(), 3U);
    EXPECT_TRUE(file->tensors().empty());
}

TEST(Gguf, OfEqualKeysTheLastCounts) {
    const auto file =
        parse(GgufBuilder().text("a", "one").text("a", "two").build(), ReadMode::header);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->get_string("a"), "two");
    EXPECT_EQ(file->metadata().size(), 1U);
}

TEST(Gguf, RefusesWhatIsNoGguf) {
    check_refused("", "the file is empty");
    check_refused("GG", "not a GGUF file");
    check_refused("PK\x03\x04 something else entirely", "not a GGUF file");
    check_refused("FUGG" + sound().build().substr(4), "big-endian");
    GgufBuilder old = sound();
    old.version = 1;
    check_refused(old.build(), "GGUF version 1 is not supported");
    old.version = 0x03000000;
    check_refused(old.build(), "is not supported");
}

TEST(Gguf, RefusesEveryTruncation) {
    const std::string whole = sound().build();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto file = parse(std::string_view(whole).substr(0, length), ReadMode::full);
        EXPECT_FALSE(file.has_value()) << "cut after " << length << " of " << whole.size();
    }
}

TEST(Gguf, RefusesAbsurdCounts) {
    GgufBuilder builder = sound();
    builder.claimed_tensors = 1ULL << 60;
    check_refused(builder.build(), "claims 1152921504606846976 tensors, more than fit");
    builder.claimed_tensors.reset();
    builder.claimed_keys = ~0ULL;
    check_refused(builder.build(), "metadata keys, more than fit");
}

TEST(Gguf, RefusesStringsLongerThanTheFile) {
    std::string bytes = GgufBuilder().text("general.architecture", "llama").build();
    const auto length_at = bytes.size() - 5 - 8;
    bytes[length_at] = 100;
    check_refused(bytes, "GGUF string length 100 exceeds the 5 bytes left in the file");
    bytes[length_at + 7] = 0x10;
    check_refused(bytes, "exceeds maximum");
}

TEST(Gguf, RefusesImpossibleArrays) {
    const auto with_array = [](ValueType type, std::uint64_t n) {
        return GgufBuilder().begin_array("a", type, n).build();
    };
    check_refused(with_array(ValueType::u8, 1ULL << 60), "GGUF array size");
    check_refused(with_array(ValueType::u64, 1000), "more than fit into the file");
    check_refused(with_array(ValueType::array, 1), "invalid array type: 9");
    check_refused(with_array(static_cast<ValueType>(77), 1), "invalid array type: 77");
    check_refused(GgufBuilder().number("a", static_cast<ValueType>(13), 1).build(),
                  "invalid type 13");
}

TEST(Gguf, RefusesImpossibleTensors) {
    const auto with_tensor = [](const std::vector<std::uint64_t>& shape, std::uint32_t type,
                                std::uint64_t offset) {
        return GgufBuilder().tensor("t", shape, type, offset).data(64).build();
    };
    check_refused(with_tensor({16}, kF32, 64), "exceeds file size");
    check_refused(with_tensor({17}, kF32, 0), "exceeds file size");
    check_refused(with_tensor({16}, kF32, ~0ULL - 31), "exceeds file size");
    check_refused(with_tensor({16}, kF32, 4), "not a multiple of 32");
    check_refused(with_tensor({1ULL << 32, 1ULL << 32}, kF32, 0), "too many elements");
    check_refused(with_tensor({1ULL << 62}, kF32, 0), "too many elements");
    check_refused(with_tensor({1, 1, 1, 1, 1}, kF32, 0), "dimensions 5 exceeds maximum 4");
    check_refused(with_tensor({100}, kQ4K, 0), "rows of 100 elements");
    check_refused(with_tensor({16}, 4, 0), "unknown type 4");
    check_refused(with_tensor({16}, 4000, 0), "unknown type 4000");
    check_refused(
        GgufBuilder().tensor("t", {1}, kF32, 0).tensor("t", {1}, kF32, 32).data(64).build(),
        "occurs twice");
}

TEST(Gguf, RefusesBadAlignment) {
    for (const std::uint32_t alignment : {0U, 3U, 1U << 31})
        check_refused(GgufBuilder().count("general.alignment", alignment).build(),
                      "invalid GGUF alignment");
}

TEST(Gguf, SurvivesEveryFlippedBit) {
    const std::string whole = sound().build();
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::string bytes = whole;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        (void)parse(bytes, ReadMode::full);
    }
}

class GgufFile : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(path_); }
    void write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("corral-gguf-" + std::to_string(::getpid()));
};

TEST_F(GgufFile, ReadsTheSameFromDisk) {
    GgufBuilder builder = sound();
    const std::string long_text(600'000, 'x');  // longer than the reader's window
    write(builder.text("general.description", long_text)
              .texts("z", std::vector<std::string>(100'000, "token"))
              .build());
    const auto file = read(path_, ReadMode::header);
    ASSERT_TRUE(file.has_value()) << file.error().message;
    EXPECT_EQ(file->get_string("general.description"), long_text);
    EXPECT_EQ(std::get<Array>(*file->find("z")).n_elements, 100'000U);
    EXPECT_EQ(file->tensors().size(), 2U);
    EXPECT_TRUE(has_magic(path_).value());
}

TEST_F(GgufFile, NamesTheFileInErrors) {
    EXPECT_EQ(read(path_, ReadMode::header).error().code, ErrorCode::not_found);
    write("");
    const auto empty = read(path_, ReadMode::header);
    ASSERT_FALSE(empty.has_value());
    EXPECT_EQ(empty.error().message, path_.string() + ": the file is empty");
    EXPECT_FALSE(has_magic(path_).value());
    EXPECT_FALSE(read("/dev/null", ReadMode::header).has_value());
}

TEST(GgufTypes, NamesFileTypes) {
    EXPECT_EQ(file_type_name(0), "F32");
    EXPECT_EQ(file_type_name(15), "Q4_K_M");
    EXPECT_EQ(file_type_name(18), "Q6_K");
    EXPECT_EQ(file_type_name(32), "BF16");
    EXPECT_EQ(file_type_name(40), "Q1_0");
    EXPECT_EQ(file_type_name(5), "unknown");
    EXPECT_EQ(file_type_name(1000), "unknown");
}

}  // namespace
}  // namespace corral::gguf
