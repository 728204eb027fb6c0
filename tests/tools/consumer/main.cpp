// What somebody who has installed Eckart writes: indexes, searches, trains, recommends with a reason, and clusters.
#include <tools/jobs/clusters/cluster.h>
#include <tools/jobs/ratings/recommend.h>
#include <tools/jobs/ratings/train.h>
#include <tools/jobs/search/index_documents.h>
#include <tools/jobs/search/search.h>

#include <iostream>

int main(int, char** argv) {
    using namespace eckart;
    const std::string texts = argv[1], ratings = argv[2], index = argv[3], model = argv[4];
    jobs::index_documents({texts}, index, {}, {});
    const jobs::Answer answer = jobs::search(text::Index::open(index), "illness", {}, {});
    static_cast<void>(jobs::train({.sources = {ratings}}, model, {}, {}));
    const jobs::OpenModel films(model);
    const jobs::Person person = jobs::stored_person(films, "17");
    const auto rankings = jobs::recommend(films, {&person, 1}, {.reasons = true}, {});
    const auto clusters = jobs::cluster(jobs::read_points(index, "", {}), {.fit = {.clusters = 3}}, {});
    std::cout << answer.documents.at(0).hit.document << '\n' << rankings.at(0).items.at(0).title << '\n';
    const bool has_reason = rankings[0].items[0].reason.has_value();
    return has_reason && clusters.fitted.clustering.size() == 3 ? 0 : 1;
}
