#include "tools/jobs/documents.h"

namespace eckart::jobs {

text::DocumentSource source_of(corpora::DocumentReader& reader) {
    return [&reader, record = corpora::Document()](text::SourceDocument& document) mutable {
        if (!reader.next(record)) return false;
        document.id.swap(record.id);
        document.title.swap(record.title);
        document.text.swap(record.text);
        return true;
    };
}

}  // namespace eckart::jobs
