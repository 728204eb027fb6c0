#include "recsys/models/autoencoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>

#include "engine/support/error.h"
#include "recsys/models/early_stopping.h"
#include "recsys/models/popular.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;
using eckart::testing::TemporaryFolder;

namespace {

/// Two groups of people with items of their own, of which each person likes about two of three.
CsrMatrix two_groups(std::int64_t people = 60) {
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < people; ++user) {
        for (std::int64_t item = 0; item < 10; ++item) {
            if ((user / 2 + item * item) % 3 != 0) entries.push_back({user, user % 2 * 10 + item, 1});
        }
    }
    return csr_from_entries(people, 20, std::move(entries));
}

std::map<std::string, std::string> small(const std::string& epochs) {
    return {{"layers", "16,8"}, {"batch", "20"}, {"learning-rate", "0.01"}, {"epochs", epochs}};
}

Progress interrupted_after(int reports) {
    return Progress({}, [left = reports]() mutable { return left-- <= 0; });
}

/// A model that was written and read again.
class Stored {
  public:
    Stored(const ModelKind& kind, const Recommender& model) {
        StoreWriter writer = StoreWriter::begin(folder_ / "model");
        model.save(writer);
        writer.publish("model");
        model_ = kind.open(StoreReader::open(folder_ / "model"), model.figures());
    }
    const Recommender& model() const { return *model_; }

  private:
    TemporaryFolder folder_;
    std::unique_ptr<Recommender> model_;
};

}  // namespace

TEST_CASE("a person is recommended what their own group likes") {
    const CsrMatrix likes = two_groups();
    for (const ModelKind& kind : {mult_dae_kind(), mult_vae_kind()}) {
        CAPTURE(kind.name);
        const auto model = fitted(kind, likes, small("60"));
        for (const std::int64_t user : {0, 1}) {
            const auto scores = scores_of(*model, profile_of(likes, user));

            const auto own = scores.begin() + 10 * user, other = scores.begin() + 10 * (1 - user);
            CHECK(*std::min_element(own, own + 10) > *std::max_element(other, other + 10));
        }
    }
}

TEST_CASE("a contribution is what the score loses without the like, and the rest is said") {
    const CsrMatrix likes = two_groups();
    const auto model = fitted(mult_dae_kind(), likes, small("20"));
    const Profile profile = profile_of(likes, 3);

    const Explanation why = model->explain(profile, 5);

    const double score = static_cast<double>(scores_of(*model, profile)[5]);
    for (std::size_t p = 0; p < profile.size(); ++p) {
        const OwnProfile rest = without(profile, p);
        CHECK(why.contributions[p].score == score - static_cast<double>(scores_of(*model, rest.view())[5]));
    }
    CHECK(why.together != 0);
    CHECK(why.score == score);
    CHECK(why.base == static_cast<double>(scores_of(*model, {})[5]));
}

TEST_CASE("validation people are out of training, and a fifth of their likes is hidden") {
    const CsrMatrix likes = two_groups(400);

    const ValidationPeople people(likes, 25, 1);
    const ValidationPeople others(likes, 25, 2);

    std::int64_t emptied = 0;
    for (std::int64_t row = 0; row < 400; ++row) {
        const auto u = static_cast<std::size_t>(row);
        const auto left = people.train().row_offsets[u + 1] - people.train().row_offsets[u];
        CHECK((left == 0 || left == likes.row_offsets[u + 1] - likes.row_offsets[u]));
        emptied += left == 0 ? 1 : 0;
    }
    CHECK(emptied == 25);
    CHECK(others.train().column_indices != people.train().column_indices);
    CHECK(ValidationPeople(two_groups(60), 500, 1).empty());  // a tenth of 60 is fewer than 20
    CHECK(ValidationPeople(likes, 0, 1).empty());
    CHECK(ValidationPeople(likes, 500, 1).train().nonzeros() < likes.nonzeros());
}

TEST_CASE("the validation figure is high for who knows the groups and low for who does not") {
    const CsrMatrix likes = two_groups(400);
    const ValidationPeople people(likes, 40, 1);

    const double learned = people.ndcg(*fitted(mult_dae_kind(), likes, small("60")));
    const double popular = people.ndcg(*fitted(popular_kind(), likes, {}));

    CHECK(learned > popular + 0.1);
    CHECK(learned <= 1);
}

