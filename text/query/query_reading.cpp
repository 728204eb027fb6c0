#include "text/query/query_reading.h"

#include <algorithm>
#include <map>
#include <utility>

#include "text/query/query_filter.h"
#include "text/query/similar_forms.h"
#include "text/query/spelling.h"
#include "text/words/tokenizer.h"

namespace eckart::text {
namespace {

using Kind = QueryNode::Kind;

constexpr std::size_t ranked_forms = 20;  // of a prefix or of a misspelt word, that rank
constexpr float remaining_share = 1e-3F;  // of a query: less is roundoff of what was taken away

/// Words with their weight in the ranking.
struct WeightedWords {
    std::string text;
    double weight = 1;
};

/// What is like something, or taken away.
struct Liked {
    const QueryNode* node = nullptr;  ///< nothing: `text` came with the query
    std::string text;
    double weight = 1;
    bool taken_away = false;
};

bool has_words(const QueryNode& node) {
    const bool own =
        node.kind == Kind::words || node.kind == Kind::prefix || node.kind == Kind::fuzzy || node.kind == Kind::phrase;
    return own || std::any_of(node.children.begin(), node.children.end(), has_words);
}

bool is_plain_text(const QueryNode& node) {
    return node.is_plain() && node.kind != Kind::like && node.boost == 1 &&
           std::all_of(node.children.begin(), node.children.end(), is_plain_text);
}

/// The parts of a query that rank.
class RankingParts {
  public:
    explicit RankingParts(const IndexWords& words) : words_(words) {}

    void gather(const QueryNode& node, double weight, bool excluded) {
        excluded = excluded != node.excluded;
        weight *= node.boost;
        if (node.kind == Kind::like) {
            liked.push_back({&node, node.text, weight, excluded});
        } else if (excluded && node.kind != Kind::group && node.kind != Kind::all && node.kind != Kind::any) {
            return;
        } else if (node.kind == Kind::words || node.kind == Kind::phrase) {
            texts.push_back({node.text, weight});
        } else if (node.kind == Kind::prefix || node.kind == Kind::fuzzy) {
            expand(node, weight);
        }
        for (const QueryNode& child : node.children) gather(child, weight, excluded);
    }

    /// All text that ranks, for telling its language.
    std::string all_text() const {
        std::string all;
        for (const WeightedWords& each : texts) all += each.text + ' ';
        return all;
    }

    std::vector<WeightedWords> texts;
    std::vector<Liked> liked;

  private:
    /// The words that a node stands for, in place of its last word; those together weigh as one.
    void expand(const QueryNode& node, double weight) {
        std::vector<std::string> tokens = query_tokens_of(node.text);
        if (tokens.empty()) return;
        const std::string last = std::move(tokens.back());
        tokens.pop_back();
        for (const std::string& token : tokens) texts.push_back({token, weight});
        FormChoices forms;
        if (node.kind == Kind::prefix) {
            std::size_t found = 0;
            forms = forms_with_prefix(words_, last, ranked_forms, found);
        } else {
            const int usual = usual_distance(count_letters(last));
            forms = most_frequent(words_,
                                  forms_near(words_, last, node.distance == fuzzy_by_length ? usual : node.distance),
                                  ranked_forms);
        }
        for (const FormChoice& choice : forms) {
            texts.push_back({std::string(words_.forms->term(choice.form)), weight / static_cast<double>(forms.size())});
        }
    }

    const IndexWords& words_;
};

/// The terms of weighted words, each with the sum of its weights.
class TermWeights {
  public:
    void add(const WeightedTerms& terms, double weight) {
        for (const auto& [term, count] : terms) weights_[term] += weight * static_cast<double>(count);
    }

    double sum() const {
        double all = 0;
        for (const auto& [term, weight] : weights_) all += weight;
        return all;
    }

    WeightedTerms take() const {
        WeightedTerms terms;
        for (const auto& [term, weight] : weights_) terms.emplace_back(term, static_cast<float>(weight));
        return terms;
    }

