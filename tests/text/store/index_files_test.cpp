#include "text/store/index_files.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "engine/storage/npy.h"
#include "engine/support/error.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

using eckart::testing::read_bytes;
using eckart::testing::write_bytes;
using Json = nlohmann::json;

/// An index whose files and manifest can be changed before a store is made of them again, with true checksums: what a
/// program of another version might have written.
class ChangedIndex {
  public:
    ChangedIndex() {
        const SmallIndex made(random_documents(30, 9), plain("6"));
        files = bytes_of(made.path());
        manifest = Json::parse(made.index.info().description_json);
        for (const auto* own : {"manifest_checksum", "format_version", "kind", "files"}) manifest.erase(own);
        files.erase("manifest.json");
    }

    template <class T>
    std::vector<T> array(std::string_view name) const {
        const TemporaryFolder folder;
        write_bytes(folder / "array", files.at(std::string(name)));
        const MappedArray<T> mapped(folder / "array");
        return {mapped.values().begin(), mapped.values().end()};
    }

    template <class T>
    void replace(std::string_view name, const std::vector<T>& values, std::vector<std::int64_t> shape = {}) {
        const TemporaryFolder folder;
        if (shape.empty()) shape = {static_cast<std::int64_t>(values.size())};
        write_npy<T>(folder / "array", values, shape);
        files[std::string(name)] = read_bytes(folder / "array");
    }

    /// The message of the DamagedError with which the index is refused; empty if it opens.
    std::string refusal() const {
        const TemporaryFolder folder;
        StoreWriter writer = StoreWriter::begin(folder / "index");
        for (const auto& [name, bytes] : files) write_bytes(writer.file(name), bytes);
        writer.publish(index_kind, manifest.dump());
        return message_of<DamagedError>([&] { Index::open(folder / "index").search("aword1 plain2"); });
    }

    std::map<std::string, std::string> files;
    Json manifest;
};

const ChangedIndex& whole() {
    static const ChangedIndex index;
    return index;
}

bool names(const std::string& message, std::string_view file) {
    return message.find(file) != std::string::npos;
}

}  // namespace

TEST_CASE("the index opens when nothing was changed") {
    CHECK(whole().refusal().empty());
    CHECK(whole().files.size() == 38);
}

TEST_CASE("each file that is missing, empty, cut short or no array is damage that names the file") {
    for (const auto& file : whole().files) {
        const auto& [name, bytes] = file;
        if (name == index_file::residuals) continue;  // for people and NumPy; searching does not open it
        CAPTURE(file.first);
        ChangedIndex changed = whole();
        changed.files.erase(name);
        CHECK(names(changed.refusal(), name));
        for (const auto& wrong : {std::string(), bytes.substr(0, 5), bytes.substr(0, bytes.size() / 2), "x" + bytes,
                                  std::string(bytes.size(), '\0')}) {
            changed.files[name] = wrong;
            CHECK(names(changed.refusal(), name));
        }
    }
}

TEST_CASE("a file that changed its size on the disk is damage that names the file") {
    const SmallIndex made(random_documents(30, 9), plain("6"));
    const std::string generation = made.path() + "/" + StoreReader::open(made.path()).generation() + "/";
    for (const auto& file : bytes_of(made.path())) {
        const auto& [name, bytes] = file;
        if (name == "manifest.json") continue;
        std::filesystem::resize_file(generation + name, bytes.size() - 1);
        CAPTURE(file.first);
        CHECK(names(message_of<DamagedError>([&] { Index::open(made.path()); }), name));
        write_bytes(generation + name, bytes);
    }
    CHECK(Index::open(made.path()).info().documents == 30);
}

TEST_CASE("an index of another version is refused, and the message says what to do") {
    ChangedIndex changed = whole();
    changed.manifest.erase("index_version");
    CHECK(changed.refusal() ==
          "the index was made by an earlier version; make it again with eckart index SOURCE -o INDEX");
    changed.manifest["index_version"] = index_version + 1;
    CHECK(changed.refusal() == "the index was made by a later version of eckart; use that one");
}

