#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "store/scratch_folder.h"

namespace corral::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class StoreTest : public testing::Test {
protected:
    static ModelName name(std::string_view text) { return *ModelName::parse(text); }

    // A model with a config and one layer of that content; returns its manifest.
    static Manifest add(Store& store, std::string_view model, std::string_view content) {
        Manifest manifest;
        manifest.config = store.write_blob(kMediaConfig, "{}\n").value();
        manifest.layers.push_back(store.write_blob(kMediaModel, content).value());
        EXPECT_TRUE(store.write_manifest(name(model), manifest).has_value());
        return manifest;
    }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const StoredModel& model : store_.list()) all.push_back(model.name.short_form());
        std::ranges::sort(all);
        return all;
    }
    fs::path manifest_path(std::string_view model) const {
        return folder_ / "manifests" / name(model).manifest_path();
    }
    std::size_t n_files_in_blobs() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_ / "blobs"), {}));
    }

    ScratchFolder folder_;
    Store store_ = Store::open(folder_.path()).value();
};

TEST_F(StoreTest, WritesManifestsByteForByte) {
    const Manifest manifest = add(store_, "m", "weights");
    const std::string hex = sha256_hex("weights");
    EXPECT_EQ(
        ScratchFolder::read(manifest_path("m")),
        "{\"schemaVersion\":2,\"mediaType\":\"application/"
        "vnd.docker.distribution.manifest.v2+json\",\"config\":"
        "{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"digest\":\"sha256:" +
            sha256_hex("{}\n") +
            "\",\"size\":3},\"layers\":[{\"mediaType\":\"application/"
            "vnd.ollama.image.model\",\"digest\":\"sha256:" +
            hex + "\",\"size\":7}]}\n");
    const auto model = store_.find(name("m"));
    ASSERT_TRUE(model.has_value());
    EXPECT_EQ(model->manifest_digest_hex, sha256_hex(manifest.to_json()));
    EXPECT_EQ(model->manifest.total_size_bytes(), 10);
    EXPECT_EQ(model->manifest.layers[0], manifest.layers[0]);
    EXPECT_EQ(ScratchFolder::read(folder_ / "blobs" / ("sha256-" + hex)), "weights");
    struct stat info {};
    ASSERT_EQ(::stat((folder_ / "blobs" / ("sha256-" + hex)).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0644U);
}

TEST_F(StoreTest, WritesNullForNoLayers) {
    EXPECT_THAT(Manifest{}.to_json(), testing::EndsWith("\"layers\":null}\n"));
}

// Upstream's decoder has read 512, 1536, 3584, … bytes when its buffer is full, and hashes those.
TEST_F(StoreTest, DigestsLeaveOutANewlineBehindAFullBuffer) {
    for (const std::size_t size : {511U, 512U, 513U, 1535U, 1536U, 3584U}) {
        const std::string start = R"({"layers":null,"x":")";
        const std::string json = start + std::string(size - start.size() - 2, 'x') + "\"}";
        ScratchFolder::write(manifest_path("m"), json + "\n");
        const bool is_full = size == 512 || size == 1536 || size == 3584;
        EXPECT_EQ(store_.find(name("m"))->manifest_digest_hex,
                  sha256_hex(is_full ? json : json + "\n"))
            << size;
    }
}

TEST_F(StoreTest, ReadsManifestsOfOtherWriters) {
    const std::string digest = "sha256:" + std::string(64, 'a');
    ScratchFolder::write(
        manifest_path("me/pulled:1b"),
        R"({"SchemaVersion":2,"Config":{"digest":"","x":1},"layers":[{"MediaType":"t","digest":")" +
            digest + R"(","size":5,"from":"a:b","extra":{}}],"annotations":{}} trailing)");
    const auto model = store_.find(name("me/pulled:1b"));
    ASSERT_TRUE(model.has_value()) << model.error().message;
    EXPECT_FALSE(model->manifest.config.has_value());
    EXPECT_EQ(model->manifest.layers.at(0).from, "a:b");
    ScratchFolder::write(manifest_path("empty"), R"({"layers":null})");
    EXPECT_TRUE(store_.find(name("empty"))->manifest.layers.empty());
}

