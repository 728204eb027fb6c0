# Installs the libraries with their headers, the program with its manual pages and completions, and what find_package(eckart) needs.

include(CMakePackageConfigHelpers)

set(eckart_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/eckart)
set(eckart_libraries eckart_engine eckart_corpora eckart_text eckart_recsys)
if(TARGET eckart_direct)
  list(APPEND eckart_libraries eckart_direct)
endif()
if(ECKART_BUILD_TOOLS)
  list(APPEND eckart_libraries eckart_jobs)
endif()
install(TARGETS ${eckart_libraries}
  EXPORT eckartTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/eckart)
# Eigen's types are laid out by the instruction level, so whoever includes our headers compiles for the level of the libraries.
if(ECKART_MARCH_USED)
  target_compile_options(eckart_engine INTERFACE $<INSTALL_INTERFACE:-march=${ECKART_MARCH_USED}>)
endif()
install(EXPORT eckartTargets NAMESPACE eckart:: DESTINATION ${eckart_package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/eckartConfig.cmake.in
  ${PROJECT_BINARY_DIR}/eckartConfig.cmake INSTALL_DESTINATION ${eckart_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/eckartConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/eckartConfig.cmake ${PROJECT_BINARY_DIR}/eckartConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindStemmer.cmake ${CMAKE_CURRENT_LIST_DIR}/FindCLD2.cmake ${CMAKE_CURRENT_LIST_DIR}/FindSPQR.cmake
  DESTINATION ${eckart_package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICE.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(ECKART_BUILD_TOOLS)
  install(TARGETS eckart_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/bash-completion ${PROJECT_BINARY_DIR}/share/zsh
    ${PROJECT_BINARY_DIR}/share/fish DESTINATION ${CMAKE_INSTALL_DATADIR})
endif()