  private:
    std::map<std::int32_t, double> weights_;
};

/// Something like which documents are wanted, or not, in each view of the index.
struct Concept {
    WeightedTerms terms;
    std::optional<std::int32_t> row;  ///< of the document that it is
    Eigen::VectorXf latent;           ///< unit vector; empty if it has none
    Eigen::VectorXf code;
};

Eigen::VectorXf unit_vector(const Eigen::VectorXf& vector) {
    const float length = vector.norm();
    return length > 0 ? Eigen::VectorXf(vector / length) : Eigen::VectorXf();
}

Concept concept_of(const QueryContext& context, const Liked& liked, std::string_view query) {
    Concept result;
    const auto row = liked.node != nullptr ? context.index.catalog().find(liked.text) : std::nullopt;
    if (row) {
        result.row = static_cast<std::int32_t>(*row);
        result.terms = context.strongest_terms(*row);
        if (const auto& latent = context.ranker.latent) {
            result.latent = unit_vector(latent->document_vectors.row(*row).head(latent->rank).transpose());
        }
        if (const auto& code = context.ranker.code)
            result.code = unit_vector(code->document_codes.row(*row).transpose());
        return result;
    }
    result.terms = context.terms_of(liked.text, liked.node != nullptr ? query : liked.text);
    const RankedQuery ranked = ranked_query(context.ranker, result.terms);
    if (!ranked.folded.empty) result.latent = unit_vector(ranked.folded.vector);
    result.code = unit_vector(ranked.code);
    return result;
}

/// Adds `direction` of length `weight` to `sum`, which is empty at first.
void add_direction(Eigen::VectorXf& sum, const Eigen::VectorXf& direction, double weight) {
    if (direction.size() == 0) return;
    if (sum.size() == 0) sum = Eigen::VectorXf::Zero(direction.size());
    sum += static_cast<float>(weight) * direction;
}

/// Orthonormal columns that span `directions`; those that are in the span of others add none (Gram and Schmidt, twice).
Eigen::MatrixXf orthonormal(const std::vector<Eigen::VectorXf>& directions) {
    Eigen::MatrixXf basis;
    for (Eigen::VectorXf rest : directions) {
        if (rest.size() == 0) continue;
        for (int pass = 0; pass < 2 && basis.cols() > 0; ++pass) rest -= basis * (basis.transpose() * rest);
        if (rest.norm() < remaining_share) continue;
        basis.conservativeResize(rest.size(), basis.cols() + 1);
        basis.col(basis.cols() - 1) = rest.normalized();
    }
    return basis;
}

/// Makes `vector` orthogonal to the columns of `basis`, and as long as it was; false if nothing is left of it.
bool take_away(const Eigen::MatrixXf& basis, Eigen::VectorXf& vector) {
    if (basis.cols() == 0 || vector.size() == 0) return true;
    const float length = vector.norm();
    Eigen::VectorXf rest = vector;
    for (int pass = 0; pass < 2; ++pass) rest -= basis * (basis.transpose() * rest);
    if (!(rest.norm() > remaining_share * length)) {
        vector.setZero();
        return false;
    }
    vector = rest * (length / rest.norm());
    return true;
}

/// Ranks by the words and by what is like something.
void rank(const QueryContext& context, const RankingParts& parts, std::string_view query, ReadQuery& read) {
    TermWeights weights;
    const std::string all = parts.all_text();
    for (const WeightedWords& words : parts.texts) weights.add(context.terms_of(words.text, all), words.weight);
    read.ranked = ranked_query(context.ranker, weights.take());
    const double word_weight = weights.sum() > 0 ? weights.sum() : 1;
    read.only_like = parts.texts.empty() && !parts.liked.empty();
    if (parts.liked.empty()) return;

    Eigen::VectorXf latent = read.ranked.folded.empty ? Eigen::VectorXf() : unit_vector(read.ranked.folded.vector);
    Eigen::VectorXf code = unit_vector(read.ranked.code);
    std::vector<Eigen::VectorXf> away, code_away;
    for (const Liked& liked : parts.liked) {
        const Concept is = concept_of(context, liked, query);
        if (liked.taken_away) {
            away.push_back(is.latent);
            code_away.push_back(is.code);
            if (is.latent.size() == 0) {
                read.notes.push_back(
                    {"not-taken-away",
                     "'" + liked.text.substr(0, 40) + "' has no place in the latent space; nothing was taken away"});
            }
            continue;
        }
        double sum = 0;
        for (const auto& [term, count] : is.terms) sum += static_cast<double>(count);
        if (sum > 0) weights.add(is.terms, liked.weight * word_weight / sum);
        add_direction(latent, is.latent, liked.weight);
        add_direction(code, is.code, liked.weight);
        if (!is.row) continue;
        if (!read.allowed) read.allowed.emplace(context.ranker.documents(), true);
        read.allowed->remove(*is.row);
    }
    read.ranked.terms = weights.take();
    read.ranked.removed = orthonormal(away);
    const bool left = take_away(read.ranked.removed, latent);
    take_away(orthonormal(code_away), code);
    if (!left) {
        read.notes.push_back(
            {"nothing-left", "what is taken away holds all of the query's meaning; nothing of it ranks"});
    }
    read.ranked.folded.empty = latent.size() == 0 || !(latent.norm() > 0);
    if (latent.size() > 0) read.ranked.folded.vector = latent;
    read.ranked.code = code;
}

/// A word of a query and where it stands.
struct TypedWord {
    std::string word;
    std::size_t begin;
    std::size_t end;
};

/// The words that somebody typed to find them in any form.
void gather_typed(const QueryNode& node, std::string_view query, std::vector<TypedWord>& typed) {
    for (const QueryNode& child : node.children) gather_typed(child, query, typed);
    const bool looked_for = node.kind == Kind::words || node.kind == Kind::phrase;
    if (!looked_for || node.excluded || node.as_written) return;
    thread_local Tokenizer tokenizer;
    TokenList tokens;
    const std::string_view text = query.substr(node.text_begin, node.text_end - node.text_begin);
    tokenizer.tokenize(text, tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        typed.push_back(
            {std::string(tokens[i]), node.text_begin + tokens.source(i).begin, node.text_begin + tokens.source(i).end});
    }
}

}  // namespace

ReadQuery read_query(const QueryContext& context, std::string_view query, const LikedTexts& liked) {
    const QueryNode tree = parse_query(query);
    ReadQuery read;
    const bool has_liked = !liked.more.empty() || !liked.less.empty();
    if (is_plain_text(tree) && !has_liked) {
        read.ranked = ranked_query(context.ranker, context.terms_of(query, query));
        read.has_words = true;
        return read;
    }
    Filtered filtered = filter_documents(context.words, context.index.files().fields(), query, tree);
    read.allowed = std::move(filtered.allowed);
    read.notes = std::move(filtered.notes);
    RankingParts parts(context.words);
    parts.gather(tree, 1, false);
    for (const std::string& text : liked.more) parts.liked.push_back({nullptr, text, 1, false});
    for (const std::string& text : liked.less) parts.liked.push_back({nullptr, text, 1, true});
    const bool wanted =
        std::any_of(parts.liked.begin(), parts.liked.end(), [](const Liked& each) { return !each.taken_away; });
    read.has_words = !parts.texts.empty() || wanted;
    const bool required_words = std::any_of(tree.children.begin(), tree.children.end(), [](const QueryNode& child) {
        return !child.is_plain() && !child.excluded && has_words(child);
    });
    read.lists_allowed = read.allowed.has_value() && (required_words || !read.has_words);
    rank(context, parts, query, read);
    return read;
}

std::optional<std::string> corrected_query(const IndexWords& words, std::string_view query, const QueryNode& tree) {
    std::vector<TypedWord> typed;
    gather_typed(tree, query, typed);
    std::sort(typed.begin(), typed.end(), [](const TypedWord& a, const TypedWord& b) { return a.begin < b.begin; });
    std::vector<std::string> tokens;
    for (const TypedWord& each : typed) tokens.push_back(each.word);
    std::string corrected;
    std::size_t at = 0;
    for (const Correction& correction : corrections(words, tokens)) {
        const TypedWord& wrong = typed[correction.token];
        corrected += std::string(query.substr(at, wrong.begin - at)) + correction.word;
        at = wrong.end;
    }
    if (at == 0) return {};
    return corrected + std::string(query.substr(at));
}

}  // namespace eckart::text
