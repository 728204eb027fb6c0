#include "tools/jobs/common/named_rows.h"

#include <utility>

#include "corpora/matrices/matrix_writers.h"
#include "engine/storage/output_file.h"

namespace eckart::jobs {

RowNames names_of(const Catalog& catalog) {
    RowNames names;
    for (std::int64_t row = 0; row < catalog.size(); ++row) {
        CatalogEntry entry = catalog.entry(row);
        names.ids.push_back(std::move(entry.id));
        names.titles.push_back(std::move(entry.title));
    }
    return names;
}

void write_names(const std::string& path, const RowNames& names) {
    OutputFile file(path);
    file.append(names.titles.empty() ? "id\n" : "id,title\n");
    for (std::size_t row = 0; row < names.ids.size(); ++row) {
        std::string line = corpora::csv_field(names.ids[row]);
        if (!names.titles.empty()) line.append(",").append(corpora::csv_field(names.titles[row]));
        file.append(line.append("\n"));
    }
    file.close();
}

void write_named_matrix(const std::string& name, const DenseMatrix& matrix, const RowNames& names, ResultFolder& folder,
                        const Work& work) {
    corpora::write_npy_matrix(folder.file(name + ".npy"), matrix, work.progress);
    write_names(folder.file(name + "_ids.csv"), names);
}

}  // namespace eckart::jobs