TEST_CASE("bytes of forms that their offsets do not span, and languages that there are none of, are damage") {
    for (const std::string_view name :
         {index_file::form_bytes, index_file::form_documents, index_file::form_positions}) {
        ChangedIndex changed = whole();
        auto values = changed.array<std::uint8_t>(name);
        values.pop_back();
        changed.replace<std::uint8_t>(name, values);
        CHECK(names(changed.refusal(), "offsets"));
    }
    ChangedIndex changed = whole();
    changed.replace<std::uint8_t>(index_file::document_languages, std::vector<std::uint8_t>(30, 200));
    CHECK(names(changed.refusal(), index_file::document_languages));
}

TEST_CASE("an array of another shape or type is damage that names the file") {
    const auto one_less = [](auto type, std::string_view name, std::int64_t columns = 1) {
        using T = decltype(type);
        ChangedIndex changed = whole();
        auto values = changed.array<T>(name);
        values.resize(values.size() - static_cast<std::size_t>(columns));
        const auto rows = static_cast<std::int64_t>(values.size()) / columns;
        changed.replace<T>(name, values, columns > 1 ? std::vector<std::int64_t>{rows, columns} : std::vector{rows});
        CAPTURE(std::string(name));
        CHECK(names(changed.refusal(), name));
    };

    one_less(std::int64_t{}, index_file::term_offsets);
    one_less(std::int64_t{}, index_file::posting_offsets);
    one_less(std::int32_t{}, index_file::posting_documents);
    one_less(float{}, index_file::posting_counts);
    one_less(float{}, index_file::token_counts);
    one_less(std::int32_t{}, index_file::latent_rows);
    one_less(float{}, index_file::global_weights);
    one_less(float{}, index_file::term_vectors, 6);
    one_less(double{}, index_file::singular_values);
    one_less(float{}, index_file::document_vectors, 6);
    one_less(float{}, index_file::document_lengths);
    one_less(std::int64_t{}, index_file::text_offsets, 2);
    one_less(std::int64_t{}, index_file::form_offsets);
    one_less(std::int64_t{}, index_file::form_document_offsets);
    one_less(std::int64_t{}, index_file::form_position_offsets);
    one_less(std::int32_t{}, index_file::title_lengths);
    one_less(std::uint8_t{}, index_file::document_languages);

    ChangedIndex changed = whole();
    changed.replace<double>(index_file::token_counts, std::vector<double>(30, 1));
    CHECK(names(changed.refusal(), index_file::token_counts));
    changed = whole();
    changed.replace<float>(index_file::term_vectors, changed.array<float>(index_file::term_vectors));
    CHECK(names(changed.refusal(), index_file::term_vectors));
}

TEST_CASE("offsets that fall or do not span what they point into are damage that names the file") {
    for (const auto name : {index_file::posting_offsets, index_file::term_offsets}) {
        for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{20}}) {
            for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{1} << 40}) {
                ChangedIndex changed = whole();
                auto offsets = changed.array<std::int64_t>(name);
                offsets[at] = value;
                changed.replace(name, offsets);
                CAPTURE(at);
                CHECK_FALSE(changed.refusal().empty());
                if (name == index_file::posting_offsets) CHECK(names(changed.refusal(), name));
            }
        }
    }
}

TEST_CASE("rows of terms that are not those of V are damage") {
    for (const std::int32_t wrong : {-2, 0, 1'000'000}) {
        ChangedIndex changed = whole();
        auto rows = changed.array<std::int32_t>(index_file::latent_rows);
        const auto last = std::find_if(rows.rbegin(), rows.rend(), [](std::int32_t row) { return row > 0; });
        *last = wrong;
        changed.replace(index_file::latent_rows, rows);
        CHECK(names(changed.refusal(), index_file::latent_rows));
    }
}

TEST_CASE("postings of documents that there are none of are damage, when they are met") {
    ChangedIndex changed = whole();
    auto documents = changed.array<std::int32_t>(index_file::posting_documents);
    for (auto& document : documents) document += 1000;
    changed.replace(index_file::posting_documents, documents);
    CHECK_FALSE(changed.refusal().empty());
}

