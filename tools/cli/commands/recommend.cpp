#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "engine/support/error.h"
#include "recsys/interface/shown_items.h"
#include "recsys/models/models.h"
#include "tools/cli/terminal/result_lines.h"
#include "tools/jobs/lines_of_file.h"
#include "tools/jobs/recommendations.h"

namespace eckart::tools {
namespace {

/// Users that are scored before their rows are written.
constexpr std::size_t users_a_block = 512;

struct RecommendArguments {
    std::string model;
    PersonArguments person;
    std::string users;
    std::string output;
    std::vector<std::string> only, without;
    std::string candidates;
    std::optional<std::int64_t> least_ratings;
    double diversity = 0;
    std::string neighbors = "auto";
    bool exclude_seen = false;  ///< the default, which may be said all the same
    bool include_seen = false;
    bool why = false;
    std::int64_t count = 10;
};

void declare(Arguments& arguments, RecommendArguments& given) {
    arguments.positional(given.model, "MODEL", "folder made by eckart train");
    declare_person_arguments(arguments, given.person);
    arguments.option(given.users, "--users", "FILE", "many users at once: a file with an id a line, or all");
    arguments.option(given.output, "-o,--output", "FILE",
                     "where the rows of --users go, tab-separated, or with --json an object each; empty: stdout");
    arguments.option(given.count, "-n", "N", "most items to show a person; fewer where no more may be shown", 1);
    arguments.option(given.only, "--only", "WHAT",
                     "only items of a category, a year or years: comedy, 1994, 1990-1999, 2010-; \"comedy,crime\" for "
                     "either; may be repeated, and then all must hold");
    arguments.option(given.without, "--not", "WHAT", "no items of these; may be repeated");
    arguments.option(given.candidates, "--candidates", "FILE", "only items of a file, with an id or title a line");
    arguments.option(given.least_ratings, "--least-ratings", "N",
                     "only items with so many ratings; not given: 10 for models of ratings, or a fiftieth of the users "
                     "if that is less, since one rating makes no film the best of all",
                     0);
    arguments.option(given.diversity, "--diversity", "X",
                     "0 (by score alone) to 1 (as unlike each other as may be), by maximal marginal relevance");
    arguments.choice(
        given.neighbors, "--neighbors", {"auto", "exact", "ivf"},
        "how the best are found; ivf: in few cells, with the recall that train --cells measured; exact: by "
        "scoring all items; auto: in cells if the model has them");
    arguments.flag(given.exclude_seen, "--exclude-seen", "leave out what the person has rated (the default)");
    arguments.flag(given.include_seen, "--include-seen", "show what the person has rated, too");
    arguments.flag(given.why, "--why",
                   "show what each rating gave to the score, and score and rank without the rating that gave most");
}

void check(const RecommendArguments& given) {
    if (given.exclude_seen && given.include_seen) throw UsageError("--exclude-seen goes without --include-seen");
    if (given.users.empty() && !given.output.empty()) throw UsageError("-o goes with --users");
    if (!given.users.empty() && given.person.given()) throw UsageError("--users goes without --user and --likes");
    if ((given.person.likes_file == "-") + (given.users == "-") + (given.candidates == "-") > 1) {
        throw UsageError("only one of --likes-file, --users and --candidates can be standard input");
    }
    if (given.neighbors == "ivf" && !given.candidates.empty()) {
        throw UsageError("--candidates are all scored: --neighbors ivf does not go with them");
    }
    if (!given.users.empty() && given.why) throw UsageError("--why explains one person's answer, not those of --users");
}

/// What may be shown to anybody; the options borrow from it.
struct Selection {
    std::vector<std::uint8_t> allowed;
    std::vector<std::int32_t> candidates;
};

/// How many ratings an item needs to be shown where nobody says it; a candidate none.
std::int64_t least_ratings(const RecommendArguments& given, const recsys::ModelStore& store) {
    if (given.least_ratings) return *given.least_ratings;
    if (!given.candidates.empty()) return 0;
    return recsys::usual_least_ratings(store.model(), store.users().size());
}

Selection selection(const RecommendArguments& given, const recsys::ModelStore& store, ModelItems& items) {
    Selection chosen;
    const recsys::ItemFilter filter(given.only, given.without);
    if (!filter.empty()) chosen.allowed = items.kept(filter);
    const auto least = static_cast<float>(least_ratings(given, store));
    if (least > 0) chosen.allowed.resize(store.popularity().size(), 1);
    for (std::size_t item = 0; item < chosen.allowed.size(); ++item) {
        if (store.popularity()[item] < least) chosen.allowed[item] = 0;
    }
    if (given.candidates.empty()) return chosen;
    for (const std::string& name : lines_of_file(given.candidates)) chosen.candidates.push_back(items.row(name));
    return chosen;
}

recsys::RecommendOptions options_of(const RecommendArguments& given, const recsys::ModelStore& store,
                                    const Selection& chosen) {
    recsys::RecommendOptions options;
    options.count = static_cast<std::size_t>(given.count);
    options.exclude_seen = !given.include_seen;
    options.allowed = chosen.allowed;
    if (!given.candidates.empty()) options.candidates = chosen.candidates;
    options.diversity = given.diversity;
    options.popularity = store.popularity();
    return options;
}

/// The cells to look into, if any. Throws UsageError where they are asked for and there are none.
std::optional<recsys::ItemCells> cells_of(const RecommendArguments& given, const recsys::ModelStore& store) {
    if (given.neighbors == "exact") return std::nullopt;
    auto cells = store.item_cells();
    if (cells || given.neighbors == "auto") return cells;
    if (!store.model().factored_items()) throw recsys::no_cells(store.model().name());
    throw UsageError(given.model + " has no cells of its items; make them with eckart train --cells ivf");
}

std::vector<std::int64_t> rows_of_users(const std::string& users, const recsys::ModelStore& store) {
    std::vector<std::int64_t> rows;
    if (users == "all") {
        rows.resize(static_cast<std::size_t>(store.users().size()));
        std::iota(rows.begin(), rows.end(), std::int64_t{0});
    } else {
        for (const std::string& id : lines_of_file(users)) rows.push_back(store.users().row_of(id));
    }
    return rows;
}

/// An id or a title as a field between tabs.
std::string field(const std::string& text) {
    if (text.find_first_of("\t\r\n") == std::string::npos) return text;
    throw InputError("'" + printable(text) + "' has a tab or a line break, which a table cannot hold; use --json");
}

void write(ResultLines& file, const recsys::ModelStore& store, const std::string& user,
           const recsys::Recommendations& ranking, bool json) {
    for (std::size_t at = 0; at < ranking.top.size(); ++at) {
        const auto row = recommendation_object(store, user, ranking, at);
        if (json) {
            file.line(row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
            continue;
        }
        file.line(fmt::format("{}\t{}\t{}\t{:.6g}\t{}\t{}", field(user), at + 1, field(row["item"]),
                              row["score"].get<double>(), printable(row["title"].get<std::string>()), ranking.source));
    }
}

void recommend_to_many(Session& session, const recsys::ModelStore& store, const RecommendArguments& given,
                       const recsys::RecommendOptions& options) {
    const auto rows = rows_of_users(given.users, store);
    ResultLines file(given.output, session.out);
    if (!session.common.json) file.line("user\trank\titem\tscore\ttitle\tsource");
    const Progress progress = session.progress();
    for (std::size_t begin = 0; begin < rows.size(); begin += users_a_block) {
        progress.report("recommending", begin, rows.size());
        const std::size_t size = std::min(users_a_block, rows.size() - begin);
        std::vector<recsys::StoredProfile> stored(size);
        std::vector<recsys::Profile> profiles(size);
        std::vector<std::span<const std::int32_t>> seen(size);
        for (std::size_t u = 0; u < size; ++u) {
            stored[u] = store.profile(rows[begin + u]);
            profiles[u] = stored[u].view();
            seen[u] = stored[u].seen;
        }
        const auto rankings = recsys::recommend(store.model(), profiles, seen, options);
        for (std::size_t u = 0; u < size; ++u) {
            write(file, store, store.users().entry(rows[begin + u]).id, rankings[u], session.common.json);
        }
    }
    progress.report("recommending", rows.size(), rows.size());
    file.finish();
}

void run(Session& session, const RecommendArguments& given) {
    check(given);
    session.require_memory(0, "recommend");
    const auto store = recsys::ModelStore::open(given.model);
    ModelItems items(store);
    const Selection chosen = selection(given, store, items);
    recsys::RecommendOptions options = options_of(given, store, chosen);
    const auto cells = cells_of(given, store);
    options.cells = cells ? &*cells : nullptr;
    if (!given.users.empty()) return recommend_to_many(session, store, given, options);
    const Person person = person_of(given.person, store, items, session);
    options.seen = person.profile.seen;
    const auto ranking = recsys::recommend(store.model(), person.profile.view(), options);
    print_recommendations(session, store, person, ranking, options, given.why);
}

std::string models_of_ratings() {
    std::string names;
    for (const auto& kind : recsys::model_kinds()) {
        if (!kind.of_likes) names += (names.empty() ? "" : ", ") + kind.name;
    }
    return names;
}

}  // namespace

Command recommend_command() {
    auto given = std::make_shared<RecommendArguments>();
    return {
        .name = "recommend",
        .summary = "Ranks the items that a person has not rated",
        .examples = {"eckart recommend films.model --user 17 --why",
                     "eckart recommend films.model --likes \"Heat (1995)=5, Alien=4\" --only thriller --only 1990-"},
        .notes = likes_notes() + "\nScores are ratings as this person would give them where the model is one of\n" +
                 models_of_ratings() + "; those of the other models only rank.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
