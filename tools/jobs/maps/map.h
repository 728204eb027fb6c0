#pragma once

#include <cstdint>
#include <string>

#include "tools/jobs/common/work.h"
#include "tools/jobs/maps/map_layout.h"
#include "tools/jobs/maps/map_picture.h"

namespace eckart::jobs {

/// Which clusters a map shows in colors.
enum class MapClusters {
    usual,   ///< a number that grows slowly with the points, see usual_clusters
    number,  ///< as many as asked for
    stable,  ///< the most stable number
    stored,  ///< those of a clustering in a store
    none
};

struct MapOptions {
    std::string part = {};  ///< of the source, one of point_parts(); empty: the first that it has
    LayoutOptions layout = {};
    MapClusters clusters = MapClusters::usual;
    std::int64_t cluster_count = 0;  ///< for MapClusters::number, >= 1
    std::string clustering = {};     ///< for MapClusters::stored, path of the store
    std::string onto = {};           ///< an earlier map, .html or .tsv, whose points keep their places; empty: none
    std::string title = {};          ///< heading; empty: the name of the source
};

struct MapResult {
    MapPicture picture;
    Layout layout;  ///< how the places came about; the places themselves are in the picture
    Notes notes;
};

/// Makes a map of the rows of an index, a model or a matrix file, with clusters. Throws UsageError if an option does
/// not go with the source, and as read_points, read_places, open_clustering, fit_clustering and laid_out do.
[[nodiscard]] MapResult map(const std::string& source, const MapOptions& options, const Work& work);

}  // namespace eckart::jobs