TEST_CASE("a text outside the stored texts is damage that names the file, when it is asked for") {
    const OpenFiles open(SmallIndex(random_documents(3, 1)).path());
    CHECK(open.files.text(0).substr(0, 5).size() == 5);

    ChangedIndex changed = whole();
    auto offsets = changed.array<std::int64_t>(index_file::text_offsets);
    for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{1} << 40}) {
        for (const std::size_t at : {0, 1}) {
            auto given = offsets;
            given[at] = wrong;
            changed.replace<std::int64_t>(index_file::text_offsets, given, {30, 2});
            const TemporaryFolder folder;
            StoreWriter writer = StoreWriter::begin(folder / "index");
            for (const auto& [name, bytes] : changed.files) write_bytes(writer.file(name), bytes);
            writer.publish(index_kind, changed.manifest.dump());
            const OpenFiles damaged(folder / "index");
            CHECK(names(message_of<DamagedError>([&] { (void)damaged.files.text(0); }), index_file::text_offsets));
        }
    }
}

TEST_CASE("a manifest that lacks a member, or has one of another type, is damage") {
    CHECK(parse_index_manifest(whole().manifest.dump()).rank == 6);
    for (const auto* member : {"documents", "terms", "latent_terms", "nonzeros", "rank", "bm25", "blend", "options",
                               "majority_language", "languages"}) {
        CAPTURE(member);
        Json manifest = whole().manifest;
        manifest.erase(member);
        CHECK_THROWS_WITH_AS(parse_index_manifest(manifest.dump()), doctest::Contains("manifest"), DamagedError);
        manifest[member] = Json::array({"wrong"});
        CHECK_THROWS_AS(parse_index_manifest(manifest.dump()), DamagedError);
    }
    for (const auto* pointer :
         {"/bm25/k1", "/bm25/b", "/blend/latent_weight", "/blend/reason", "/options/weighting", "/options/language"}) {
        CAPTURE(pointer);
        Json manifest = whole().manifest;
        manifest[Json::json_pointer(pointer)] = nullptr;
        CHECK_THROWS_AS(parse_index_manifest(manifest.dump()), DamagedError);
    }
    CHECK_THROWS_AS(parse_index_manifest(""), DamagedError);
    CHECK_THROWS_AS(parse_index_manifest("[]"), DamagedError);
}

TEST_CASE("a manifest with a value that no index has is damage") {
    const auto refused = [](const char* pointer, const Json& value) {
        Json manifest = whole().manifest;
        manifest[Json::json_pointer(pointer)] = value;
        CAPTURE(pointer);
        CHECK_THROWS_AS(parse_index_manifest(manifest.dump()), DamagedError);
    };

    refused("/options/weighting", "of-the-future");
    refused("/options/language", "of-the-future");
    refused("/majority_language", "of-the-future");
    for (const auto* size : {"/documents", "/terms", "/latent_terms", "/nonzeros", "/rank"}) refused(size, -2);
}

TEST_CASE("a manifest that counts other documents than there are is damage") {
    for (const auto* size : {"documents", "terms", "latent_terms", "nonzeros", "rank"}) {
        for (const int change : {-1, 1}) {
            ChangedIndex changed = whole();
            changed.manifest[size] = changed.manifest[size].get<int>() + change;
            CAPTURE(size);
            CHECK_FALSE(changed.refusal().empty());
        }
    }
}

TEST_CASE("a catalogue of fewer documents than the arrays have is damage") {
    ChangedIndex changed = whole();
    const SmallIndex smaller(random_documents(29, 9), plain("6"));
    changed.files["catalog.sqlite"] = bytes_of(smaller.path()).at("catalog.sqlite");
    CHECK(names(changed.refusal(), index_file::catalog));
}

TEST_CASE("languages are those of at least one document in fifty") {
    Json manifest = whole().manifest;
    manifest["documents"] = 100;
    manifest["languages"] = {{"en", 97}, {"de", 2}, {"fr", 1}};
    CHECK(parse_index_manifest(manifest.dump()).languages == Ids{"de", "en"});
}
