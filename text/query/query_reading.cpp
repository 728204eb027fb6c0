#include "text/query/query_reading.h"

#include <algorithm>
#include <map>
#include <utility>

#include "text/query/query_filter.h"
#include "text/query/query_notes.h"
#include "text/query/similar_forms.h"
#include "text/query/spelling.h"
#include "text/query/word_forms.h"
#include "text/words/unicode.h"

namespace eckart::text {
namespace {

using NodeKind = QueryNode::Kind;

constexpr std::size_t ranked_forms = 20;  // of a prefix or of a misspelt word, that rank
constexpr float remaining_share = 1e-3F;  // of a query: less is roundoff of what was taken away

/// Words with their weight in the ranking.
struct WeightedWords {
    std::string text;
    double weight = 1;
    bool as_written = false;  ///< in this form alone
};

/// What is like something, or taken away.
struct Liked {
    const QueryNode* node = nullptr;  ///< nothing: `text` came with the query
    std::string text;
    double weight = 1;
    bool taken_away = false;
};

bool has_words(const QueryNode& node) {
    const bool own = node.kind == NodeKind::words || node.kind == NodeKind::prefix || node.kind == NodeKind::fuzzy ||
                     node.kind == NodeKind::phrase;
    return own || std::any_of(node.children.begin(), node.children.end(), has_words);
}

bool is_plain_text(const QueryNode& node) {
    return node.is_plain() && node.kind != NodeKind::like && node.boost == 1 &&
           std::all_of(node.children.begin(), node.children.end(), is_plain_text);
}

/// The parts of a query that rank.
class RankingParts {
  public:
    explicit RankingParts(const IndexWords& words) : words_(words) {}

    void gather(const QueryNode& node, double weight, bool excluded) {
        excluded = excluded != node.excluded;
        weight *= node.boost;
        if (node.kind == NodeKind::like) {
            liked.push_back({&node, node.text, weight, excluded});
        } else if (excluded && node.kind != NodeKind::group && node.kind != NodeKind::all &&
                   node.kind != NodeKind::any) {
            return;
        } else if (node.kind == NodeKind::words || node.kind == NodeKind::phrase) {
            texts.push_back({node.text, weight, node.as_written});
        } else if (node.kind == NodeKind::prefix || node.kind == NodeKind::fuzzy) {
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
        for (const std::string& token : tokens) texts.push_back({token, weight, node.as_written});
        FormChoices forms;
        if (node.kind == NodeKind::prefix) {
            std::size_t found = 0;
            forms = forms_with_prefix(words_, last, node.as_written, ranked_forms, found);
        } else {
            const int usual = usual_distance(count_letters(last));
            forms = most_frequent(words_,
                                  forms_near(words_, last, node.distance == fuzzy_by_length ? usual : node.distance),
                                  ranked_forms);
        }
        for (const FormChoice& choice : forms) {
            texts.push_back(
                {std::string(words_.forms().term(choice.form)), weight / static_cast<double>(forms.size()), true});
        }
    }

    const IndexWords& words_;
};

void scale(JointTerm& word, double factor) {
    word.weight *= static_cast<float>(factor);
    for (auto& [term, weight] : word.terms) weight *= static_cast<float>(factor);
}

/// The words of all parts of a query, each once for each way of looking for it.
class WordSum {
  public:
    explicit WordSum(const QueryContext& context) : context_(context) {}

    /// Adds the words of a part. Stop words wait until it is known that there is nothing else.
    void add(const WeightedWords& part, std::string_view query) {
        if (part.as_written) return add_written(part);
        QueryWords found = context_.words_of(part.text, query);
        append(found.unknown, sum_.unknown);
        append(found.stop_words, sum_.stop_words);
        for (JointTerm& word : found.words) {
            scale(word, part.weight);
            if (found.only_stop_words) {
                waiting_.push_back(std::move(word));
            } else {
                add(std::move(word), false);
            }
        }
    }

    QueryWords take() {
        sum_.only_stop_words = sum_.words.empty() && !waiting_.empty();
        for (JointTerm& word : waiting_) {
            if (sum_.only_stop_words) {
                sum_.words.push_back(std::move(word));
            } else {
                sum_.stop_words.push_back(word.word);
            }
        }
        return std::move(sum_);
    }

