# Finds SuiteSparse's sparse QR with CHOLMOD, which ship no discovery files of their own in Debian 12; makes SPQR::SPQR.
find_path(SPQR_INCLUDE_DIR SuiteSparseQR_C.h PATH_SUFFIXES suitesparse)
find_library(SPQR_LIBRARY spqr)
find_library(SPQR_CHOLMOD_LIBRARY cholmod)
if(SPQR_INCLUDE_DIR)
  file(STRINGS ${SPQR_INCLUDE_DIR}/SuiteSparse_config.h spqr_version REGEX "define SUITESPARSE_(MAIN|SUB|SUBSUB)_VERSION")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+)[^0-9]*" "\\1.\\2.\\3" SPQR_VERSION "${spqr_version}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SPQR REQUIRED_VARS SPQR_LIBRARY SPQR_CHOLMOD_LIBRARY SPQR_INCLUDE_DIR
  VERSION_VAR SPQR_VERSION)
if(SPQR_FOUND AND NOT TARGET SPQR::SPQR)
  add_library(SPQR::SPQR UNKNOWN IMPORTED)
  set_target_properties(SPQR::SPQR PROPERTIES
    IMPORTED_LOCATION "${SPQR_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${SPQR_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${SPQR_CHOLMOD_LIBRARY}")
endif()