TEST_F(StoreTest, RefusesBadManifests) {
    const std::string digest = R"("sha256:)" + std::string(64, 'a') + '"';
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[]"), std::string(R"({"layers":{}})"),
          std::string(R"({"layers":[5]})"),
          std::string(R"({"layers":[{"digest":"sha256:../../x"}]})"),
          R"({"layers":[{"digest":)" + digest + R"(,"size":-1}]})"}) {
        ScratchFolder::write(manifest_path("bad"), text);
        const auto model = store_.find(name("bad"));
        ASSERT_FALSE(model.has_value()) << text;
        EXPECT_EQ(model.error().code, ErrorCode::corrupt);
        EXPECT_THAT(model.error().message, HasSubstr("/bad/latest"));
    }
    add(store_, "good", "x");
    EXPECT_THAT(names(), ElementsAre("good:latest"));
}

TEST_F(StoreTest, NamesWhatLacksADigest) {
    const auto manifest = Manifest::parse(R"({"layers":[{"mediaType":"t","digest":"","size":1}]})");
    ASSERT_FALSE(manifest.has_value());
    EXPECT_EQ(manifest.error().message, kEmptyDigest);
}

TEST_F(StoreTest, ListsNewestFirst) {
    add(store_, "old", "1");
    add(store_, "new", "2");
    ScratchFolder::make_old(manifest_path("old"));
    const auto models = store_.list();
    ASSERT_EQ(models.size(), 2U);
    EXPECT_EQ(models[0].name, name("new"));
}

TEST_F(StoreTest, IgnoresWhatIsNoManifest) {
    ScratchFolder::write(folder_ / "manifests/registry.ollama.ai/library/.hidden/latest", "{}");
    ScratchFolder::write(folder_ / "manifests/registry.ollama.ai/library/deep/er/still", "{}");
    ScratchFolder::write(folder_ / "manifests/registry.ollama.ai/stray", "{}");
    EXPECT_TRUE(store_.list().empty());
}

TEST_F(StoreTest, RefusesLinksAndDevices) {
    ScratchFolder outside;
    ScratchFolder::write(outside / "latest", "{\"layers\":null}");
    const fs::path library = folder_ / "manifests/registry.ollama.ai/library";
    fs::create_directories(library / "linked");
    fs::create_symlink(outside / "latest", library / "linked/latest");
    fs::create_directory_symlink(outside.path(), library / "linkedfolder");
    fs::create_directories(library / "fifo");
    ASSERT_EQ(::mkfifo((library / "fifo/latest").c_str(), 0600), 0);
    EXPECT_TRUE(store_.list().empty());
    for (const char* model : {"linked", "linkedfolder", "fifo"})
        EXPECT_EQ(store_.find(name(model)).error().code, ErrorCode::not_found) << model;
    EXPECT_EQ(store_.write_manifest(name("linkedfolder"), {}).error().code, ErrorCode::corrupt);

    const Digest digest = Digest::of_hex(std::string(64, 'b'));
    fs::create_symlink(outside / "latest", folder_ / "blobs" / digest.file_name());
    EXPECT_EQ(store_.blob_path(digest).error().code, ErrorCode::corrupt);
    EXPECT_FALSE(store_.has_blob(digest));
}

TEST_F(StoreTest, AdoptsTheSpellingOnDisk) {
    add(store_, "Foo/Bar:latest", "x");
    EXPECT_EQ(store_.canonical(name("foo/bar")).short_form(), "Foo/Bar:latest");
    EXPECT_EQ(store_.canonical(name("foo/baz:LATEST")).short_form(), "Foo/baz:latest");
    EXPECT_EQ(store_.canonical(name("other")).short_form(), "other:latest");
}

TEST_F(StoreTest, RefusesManifestsWithoutTheirBlobs) {
    Manifest manifest;
    manifest.layers.push_back({"type", Digest::of_hex(std::string(64, 'c')), 1});
    EXPECT_EQ(store_.write_manifest(name("m"), manifest).error().code, ErrorCode::not_found);
    EXPECT_TRUE(store_.list().empty());
}

TEST_F(StoreTest, CopiesManifestBytes) {
    ScratchFolder::write(manifest_path("a"), R"({"layers":null,"unknown":1})");
    ASSERT_TRUE(store_.copy(name("a"), name("me/b:c")).has_value());
    EXPECT_EQ(ScratchFolder::read(manifest_path("me/b:c")), R"({"layers":null,"unknown":1})");
    EXPECT_TRUE(store_.copy(name("absent"), name("absent")).has_value());
    EXPECT_EQ(store_.copy(name("absent"), name("b")).error().message,
              "model \"absent:latest\" not found");
}

