#include "registry/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/files.h"
#include "base/text.h"

namespace corral::registry {
namespace {

namespace fs = std::filesystem;

class KeysTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "corral-keys-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }
    fs::path folder_;
};

KeyPair sample() {
    KeyPair pair;
    pair.seed.fill('s');
    pair.public_key.fill('p');
    return pair;
}

TEST_F(KeysTest, WritesTheOpenSshFormats) {
    EXPECT_EQ(public_key_line(sample()),
              "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw");
    const std::string file = private_key_file(sample(), 7);
    const auto lines = split(file, '\n');
    EXPECT_EQ(lines.front(), "-----BEGIN OPENSSH PRIVATE KEY-----");
    EXPECT_EQ(lines[lines.size() - 2], "-----END OPENSSH PRIVATE KEY-----");
    for (const std::string_view line : lines) EXPECT_LE(line.size(), 64U);

    std::string encoded;
    for (std::size_t i = 1; i + 2 < lines.size(); ++i) encoded += lines[i];
    const std::string container = base64_decode(encoded).value();
    EXPECT_TRUE(container.starts_with(std::string("openssh-key-v1\0\0\0\0\4none", 23)));
    EXPECT_NE(container.find(std::string(32, 's') + std::string(32, 'p')), std::string::npos);
    // 15 bytes of magic, 3 fields, count, public blob; then the section, padded to eights.
    EXPECT_EQ((container.size() - 15 - 8 - 8 - 4 - 4 - 4 - 51 - 4) % 8, 0U);
}

TEST_F(KeysTest, MakesAPairOnce) {
    const fs::path home = folder_ / "made" / ".ollama";
    const auto line = ensure_key_pair(home);
    ASSERT_TRUE(line) << line.error().message;
    ASSERT_TRUE(*line);
    EXPECT_EQ(read_file(home / "id_ed25519.pub", 1000).value(), **line + "\n");
    struct stat status {};
    ASSERT_EQ(::stat((home / "id_ed25519").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(ensure_key_pair(home).value(), std::nullopt);
}

TEST_F(KeysTest, SaysWhereItCannotWrite) {
    const fs::path file = folder_ / "file";
    ASSERT_TRUE(write_file_atomic(file, "x"));
    const auto line = ensure_key_pair(file / ".ollama");
    ASSERT_FALSE(line);
    EXPECT_NE(line.error().message.find(file.string()), std::string::npos);
}

}  // namespace
}  // namespace corral::registry
