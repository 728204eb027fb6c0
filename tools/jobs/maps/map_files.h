#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/result_file.h"
#include "tools/jobs/maps/map_picture.h"

namespace eckart::jobs {

/// The files that a map is written to. Make it before the map, so that a path that cannot be written is known at once;
/// what stood there stays until `write`.
class MapFiles {
  public:
    /// Throws UsageError if there is no path or one ends in something other than .html, .svg or .tsv; InputError if one
    /// cannot be written.
    explicit MapFiles(const std::vector<std::string>& paths);

    /// Writes the picture to each file in the form that its ending says, see picture_text. Throws InputError if one
    /// cannot be written.
    void write(const MapPicture& picture);

  private:
    std::vector<std::pair<std::string, std::unique_ptr<ResultFile>>> files_;
};

}  // namespace eckart::jobs
