# Everything that a builder can choose, and the one interface target that carries it.

option(ECKART_BUILD_TOOLS "Build the eckart program" ${PROJECT_IS_TOP_LEVEL})
option(ECKART_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(ECKART_DIRECT "Solve with SuiteSparse where it is installed, which puts the program under the GPL" ON)
option(ECKART_BUILD_FUZZERS "Build the libFuzzer targets (clang only)" OFF)
option(ECKART_UNITE_SOURCES "Compile the sources of a folder together, which halves a build from nothing" OFF)
option(ECKART_FAST_LINKER "Link with mold or lld where the machine has one" ${PROJECT_IS_TOP_LEVEL})
option(ECKART_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)
set(ECKART_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined or thread")
set(ECKART_MARCH "auto" CACHE STRING
  "Instruction level: auto (the best of x86-64-v3 and v2 that this machine runs), or any value of -march")

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# Without the sloppiness, ccache leaves out what uses precompiled headers.
find_program(ECKART_CCACHE ccache)
if(ECKART_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${ECKART_CCACHE})
endif()

# auto stops at x86-64-v3: Eigen's AVX-512 code is slower than its AVX2 code on the machines measured.
set(ECKART_MARCH_USED "${ECKART_MARCH}")
if(ECKART_MARCH STREQUAL "auto")
  set(ECKART_MARCH_USED "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(ECKART_MARCH_USED "x86-64")
    if(EXISTS /proc/cpuinfo)
      file(READ /proc/cpuinfo cpuinfo LIMIT 8192)
      if(cpuinfo MATCHES "sse4_2")
        set(ECKART_MARCH_USED "x86-64-v2")
      endif()
      if(cpuinfo MATCHES "avx2" AND cpuinfo MATCHES "bmi2" AND cpuinfo MATCHES "fma")
        set(ECKART_MARCH_USED "x86-64-v3")
      endif()
    endif()
  endif()
endif()

# What our own sources are compiled with; never exported to those who use the libraries, except the
# settings of Eigen, which change the layout of types and so must be the same everywhere.
add_library(eckart_build_settings INTERFACE)
target_compile_features(eckart_build_settings INTERFACE cxx_std_20)
target_compile_options(eckart_build_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  $<$<BOOL:${ECKART_WARNINGS_AS_ERRORS}>:-Werror>)
# What is left out takes up to a quarter of the time of a sanitized build; of it the address sanitizer misses objects of
# the wrong dynamic type alone.
if(ECKART_SANITIZE)
  target_compile_options(eckart_build_settings INTERFACE
    -fsanitize=${ECKART_SANITIZE} -fno-sanitize=null,vptr,object-size -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(eckart_build_settings INTERFACE -fsanitize=${ECKART_SANITIZE})
endif()
if(ECKART_MARCH_USED)
  target_compile_options(eckart_build_settings INTERFACE -march=${ECKART_MARCH_USED})
endif()
if(ECKART_FAST_LINKER)
  find_program(ECKART_LINKER NAMES mold ld.lld)
  if(ECKART_LINKER MATCHES "(mold|lld)$")
    target_link_options(eckart_build_settings INTERFACE -fuse-ld=${CMAKE_MATCH_1})
  endif()
endif()
message(STATUS "eckart: instruction level ${ECKART_MARCH_USED}")

# For code without loops over data: -O3 makes it a fifth larger and slower to compile, and no faster.
set(eckart_cold_code $<$<CONFIG:Release>:-O2>)

# Headers that most sources of a target include are compiled once for all of them, which saves a tenth of a build. Each
# source still includes what it uses: CMAKE_DISABLE_PRECOMPILE_HEADERS, which the dev preset sets, shows it.
set(eckart_common_headers
  <algorithm> <array> <cmath> <cstdint> <functional> <limits> <map> <memory> <numeric> <optional> <span> <string>
  <string_view> <utility> <vector> <Eigen/Core>)

# With ECKART_UNITE_SOURCES, the sources of a target are compiled together, a folder at a time: headers are read and
# templates instantiated once for all of them. After a change all of a folder is compiled again, so the dev preset leaves
# it out, and shows that each source includes what it uses. Names in anonymous namespaces must differ within a folder.
# With a second argument, the name of a group, all folders are one: cheaper where folders are small and share headers.
function(eckart_unite target)
  if(NOT ECKART_UNITE_SOURCES)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # GCC warns of classes with members of types that only their file sees, wherever that file is not compiled alone.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "[.]cpp$")
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    if(ARGC GREATER 1)
      set(name ${ARGV1})
    endif()
    set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${name})
  endforeach()
endfunction()
