#include "text/terms/form_lists.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

// A counting sort of all occurrences by form, which keeps the order of rows and positions; then each form's are
// encoded. Rows are dealt with in a few parts side by side: part p of form f begins where the parts before it end.

namespace eckart::text {
namespace {

constexpr std::size_t parts = 4;
constexpr std::int64_t forms_a_block = 4096;

struct Occurrence {
    std::int32_t row;
    std::uint32_t position;
};

/// First rows of `parts` parts of about as many words each, and the end.
std::array<std::size_t, parts + 1> part_rows(std::span<const FormSequence> sequences) {
    std::size_t words = 0, passed = 0, part = 0;
    for (const FormSequence& each : sequences) words += each.words.size();
    std::array<std::size_t, parts + 1> first{};
    first.fill(sequences.size());
    first[0] = 0;
    for (std::size_t row = 0; row < sequences.size() && part + 1 < parts; ++row) {
        passed += sequences[row].words.size();
        while (part + 1 < parts && passed * parts >= words * (part + 1)) first[++part] = row + 1;
    }
    return first;
}

std::uint32_t position_of(const FormSequence& sequence, std::size_t word) {
    const auto title = static_cast<std::size_t>(sequence.title_words);
    return static_cast<std::uint32_t>(word < title ? word : word + title_gap);
}

/// All occurrences, by form, row and position.
struct SortedOccurrences {
    std::vector<Occurrence> all;
    std::vector<std::int64_t> offsets;  ///< forms + 1
};

SortedOccurrences sorted_occurrences(std::span<const FormSequence> sequences, std::span<const std::int32_t> within) {
    const std::size_t forms = within.size();
    const auto first = part_rows(sequences);
    std::array<std::vector<std::int64_t>, parts> next;  // by part and form: how many, then where the next goes
    parallel_for(parts, [&](std::int64_t p) {
        auto& counts = next[static_cast<std::size_t>(p)];
        counts.assign(forms, 0);
        for (std::size_t row = first[static_cast<std::size_t>(p)]; row < first[static_cast<std::size_t>(p) + 1]; ++row)
            for (const std::int32_t word : sequences[row].words) {
                const auto form = static_cast<std::size_t>(sequences[row].places[static_cast<std::size_t>(word)]);
                ++counts[form];
                if (within[form] >= 0) ++counts[static_cast<std::size_t>(within[form])];
            }
    });
    SortedOccurrences sorted;
    sorted.offsets.assign(forms + 1, 0);
    std::int64_t at = 0;
    for (std::size_t form = 0; form < forms; ++form) {
        sorted.offsets[form] = at;
        for (auto& counts : next) {
            const std::int64_t count = std::exchange(counts[form], at);
            at += count;
        }
    }
    sorted.offsets[forms] = at;
    sorted.all.resize(static_cast<std::size_t>(at));
    parallel_for(parts, [&](std::int64_t p) {
        auto& places = next[static_cast<std::size_t>(p)];
        for (std::size_t row = first[static_cast<std::size_t>(p)]; row < first[static_cast<std::size_t>(p) + 1];
             ++row) {
            const FormSequence& sequence = sequences[row];
            for (std::size_t i = 0; i < sequence.words.size(); ++i) {
                const auto form =
                    static_cast<std::size_t>(sequence.places[static_cast<std::size_t>(sequence.words[i])]);
                const Occurrence here{static_cast<std::int32_t>(row), position_of(sequence, i)};
                sorted.all[static_cast<std::size_t>(places[form]++)] = here;
                if (within[form] < 0) continue;
                sorted.all[static_cast<std::size_t>(places[static_cast<std::size_t>(within[form])]++)] = here;
            }
        }
    });
    return sorted;
}

void append_number(std::vector<std::uint8_t>& bytes, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<std::uint8_t>(number | 0x80));
    bytes.push_back(static_cast<std::uint8_t>(number));
}

template <class T>
void store_low_first(std::uint8_t* to, T number) {
    for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<std::uint8_t>(number >> (8 * i));
}

/// The lists of some forms in a row.
class Encoder {
  public:
    /// Appends the lists of a form.
    void append(std::span<const Occurrence> occurrences);

    FormLists lists;

