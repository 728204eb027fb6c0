#include "tools/jobs/maps/map_files.h"

#include "engine/support/error.h"

namespace eckart::jobs {

MapFiles::MapFiles(const std::vector<std::string>& paths) {
    if (paths.empty()) throw UsageError("a map needs a file to be written to, for example map.html");
    for (const std::string& path : paths) check_picture_path(path);
    for (const std::string& path : paths) files_.emplace_back(path, std::make_unique<ResultFile>(path));
}

void MapFiles::write(const MapPicture& picture) {
    for (auto& [path, file] : files_) {
        file->line(picture_text(path, picture));
        file->finish();
    }
}

}  // namespace eckart::jobs
