#include "corpora/documents/html.h"

#include "corpora/documents/markup.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = bytes_of(data, size);
    read_html(bytes);
    require(read_html_without_parsing(bytes).text.size() <= size);
    read_tex(bytes);
    read_man_page(bytes);
    markdown_title(bytes);
    restructured_title(bytes);
    posting_header(bytes);
    return 0;
}
