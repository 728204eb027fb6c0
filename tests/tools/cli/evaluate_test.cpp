#include <doctest/doctest.h>

#include <cmath>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// Measures of a run that can be checked with a pencil. q1: relevant a and c, ranked a b c, so AP = (1/1 + 2/3) / 2 =
/// .8333; q2: relevant d only, ranked second, AP = .5; q3 has no judgements; q4 is judged and not in the run.
const std::string run_lines =
    "q1 Q0 a 1 3.0 x\nq1 Q0 b 2 2.0 x\nq1 Q0 c 3 1.0 x\n"
    "q2 Q0 e 1 2.0 x\nq2 Q0 d 2 1.0 x\n"
    "q3 Q0 a 1 1.0 x\n";
const std::string judgement_lines = "q1 0 a 1\nq1 0 c 1\nq1 0 b 0\nq2 0 d 1\n";

nlohmann::json metric(const Outcome& outcome, const std::string& name) {
    for (const auto& object : outcome.objects()) {
        if (object.at("metric") == name) return object;
    }
    return {};
}

}  // namespace

TEST_CASE("the measures of a run are those worked out by hand") {
    const TemporaryFolder folder;
    const std::string run = folder.write("a.run", run_lines), judgements = folder.write("a.qrels", judgement_lines);

    const Outcome outcome = run_eckart({"evaluate", "--run", run, "--qrels", judgements, "--json"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.objects().size() == 5);
    CHECK(metric(outcome, "map").at("value").get<double>() == doctest::Approx((5.0 / 6 + 0.5) / 2));
    CHECK(metric(outcome, "p@10").at("value").get<double>() == doctest::Approx((0.2 + 0.1) / 2));
    CHECK(metric(outcome, "recall@100").at("value").get<double>() == doctest::Approx(1));
    CHECK(metric(outcome, "mrr").at("value").get<double>() == doctest::Approx((1 + 0.5) / 2));
    const double ndcg1 = (1 + 0.5) / (1 + 1 / std::log2(3.0)), ndcg2 = 1 / std::log2(3.0);
    CHECK(metric(outcome, "ndcg@10").at("value").get<double>() == doctest::Approx((ndcg1 + ndcg2) / 2));
    for (const auto& row : outcome.objects()) {
        CHECK(row.size() == 5);
        CHECK(row.at("n") == 2);
        CHECK(row.at("low").get<double>() <= row.at("value").get<double>());
        CHECK(row.at("high").get<double>() >= row.at("value").get<double>());
    }
    CHECK(outcome.err == "1 query without a relevant document in the judgements is left out\n");
}

TEST_CASE("people see a table") {
    const TemporaryFolder folder;
    const std::string run = folder.write("a.run", run_lines), judgements = folder.write("a.qrels", judgement_lines);

    const Outcome outcome = run_eckart({"evaluate", "--run", run, "--qrels", judgements, "-q"});

    CHECK(outcome.out.starts_with("metric       value  n     low    high\nmap         0.6667  2  0.5000  0.8333\n"));
    CHECK(outcome.err.empty());
}

TEST_CASE("a judged query that the run does not have counts 0") {
    const TemporaryFolder folder;
    const std::string run = folder.write("a.run", "q1 Q0 a 1 1.0 x\n");
    const std::string judgements = folder.write("a.qrels", "q1 0 a 1\nq2 0 b 1\n");

    const Outcome outcome = run_eckart({"evaluate", "--run", run, "--qrels", judgements, "--json"});

    CHECK(metric(outcome, "map").at("value").get<double>() == doctest::Approx(0.5));
    CHECK(outcome.err == "1 judged query is not in the run and counts 0: q2\n");
}

TEST_CASE("an index is measured, two modes are compared, and unknown judged documents are told") {
    const TemporaryFolder folder;
    const std::string index = folder / "samples.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);
    const std::string queries = folder.write("q.tsv", "1\tsharp knives\n2\ttomatoes on a balcony\n3\tunjudged\n");
    const std::string judgements =
        folder.write("a.qrels", "1 0 kitchen/knives.md 1\n2 0 garden/tomatoes.md 1\n2 0 gone.md 1\n");

    const Outcome outcome = run_eckart({"evaluate", index, "--queries", queries, "--qrels", judgements, "--json"});
    const Outcome compared =
        run_eckart({"evaluate", index, "--queries", queries, "--qrels", judgements, "--json", "--compare", "lexical"});

    CHECK(outcome.exit_code == 0);
    CHECK(metric(outcome, "mrr").at("value").get<double>() == doctest::Approx(1));
    CHECK(metric(outcome, "map").at("value").get<double>() == doctest::Approx((1 + 0.5) / 2));
    CHECK(outcome.err.find("1 judged document is not in the index, for example 'gone.md'") != std::string::npos);
    CHECK(outcome.err.find("1 query without a relevant document") != std::string::npos);
    CHECK(compared.objects().size() == 15);
    CHECK(compared.objects().at(0).at("mode") == "hybrid");
    CHECK(compared.objects().at(5).at("mode") == "lexical");
    CHECK(compared.objects().at(10).contains("p"));
}

TEST_CASE("a judged query that is not in the file of queries counts 0, as one that is not in the run") {
    const TemporaryFolder folder;
    const std::string index = folder / "samples.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);
    const std::string queries = folder.write("q.tsv", "1\tsharp knives\n");
    const std::string judgements = folder.write("a.qrels", "1 0 kitchen/knives.md 1\n2 0 garden/tomatoes.md 1\n");

    const Outcome outcome = run_eckart({"evaluate", index, "--queries", queries, "--qrels", judgements, "--json"});

    CHECK(metric(outcome, "mrr").at("value").get<double>() == doctest::Approx(0.5));
    CHECK(metric(outcome, "mrr").at("n") == 2);
    CHECK(outcome.err == "1 judged query is not in the file of queries and counts 0: 2\n");
}

TEST_CASE("judgements of other queries are refused, and so are those without a relevant document") {
    const TemporaryFolder folder;
    const std::string run = folder.write("a.run", run_lines);

    for (const std::string lines : {"x1 0 a 1\n", "q1 0 a 0\n"}) {
        CAPTURE(lines);
        const Outcome outcome = run_eckart({"evaluate", "--run", run, "--qrels", folder.write("a.qrels", lines)});
        CHECK(outcome.exit_code == 3);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.starts_with("eckart: no query has a relevant document in the judgements"));
    }
}