  private:
    static void append(const std::vector<std::string>& from, std::vector<std::string>& to) {
        for (const std::string& word : from) {
            if (std::find(to.begin(), to.end(), word) == to.end()) to.push_back(word);
        }
    }

    void add_written(const WeightedWords& part) {
        for (const std::string& token : query_tokens_of(part.text)) {
            JointTerm word = written_term(context_.index, token, static_cast<float>(part.weight));
            if (word.joined.documents.empty()) {
                append({token}, sum_.unknown);
            } else {
                add(std::move(word), true);
            }
        }
    }

    void add(JointTerm word, bool as_written) {
        const auto [place, is_new] = places_.try_emplace({word.word, as_written}, sum_.words.size());
        if (is_new) {
            sum_.words.push_back(std::move(word));
        } else {
            JointTerm& known = sum_.words[place->second];
            scale(known, (static_cast<double>(known.weight) + static_cast<double>(word.weight)) /
                             static_cast<double>(known.weight));
        }
    }

    const QueryContext& context_;
    QueryWords sum_;
    std::vector<JointTerm> waiting_;
    std::map<std::pair<std::string, bool>, std::size_t> places_;
};

/// Something like which documents are wanted, or not, in each view of the index.
struct Concept {
    std::vector<JointTerm> words;
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
        result.words = ranked_query(context.ranker, context.strongest_terms(*row)).words;
        if (const auto& latent = context.ranker.latent) {
            result.latent = unit_vector(latent->document_vectors.row(*row).head(latent->rank).transpose());
        }
        if (const auto& code = context.ranker.code) {
            result.code = unit_vector(code->document_codes.row(*row).transpose());
        }
        return result;
    }
    result.words = context.words_of(liked.text, liked.node != nullptr ? query : liked.text).words;
    const RankedQuery ranked = ranked_query(context.ranker, result.words, latent_terms_of(result.words));
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

double sum_of_weights(const std::vector<JointTerm>& words) {
    double sum = 0;
    for (const JointTerm& word : words) sum += static_cast<double>(word.weight);
    return sum;
}

/// Adds to the words those of something that is wanted, which weigh `weight` together.
void add_words(const Concept& wanted, double weight, std::vector<JointTerm>& words) {
    const double sum = sum_of_weights(wanted.words);
    for (const JointTerm& word : wanted.words) {
        words.push_back(word);
        if (weight != sum) scale(words.back(), weight / sum);
    }
}

/// What is like something, and what is taken away, added to a ranking by words.
void rank_liked(const QueryContext& context, const std::vector<Liked>& parts, std::string_view query, ReadQuery& read) {
    RankedQuery& ranked = read.ranked;
    Eigen::VectorXf latent = ranked.folded.empty ? Eigen::VectorXf() : unit_vector(ranked.folded.vector);
    Eigen::VectorXf code = unit_vector(ranked.code);
    const double word_weight = sum_of_weights(ranked.words);
    std::vector<Eigen::VectorXf> away, code_away;
    for (const Liked& liked : parts) {
        const Concept meant = concept_of(context, liked, query);
        if (liked.taken_away) {
            away.push_back(meant.latent);
            code_away.push_back(meant.code);
            if (meant.latent.size() > 0) continue;
            read.notes.push_back({"not-taken-away", "'" + valid_utf8(liked.text.substr(0, 40)) +
                                                        "' has no place in the latent space; nothing was taken away"});
            continue;
        }
        add_words(meant, liked.weight * (word_weight > 0 ? word_weight : sum_of_weights(meant.words)), ranked.words);
        if (liked.node != nullptr && !meant.row) read.only_like = false;
        add_direction(latent, meant.latent, liked.weight);
        add_direction(code, meant.code, liked.weight);
        if (!meant.row) continue;
        if (!read.allowed) read.allowed.emplace(context.ranker.documents(), true);
        read.allowed->remove(*meant.row);
    }
    ranked.removed = orthonormal(away);
    if (!take_away(ranked.removed, latent)) {
        read.notes.push_back({"nothing-left", "what is taken away holds all of what the query means"});
    }
    take_away(orthonormal(code_away), code);
    ranked.terms = latent_terms_of(ranked.words);
    ranked.folded.empty = latent.size() == 0 || !(latent.norm() > 0);
    if (latent.size() > 0) ranked.folded.vector = latent;
    ranked.code = code;
}

/// Ranks by words, and says what was left out of them.
void rank_words(const QueryContext& context, QueryWords words, ReadQuery& read) {
    const bool none = words.words.empty() && words.stop_words.empty() && words.unknown.empty();
    WeightedTerms terms = latent_terms_of(words.words);
    const bool in_space = context.ranker.latent && !fold_in(*context.ranker.latent, terms).empty;
    if (!none || !read.allowed) {
        for (Note& note : query_notes(words, !context.by_meaning || in_space)) read.notes.push_back(std::move(note));
    }
    read.ranked = ranked_query(context.ranker, std::move(words.words), std::move(terms));
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
    const bool looked_for = node.kind == NodeKind::words || node.kind == NodeKind::phrase;
    if (!looked_for || node.excluded || node.as_written) return;
    const TokenList tokens = tokenized(query.substr(node.text_begin, node.text_end - node.text_begin));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        typed.push_back(
            {std::string(tokens[i]), node.text_begin + tokens.source(i).begin, node.text_begin + tokens.source(i).end});
    }
}

}  // namespace

ReadQuery read_query(const QueryContext& context, std::string_view query, const LikedTexts& liked) {
    const QueryNode tree = parse_query(query);
    ReadQuery read;
    if (is_plain_text(tree) && liked.more.empty() && liked.less.empty()) {
        rank_words(context, context.words_of(query, query), read);
        if (is_prose(query) && query.find('"') != std::string_view::npos) {
            read.notes.push_back({"read-as-text", "the query is a long text: its quotation marks are no operators"});
        }
        return read;
    }
    const IndexWords words(context.index);
    Filtered filtered = filter_documents(words, context.index.files().fields(), query, tree);
    read.allowed = std::move(filtered.allowed);
    read.notes = std::move(filtered.notes);
    RankingParts parts(words);
    parts.gather(tree, 1, false);
    for (const std::string& text : liked.more) parts.liked.push_back({nullptr, text, 1, false});
    for (const std::string& text : liked.less) parts.liked.push_back({nullptr, text, 1, true});
    const bool wanted =
        std::any_of(parts.liked.begin(), parts.liked.end(), [](const Liked& each) { return !each.taken_away; });
    bool plain_words = wanted, required_words = false;
    for (const QueryNode& child : tree.children) {
        plain_words = plain_words || (child.is_plain() && has_words(child));
        required_words = required_words || (!child.is_plain() && !child.excluded && has_words(child));
    }
    read.lists_allowed = read.allowed.has_value() && (required_words || !plain_words);
    read.only_like = parts.texts.empty() && !parts.liked.empty();
    WordSum sum(context);
    const std::string all = parts.all_text();
    for (const WeightedWords& part : parts.texts) sum.add(part, all);
    if (read.only_like) {
        read.ranked = ranked_query(context.ranker, std::vector<JointTerm>(), WeightedTerms());
    } else {
        rank_words(context, sum.take(), read);
    }
    if (!parts.liked.empty()) rank_liked(context, parts.liked, query, read);
    return read;
}

std::optional<std::string> corrected_query(const OpenIndex& index, std::string_view query) {
    std::vector<TypedWord> typed;
    gather_typed(parse_query(query), query, typed);
    std::sort(typed.begin(), typed.end(), [](const TypedWord& a, const TypedWord& b) { return a.begin < b.begin; });
    std::vector<std::string> tokens;
    tokens.reserve(typed.size());
    for (const TypedWord& each : typed) tokens.push_back(each.word);
    std::string corrected;
    std::size_t at = 0;
    for (const Correction& correction : corrections(IndexWords(index), tokens)) {
        const TypedWord& wrong = typed[correction.token];
        corrected += std::string(query.substr(at, wrong.begin - at)) + correction.word;
        at = wrong.end;
    }
    if (at == 0) return {};
    return corrected + std::string(query.substr(at));
}

}  // namespace eckart::text
