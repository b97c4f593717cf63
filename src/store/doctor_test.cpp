#include "store/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "store/scratch_folder.h"
#include "store/store.h"

namespace corral::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DoctorTest : public testing::Test {
protected:
    static ModelName name(std::string_view text) { return *ModelName::parse(text); }
    Manifest add(std::string_view model, std::string_view content) {
        Manifest manifest;
        manifest.config = store_.write_blob(kMediaConfig, "{}\n").value();
        manifest.layers.push_back(store_.write_blob(kMediaModel, content).value());
        EXPECT_TRUE(store_.write_manifest(name(model), manifest).has_value());
        return manifest;
    }
    fs::path blob(const Manifest& manifest) const {
        return folder_ / "blobs" / manifest.layers[0].digest.file_name();
    }
    fs::path manifest_path(std::string_view model) const {
        return folder_ / "manifests" / name(model).manifest_path();
    }
    Examination examined(const ExamineOptions& options = {}) const {
        return examine(folder_.path(), options).value();
    }
    std::vector<fs::path> repair(const Examination& examination) const {
        return move_damage_aside(folder_.path(), examination.findings).value();
    }
    static std::vector<Finding::Kind> kinds(const Examination& examination) {
        std::vector<Finding::Kind> kinds;
        for (const Finding& finding : examination.findings) kinds.push_back(finding.kind);
        return kinds;
    }

    ScratchFolder folder_;
    Store store_ = Store::open(folder_.path()).value();
};

TEST_F(DoctorTest, FindsNothingInAGoodStore) {
    add("a", "weights");
    add("b", "weights");
    const auto result = examined();
    EXPECT_EQ(result.n_models, 2U);
    EXPECT_EQ(result.n_blobs, 2U);
    EXPECT_EQ(result.blob_bytes, 10U);
    EXPECT_THAT(result.findings, IsEmpty());
    EXPECT_THAT(result.incomplete, IsEmpty());
}

TEST_F(DoctorTest, SaysWhenThereIsNoStore) {
    EXPECT_EQ(examine(folder_ / "none", {}).error().code, ErrorCode::not_found);
    EXPECT_FALSE(fs::exists(folder_ / "none"));
}

TEST_F(DoctorTest, FindsAlteredBlobs) {
    const Manifest manifest = add("a", "weights");
    ScratchFolder::write(blob(manifest), "Weights");
    ExamineOptions quick;
    quick.digests = false;
    EXPECT_THAT(kinds(examined(quick)), IsEmpty()) << "the size is right";

    const auto result = examined();
    ASSERT_THAT(kinds(result), ElementsAre(Finding::Kind::bad_blob));
    EXPECT_THAT(result.findings[0].text, HasSubstr(sha256_hex("Weights")));
    EXPECT_THAT(result.incomplete, ElementsAre("a:latest"));
    EXPECT_THAT(repair(result), ElementsAre(folder_ / "corral-damaged" / "blobs" /
                                            manifest.layers[0].digest.file_name()));
    EXPECT_THAT(kinds(examined()), ElementsAre(Finding::Kind::missing_blob));

    add("a", "weights");  // as a pull would
    EXPECT_THAT(kinds(examined()), IsEmpty());
}

TEST_F(DoctorTest, FindsBlobsCutShortEvenInAHurry) {
    ScratchFolder::write(blob(add("a", "weights")), "wei");
    ExamineOptions quick;
    quick.digests = false;
    EXPECT_THAT(kinds(examined(quick)), ElementsAre(Finding::Kind::bad_blob));
}

TEST_F(DoctorTest, KeepsAGoodBlobOfWhichAManifestLies) {
    Manifest manifest = add("a", "weights");
    manifest.layers[0].size_bytes = 5;
    ScratchFolder::write(manifest_path("a"), manifest.to_json());
    const auto result = examined();
    EXPECT_THAT(kinds(result), ElementsAre(Finding::Kind::wrong_size));
    EXPECT_THAT(repair(result), IsEmpty());
}

TEST_F(DoctorTest, MovesBadManifestsAside) {
    ScratchFolder::write(manifest_path("bad"), "{");
    ScratchFolder::write(folder_ / "manifests/stray", "?");
    const auto result = examined();
    EXPECT_THAT(kinds(result),
                ElementsAre(Finding::Kind::bad_manifest, Finding::Kind::bad_manifest));
    EXPECT_EQ(repair(result).size(), 2U);
    EXPECT_EQ(ScratchFolder::read(folder_ / "corral-damaged/manifests/stray"), "?");
    EXPECT_THAT(kinds(examined()), IsEmpty());
}

TEST_F(DoctorTest, NeverReplacesWhatWasMovedBefore) {
    for (const char* text : {"1", "2"}) {
        ScratchFolder::write(folder_ / "manifests/stray", text);
        repair(examined());
    }
    EXPECT_EQ(ScratchFolder::read(folder_ / "corral-damaged/manifests/stray"), "1");
    EXPECT_EQ(ScratchFolder::read(folder_ / "corral-damaged/manifests/stray.1"), "2");
}

TEST_F(DoctorTest, MovesLinksAndFifosAsTheyAre) {
    const Manifest manifest = add("a", "weights");
    fs::rename(blob(manifest), folder_ / "elsewhere");
    fs::create_symlink(folder_ / "elsewhere", blob(manifest));
    ASSERT_EQ(::mkfifo((folder_ / "blobs/fifo").c_str(), 0600), 0);
    fs::create_directory_symlink(folder_ / "blobs", folder_ / "manifests/linked");
    const auto result = examined();
    EXPECT_THAT(kinds(result), ElementsAre(Finding::Kind::not_a_file, Finding::Kind::not_a_file,
                                           Finding::Kind::not_a_file, Finding::Kind::missing_blob));
    EXPECT_EQ(repair(result).size(), 3U);
    EXPECT_EQ(ScratchFolder::read(folder_ / "elsewhere"), "weights") << "the link moved, no more";
}

TEST_F(DoctorTest, OnlyNotesWhatHousekeepingRemoves) {
    const Layer loose = store_.write_blob("", "loose").value();
    const fs::path blobs = folder_ / "blobs";
    for (const std::string& name :
         {std::string("sha256-123"), loose.digest.file_name() + "-partial-0", std::string("notes")})
        ScratchFolder::write(blobs / name, "x");
    const auto result = examined();
    EXPECT_THAT(kinds(result),
                testing::UnorderedElementsAre(Finding::Kind::orphan, Finding::Kind::leftover,
                                              Finding::Kind::leftover, Finding::Kind::stray));
    EXPECT_THAT(repair(result), IsEmpty());
}

TEST_F(DoctorTest, AcceptsBlobsOfOtherFolders) {
    const Manifest manifest = add("a", "weights");
    ScratchFolder other;
    fs::create_directories(other / "blobs");
    fs::rename(blob(manifest), other / "blobs" / manifest.layers[0].digest.file_name());
    EXPECT_THAT(kinds(examined()), ElementsAre(Finding::Kind::missing_blob));
    ExamineOptions options;
    options.other_folders = {other.path()};
    EXPECT_THAT(kinds(examined(options)), IsEmpty());
}

TEST_F(DoctorTest, CanBeStopped) {
    add("a", "weights");
    ExamineOptions options;
    options.on_progress = [](std::uint64_t, std::uint64_t total) { return total != 10; };
    EXPECT_EQ(examine(folder_.path(), options).error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace corral::store