TEST_CASE("an index without queries is told what it needs, and is not taken for ratings") {
    const TemporaryFolder folder;
    const std::string index = folder / "samples.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);
    const std::string judgements = folder.write("a.qrels", judgement_lines);

    const Outcome bare = run_eckart({"evaluate", index});
    const Outcome judged = run_eckart({"evaluate", index, "--qrels", judgements});
    const Outcome asked = run_eckart({"evaluate", index, "--queries", folder.write("q.tsv", "1\ta\n")});

    CHECK(bare.exit_code == 2);
    CHECK(bare.err == "eckart: " + index + " is an index; to measure it, give --queries FILE and --qrels FILE\n");
    CHECK(judged.exit_code == 2);
    CHECK(judged.err == "eckart: to measure an index, give its queries too: --queries FILE\n");
    CHECK(asked.exit_code == 2);
    CHECK(asked.err == "eckart: the judgements are needed too: --qrels FILE\n");
}

TEST_CASE("bad judgements and bad runs are refused with file and line") {
    const TemporaryFolder folder;
    const std::string good_run = folder.write("a.run", run_lines), good = folder.write("a.qrels", judgement_lines);
    const std::string bad_run = folder.write("b.run", "q1 Q0 a 1 3.0 x\nq1 Q0 b\n");
    const std::string bad = folder.write("b.qrels", "q1 0 a 1\nq1 0 b high\n");

    const Outcome first = run_eckart({"evaluate", "--run", good_run, "--qrels", bad});
    const Outcome second = run_eckart({"evaluate", "--run", bad_run, "--qrels", good});

    CHECK(first.exit_code == 3);
    CHECK(first.err.find("b.qrels:2: ") != std::string::npos);
    CHECK(second.exit_code == 3);
    CHECK(second.err.find("b.run:2: ") != std::string::npos);
}

TEST_CASE("evaluate takes an index with queries or a run, and not both") {
    CHECK(run_eckart({"evaluate", "--qrels", "x"}).exit_code == 2);
    CHECK(run_eckart({"evaluate", "docs.idx", "--qrels", "x"}).exit_code == 2);
    CHECK(run_eckart({"evaluate", "docs.idx", "--run", "y", "--qrels", "x"}).exit_code == 2);
    CHECK(run_eckart({"evaluate", "--run", "y", "--qrels", "x", "--compare", "latent"}).exit_code == 2);
    CHECK(run_eckart({"evaluate", "--run", "y", "--qrels", "x", "--latent-weight", "0.5"}).exit_code == 2);
}
