#include "tools/jobs/search/documents.h"

namespace eckart::jobs {

text::DocumentSource source_of(corpora::DocumentReader& reader) {
    return [&reader, record = corpora::Document()](text::SourceDocument& document) mutable {
        if (!reader.next(record)) return false;
        document.id.swap(record.id);
        document.title.swap(record.title);
        document.text.swap(record.text);
        document.path.swap(record.path);
        document.folder.swap(record.folder);
        document.type.swap(record.type);
        document.sender.swap(record.sender);
        document.date = record.date;
        return true;
    };
}

}  // namespace eckart::jobs