  private:
    std::size_t append_document(std::span<const Occurrence> occurrences, std::int32_t before);
};

std::uint64_t documents_among(std::span<const Occurrence> occurrences) {
    std::uint64_t documents = 0;
    std::int32_t row = -1;
    for (const Occurrence& each : occurrences) documents += std::exchange(row, each.row) != each.row;
    return documents;
}

/// Appends the first document of `occurrences` and its positions; returns its tf.
std::size_t Encoder::append_document(std::span<const Occurrence> occurrences, std::int32_t before) {
    const std::int32_t row = occurrences.front().row;
    std::size_t tf = 0;
    std::int64_t last = -1;
    for (; tf < occurrences.size() && occurrences[tf].row == row; ++tf) {
        const std::int64_t position = occurrences[tf].position;
        append_number(lists.positions, static_cast<std::uint64_t>(position - std::exchange(last, position) - 1));
    }
    append_number(lists.documents, 2 * static_cast<std::uint64_t>(row - before - 1) + (tf > 1 ? 1 : 0));
    if (tf > 1) append_number(lists.documents, tf - 2);
    return tf;
}

void Encoder::append(std::span<const Occurrence> occurrences) {
    const std::uint64_t df = documents_among(occurrences);
    append_number(lists.documents, df);
    const std::size_t skips = lists.documents.size();
    const std::uint64_t blocks = df > 0 ? (df - 1) / skip_interval : 0;
    lists.documents.resize(skips + blocks * skip_bytes);
    const std::size_t begin = lists.documents.size(), first_position = lists.positions.size();
    std::int32_t before = -1;
    for (std::uint64_t document = 0; document < df; ++document) {
        if (document > 0 && document % skip_interval == 0) {
            const std::size_t bytes = lists.documents.size() - begin;
            if (bytes > std::numeric_limits<std::uint32_t>::max())
                throw InputError("one word is in more documents than an index can list");
            std::uint8_t* const skip = lists.documents.data() + skips + (document / skip_interval - 1) * skip_bytes;
            store_low_first(skip, static_cast<std::uint32_t>(before));
            store_low_first(skip + 4, static_cast<std::uint32_t>(bytes));
            store_low_first(skip + 8, static_cast<std::uint64_t>(lists.positions.size() - first_position));
        }
        const std::int32_t row = occurrences.front().row;
        occurrences = occurrences.subspan(append_document(occurrences, before));
        before = row;
    }
    lists.document_offsets.push_back(static_cast<std::int64_t>(lists.documents.size()));
    lists.position_offsets.push_back(static_cast<std::int64_t>(lists.positions.size()));
}

void append(std::vector<std::int64_t>& offsets, const std::vector<std::int64_t>& others) {
    const std::int64_t base = offsets.back();
    for (std::size_t i = 1; i < others.size(); ++i) offsets.push_back(base + others[i]);
}

}  // namespace

std::uint64_t form_lists_memory(std::uint64_t words) {
    return words * (sizeof(Occurrence) + 3);  // 2 to 3 bytes is what a word takes encoded
}

FormLists form_lists(std::span<const FormSequence> sequences, std::span<const std::int32_t> within) {
    const SortedOccurrences sorted = sorted_occurrences(sequences, within);
    const auto forms = static_cast<std::int64_t>(within.size());
    const std::span<const Occurrence> all = sorted.all;
    std::vector<Encoder> encoders(static_cast<std::size_t>((forms + forms_a_block - 1) / forms_a_block));
    parallel_blocks(forms, forms_a_block, [&](Range range) {
        Encoder& encoder = encoders[static_cast<std::size_t>(range.begin / forms_a_block)];
        for (auto form = static_cast<std::size_t>(range.begin); form < static_cast<std::size_t>(range.end); ++form) {
            const auto begin = static_cast<std::size_t>(sorted.offsets[form]);
            encoder.append(all.subspan(begin, static_cast<std::size_t>(sorted.offsets[form + 1]) - begin));
        }
    });
    FormLists lists;
    for (const Encoder& encoder : encoders) {
        append(lists.document_offsets, encoder.lists.document_offsets);
        append(lists.position_offsets, encoder.lists.position_offsets);
        lists.documents.insert(lists.documents.end(), encoder.lists.documents.begin(), encoder.lists.documents.end());
        lists.positions.insert(lists.positions.end(), encoder.lists.positions.begin(), encoder.lists.positions.end());
    }
    return lists;
}

}  // namespace eckart::text