TEST_F(StoreTest, CopiesLeaveTheLayersOfWhatTheyReplace) {
    add(store_, "a", "of a");
    const Digest replaced = add(store_, "b", "of b").layers[0].digest;
    ASSERT_TRUE(store_.copy(name("a"), name("b")).has_value());
    EXPECT_TRUE(store_.has_blob(replaced)) << "until it is pruned";
    ScratchFolder::make_old(folder_ / "blobs" / replaced.file_name());
    EXPECT_EQ(store_.prune().value(), 1);
    EXPECT_FALSE(store_.has_blob(replaced));
}

TEST_F(StoreTest, RemovesBesideCorruptManifests) {
    ScratchFolder::write(manifest_path("bad"), "{");
    const Digest weights = add(store_, "m", "weights").layers[0].digest;
    ASSERT_TRUE(store_.remove(name("m")).has_value());
    EXPECT_FALSE(store_.has_blob(weights));
    ASSERT_TRUE(store_.remove(name("bad")).has_value());
}

TEST_F(StoreTest, RemovesUnsharedBlobsAndEmptyFolders) {
    const Manifest a = add(store_, "me/a", "only a");
    add(store_, "b", "only b");
    ASSERT_TRUE(store_.remove(name("me/a")).has_value());
    EXPECT_FALSE(store_.has_blob(a.layers[0].digest));
    EXPECT_TRUE(store_.has_blob(a.config->digest)) << "shared with b";
    EXPECT_FALSE(fs::exists(folder_ / "manifests/registry.ollama.ai/me"));
    EXPECT_EQ(store_.remove(name("me/a")).error().code, ErrorCode::not_found);
    ASSERT_TRUE(store_.remove(name("b")).has_value());
    EXPECT_EQ(n_files_in_blobs(), 0U);
}

TEST_F(StoreTest, KeepsHeldBlobsWhileTheirManifestIsToBeWritten) {
    Manifest manifest = add(store_, "a", "shared");
    const Digest shared = manifest.layers[0].digest;
    {
        BlobHold hold = store_.hold();
        for (const Digest& digest : manifest.digests()) hold.add(digest);
        BlobHold another = store_.hold();
        another.add(shared);
        ASSERT_TRUE(store_.remove(name("a")).has_value());
        ScratchFolder::make_old(folder_ / "blobs" / shared.file_name());
        EXPECT_EQ(store_.prune().value(), 0);
        ASSERT_TRUE(store_.write_manifest(name("b"), manifest).has_value());
    }
    ASSERT_TRUE(store_.remove(name("b")).has_value());
    EXPECT_EQ(n_files_in_blobs(), 0U) << "nobody holds them any more";
}

TEST_F(StoreTest, PrunesOldUnreferencedFiles) {
    const Manifest manifest = add(store_, "m", "kept");
    const Digest loose = store_.write_blob("", "loose").value().digest;
    const Digest young = store_.write_blob("", "young").value().digest;
    ScratchFolder::write(folder_ / "blobs/sha256-123", "left by a crash");
    ScratchFolder::write(folder_ / "blobs" / (young.file_name() + "-partial"), "half");
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / "blobs"))
        if (entry.path().filename() != young.file_name()) ScratchFolder::make_old(entry.path());
    EXPECT_EQ(store_.prune().value(), 3);
    EXPECT_TRUE(store_.has_blob(manifest.layers[0].digest));
    EXPECT_TRUE(store_.has_blob(young));
    EXPECT_FALSE(store_.has_blob(loose));
}

// A large model comes in hours: its first parts are complete long before its last.
TEST_F(StoreTest, PrunesADownloadAsAWhole) {
    const fs::path partial =
        folder_ / "blobs" / (Digest::of_hex(std::string(64, 'a')).file_name() + "-partial");
    const std::vector<fs::path> files = {partial, partial.string() + "-0", partial.string() + "-1"};
    for (const fs::path& file : files) ScratchFolder::write(file, "x");
    ScratchFolder::make_old(files[1]);
    EXPECT_EQ(store_.prune().value(), 0);
    for (const fs::path& file : files) ScratchFolder::make_old(file);
    EXPECT_EQ(store_.prune().value(), 3);
}

TEST_F(StoreTest, LeavesFoldersAmongTheBlobsAlone) {
    const fs::path inside = folder_ / "blobs/mine/notes";
    ScratchFolder::write(inside, "not ours");
    ScratchFolder::make_old(inside);
    EXPECT_EQ(store_.prune().value(), 0);
    EXPECT_TRUE(fs::exists(inside));
}

