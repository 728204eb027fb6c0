# Writes a C++ header that holds text files as string constants: page.html becomes `page_html`.
#   cmake -DOUTPUT=header.h -DNAMESPACE=a::b "-DFILES=one.html,two.css" -P embed_text.cmake
string(REPLACE "," ";" files "${FILES}")
set(header "#pragma once\n\n#include <string_view>\n\nnamespace ${NAMESPACE} {\n")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" name)
  file(READ "${file}" text HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" text "${text}")  # sixteen bytes a line
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," text "${text}")
  string(APPEND header "\ninline constexpr char ${name}_bytes[] = {\n${text}0};\n"
    "inline constexpr std::string_view ${name}(${name}_bytes, sizeof ${name}_bytes - 1);\n")
endforeach()
string(APPEND header "\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUTPUT}" "${header}")