TEST_CASE("the epoch that is best for validation people is kept") {
    const CsrMatrix likes = two_groups(400);
    auto options = small("30");
    options["patience"] = std::string("3");

    const Figures figures = fitted(mult_vae_kind(), likes, options)->figures();

    const auto validation = figures.numbers("validation");
    const auto best = std::max_element(validation.begin(), validation.end()) - validation.begin();
    CHECK(figures.count("best_epoch") == best + 1);
    CHECK((figures.text("end") == "patience" || validation.size() == 30));
}

TEST_CASE("training that was interrupted and kept goes on to the bytes of one that was not") {
    const CsrMatrix likes = two_groups(400);
    for (const ModelKind& kind : {mult_dae_kind(), mult_vae_kind()}) {
        CAPTURE(kind.name);
        auto options = small("6");
        options["batch"] = "400";  // an epoch is one step, so an interruption falls between two
        const auto whole = fitted(kind, likes, options);

        const auto interrupted = fitted(kind, likes, options, {.progress = interrupted_after(3)});
        const Stored stored(kind, *interrupted);
        const auto resumed = fitted(kind, likes, options, {.start = &stored.model()});

        CHECK(interrupted->figures().truth("interrupted"));
        CHECK(interrupted->figures().count("epochs") == 3);
        CHECK_FALSE(resumed->figures().truth("interrupted"));
        CHECK(scores_of(*resumed, profile_of(likes, 1)) == scores_of(*whole, profile_of(likes, 1)));
        CHECK(json_of(resumed->figures()) == json_of(whole->figures()));
    }
}

TEST_CASE("a finished model goes on for as many epochs again") {
    const CsrMatrix likes = two_groups();
    const auto first = fitted(mult_dae_kind(), likes, small("4"));

    const auto second = fitted(mult_dae_kind(), likes, small("4"), {.start = first.get()});

    CHECK(second->figures().count("epochs") == 8);
    CHECK(second->figures().numbers("loss").back() < first->figures().numbers("loss").back());
}

TEST_CASE("what is kept at a checkpoint can be opened and gone on from") {
    const CsrMatrix likes = two_groups();
    int asked = 0;
    std::vector<std::unique_ptr<Stored>> kept;
    const ModelKind kind = mult_vae_kind();
    const Checkpoints checkpoints{.due = [&] { return ++asked % 2 == 0; },
                                  .keep =
                                      [&](const Recommender& model) {
                                          CHECK(model.figures().truth("interrupted"));
                                          kept.push_back(std::make_unique<Stored>(kind, model));
                                      }};

    const auto whole = fitted(kind, likes, small("5"), {.checkpoints = checkpoints});
    REQUIRE(kept.size() == 2);
    const auto resumed = fitted(kind, likes, small("5"), {.start = &kept[1]->model()});

    CHECK(scores_of(*resumed, profile_of(likes, 1)) == scores_of(*whole, profile_of(likes, 1)));
}

TEST_CASE("what autoencoders cannot do is refused in the option's name") {
    const CsrMatrix likes = two_groups();
    const auto refused = [&](const ModelKind& kind, const std::string& option, const std::string& value) {
        CHECK_THROWS_WITH_AS(static_cast<void>(fitted(kind, likes, {{option, value}})),
                             doctest::Contains(option.c_str()), UsageError);
    };

    refused(mult_vae_kind(), "layers", "600,x");
    refused(mult_vae_kind(), "layers", "0");
    refused(mult_vae_kind(), "layers", "");
    refused(mult_vae_kind(), "dropout", "1");
    refused(mult_vae_kind(), "kl-weight", "-1");
    refused(mult_dae_kind(), "kl-weight", "0.2");
    refused(mult_dae_kind(), "learning-rate", "0");
    const auto dae = fitted(mult_dae_kind(), likes, small("1"));
    CHECK_THROWS_AS(static_cast<void>(fitted(mult_vae_kind(), likes, small("1"), {.start = dae.get()})), UsageError);
    auto others = small("1");
    others["layers"] = std::string("9,5");
    CHECK_THROWS_AS(static_cast<void>(fitted(mult_dae_kind(), likes, others, {.start = dae.get()})), UsageError);
}