TEST_F(StoreTest, PrunesNothingBesideCorruptManifests) {
    const Digest loose = store_.write_blob("", "loose").value().digest;
    ScratchFolder::make_old(folder_ / "blobs" / loose.file_name());
    ScratchFolder::write(manifest_path("bad"), "{");
    EXPECT_EQ(store_.prune().value(), 0);
    fs::remove(manifest_path("bad"));
    ScratchFolder::write(folder_ / "manifests/stray", "?");
    EXPECT_EQ(store_.prune().value(), 0);
    EXPECT_TRUE(store_.has_blob(loose));
}

TEST_F(StoreTest, RenamesBlobsOfOldInstallations) {
    const std::string hex = sha256_hex("old");
    ScratchFolder::write(folder_ / "blobs" / ("sha256:" + hex), "old");
    ScratchFolder::write(folder_ / "blobs/deeper" / ("sha256:" + hex), "old");
    ASSERT_TRUE(store_.rename_old_blobs().has_value());
    EXPECT_EQ(store_.read_blob(Digest::of_hex(hex), 100).value(), "old");
    EXPECT_TRUE(fs::exists(folder_ / "blobs/deeper" / ("sha256-" + hex)));
}

TEST_F(StoreTest, MakesReusedBlobsYoung) {
    const Layer layer = store_.write_blob(kMediaSystem, "text").value();
    const fs::path path = folder_ / "blobs" / layer.digest.file_name();
    ScratchFolder::make_old(path);
    ASSERT_TRUE(store_.write_blob(kMediaSystem, "text").has_value());
    EXPECT_LT(fs::file_time_type::clock::now() - fs::last_write_time(path),
              std::chrono::minutes(30));
    EXPECT_EQ(n_files_in_blobs(), 1U);
}

TEST_F(StoreTest, ReplacesBlobsThatWereCutShort) {
    const Layer layer = store_.write_blob("", "whole text").value();
    ScratchFolder::write(folder_ / "blobs" / layer.digest.file_name(), "whole");
    ASSERT_TRUE(store_.write_blob("", "whole text").has_value());
    EXPECT_EQ(store_.read_blob(layer.digest, 100).value(), "whole text");
    EXPECT_FALSE(store_.read_blob(layer.digest, 5).has_value()) << "longer than the limit";
}

TEST_F(StoreTest, AbandonedBlobsLeaveNothing) {
    {
        BlobWriter writer = store_.create_blob().value();
        ASSERT_TRUE(writer.write(std::string_view("half")).has_value());
        EXPECT_EQ(n_files_in_blobs(), 1U);
    }
    EXPECT_EQ(n_files_in_blobs(), 0U);
}

// Limits the size of files for a scope, which makes writes fail as a full disk does.
class SmallFiles {
public:
    explicit SmallFiles(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SmallFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST_F(StoreTest, FailedWritesLeaveTheOldState) {
    add(store_, "m", "old");
    const std::string before = ScratchFolder::read(manifest_path("m"));
    const std::size_t n_before = n_files_in_blobs();
    const SmallFiles full(100);
    const auto blob = store_.write_blob("", std::string(5000, 'x'));
    ASSERT_FALSE(blob.has_value());
    EXPECT_EQ(blob.error().code, ErrorCode::io);
    EXPECT_THAT(blob.error().message, HasSubstr((folder_ / "blobs").string()));
    Manifest large;
    for (int i = 0; i < 10; ++i)
        large.layers.push_back({"type", Digest::of_hex(std::string(64, 'c')), 1});
    EXPECT_FALSE(store_.write_manifest(name("m"), large).has_value());
    EXPECT_EQ(ScratchFolder::read(manifest_path("m")), before);
    EXPECT_EQ(n_files_in_blobs(), n_before);
}

mode_t mode_of(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777U;
}

TEST_F(StoreTest, ModesAreThoseOfUpstream) {
    const mode_t before = ::umask(0);
    Store store = Store::open(folder_ / "deep/er").value();
    add(store, "local", "x");
    ASSERT_TRUE(store.write_manifest_bytes(name("pulled"), R"({"layers":null})").has_value());
    ::umask(before);
    for (const char* folder : {"deep", "deep/er/blobs", "deep/er/manifests/registry.ollama.ai"})
        EXPECT_EQ(mode_of(folder_ / folder), 0755U) << folder;
    const fs::path library = folder_ / "deep/er/manifests/registry.ollama.ai/library";
    EXPECT_EQ(mode_of(library / "local/latest"), 0666U);
    EXPECT_EQ(mode_of(library / "pulled/latest"), 0644U);
}

TEST_F(StoreTest, SaysWhichFolderCannotBeMade) {
    ScratchFolder::write(folder_ / "file", "");
    const auto store = Store::open(folder_ / "file/models");
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().message,
              fmt::format("mkdir {}: Not a directory: ensure path elements are traversable",
                          (folder_ / "file").string()));
}

TEST_F(StoreTest, MakesFoldersAgainThatSomebodyRemoved) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path()))
        fs::remove_all(entry.path());
    EXPECT_TRUE(store_.list().empty());
    add(store_, "m", "weights");
    EXPECT_THAT(names(), ElementsAre("m:latest"));
}

class BuiltinTest : public StoreTest {
protected:
    BuiltinTest() {
        Store builder = Store::open(builtin_.path()).value();
        manifest_ = add(builder, "cria", "built-in weights");
    }
    ScratchFolder builtin_;
    Manifest manifest_;
    Store store_ = Store::open(folder_.path(), {builtin_.path(), "/nowhere"}).value();
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const StoredModel& model : store_.list()) all.push_back(model.name.short_form());
        return all;
    }
};

TEST_F(BuiltinTest, FindsWithoutCopying) {
    EXPECT_THAT(names(), ElementsAre("cria:latest"));
    EXPECT_TRUE(store_.find(name("cria"))->read_only);
    EXPECT_EQ(store_.blob_path(manifest_.layers[0].digest)->parent_path(), builtin_ / "blobs");
    EXPECT_EQ(n_files_in_blobs(), 0U);
    EXPECT_EQ(store_.canonical(name("CRIA")), name("cria"));
}

TEST_F(BuiltinTest, RemovingHidesAndRestoringShows) {
    EXPECT_FALSE(store_.restore(name("cria")).value()) << "it is not hidden";
    ASSERT_TRUE(store_.remove(name("cria")).has_value());
    EXPECT_TRUE(names().empty());
    EXPECT_EQ(store_.find(name("cria")).error().code, ErrorCode::not_found);
    EXPECT_EQ(store_.remove(name("cria")).error().code, ErrorCode::not_found);
    EXPECT_TRUE(fs::exists(builtin_ / "blobs" / manifest_.layers[0].digest.file_name()));
    EXPECT_TRUE(store_.restore(name("cria")).value());
    EXPECT_FALSE(fs::exists(folder_ / "corral-hidden"));
    EXPECT_THAT(names(), ElementsAre("cria:latest"));
    EXPECT_FALSE(store_.restore(name("other")).value());
}

TEST_F(BuiltinTest, CopiesStandOnTheirOwn) {
    ASSERT_TRUE(store_.copy(name("cria"), name("mine")).has_value());
    fs::remove_all(builtin_.path());
    EXPECT_EQ(store_.read_blob(manifest_.layers[0].digest, 100).value(), "built-in weights");
    EXPECT_THAT(names(), ElementsAre("mine:latest"));
}

TEST_F(BuiltinTest, BlobsOfItsOwnFolderComeFirst) {
    const Digest digest = manifest_.layers[0].digest;
    ASSERT_TRUE(store_.copy(name("cria"), name("mine")).has_value());
    EXPECT_EQ(store_.blob_path(digest)->parent_path(), folder_ / "blobs");
    const std::size_t home = store_.find(name("cria"))->home;
    EXPECT_EQ(store_.blob_path(digest, home)->parent_path(), builtin_ / "blobs");
    for (const ManifestFile& file : store_.scan())
        EXPECT_EQ(file.home, file.name == name("cria") ? home : 0U);
    fs::remove(builtin_ / "blobs" / digest.file_name());
    EXPECT_EQ(store_.blob_path(digest, home)->parent_path(), folder_ / "blobs");
}

TEST_F(BuiltinTest, OwnModelsComeFirst) {
    add(store_, "cria", "my own");
    ASSERT_EQ(store_.list().size(), 1U);
    EXPECT_FALSE(store_.find(name("cria"))->read_only);
    ASSERT_TRUE(store_.remove(name("cria")).has_value());
    EXPECT_TRUE(names().empty()) << "the built-in one does not come in its place";
    add(store_, "cria", "again");
    EXPECT_THAT(names(), ElementsAre("cria:latest"));
}

}  // namespace
}  // namespace corral::store
