#include "engine/storage/npy.h"

#include <bit>
#include <charconv>
#include <limits>
#include <optional>

#include "engine/support/error.h"

namespace eckart {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are mapped as they stand on disk, low byte first");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t alignment = 64;
constexpr std::size_t usual_header_bytes = 128;

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0) text += ", ";
        text += shape[i] == any_extent ? "any" : std::to_string(shape[i]);
    }
    return text + (shape.size() == 1 ? ",)" : ")");
}

/// Product of the extents; nothing if one is negative or the product needs more than 63 bits.
std::optional<std::uint64_t> element_count(const std::vector<std::int64_t>& shape) {
    bool zero = false;
    std::uint64_t count = 1;
    for (const std::int64_t extent : shape) {
        if (extent < 0) return std::nullopt;
        if (extent == 0) {
            zero = true;
        } else if (__builtin_mul_overflow(count, static_cast<std::uint64_t>(extent), &count) || count >> 63 != 0) {
            return std::nullopt;
        }
    }
    return zero ? 0 : count;
}

/// Everything before the elements. Its length depends on the number of extents, hardly ever on their size.
std::string header_text(std::string_view dtype, const std::vector<std::int64_t>& shape) {
    std::string text =
        "{'descr': '" + std::string(dtype) + "', 'fortran_order': False, 'shape': " + shape_text(shape) + ", }";
    std::size_t total = usual_header_bytes;
    while (total < 10 + text.size() + 1) total += alignment;
    text.append(total - 10 - text.size() - 1, ' ');
    text += '\n';
    const std::size_t length = text.size();
    if (length > 0xFFFF) throw UsageError("an array on disk cannot have " + std::to_string(shape.size()) + " extents");
    std::string start(magic);
    start += {'\x01', '\x00', static_cast<char>(length & 0xFF), static_cast<char>(length >> 8)};
    return start + text;
}

/// Walks over the header's text, which is a Python dictionary of three known keys.
class HeaderParser {
  public:
    HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    NpyHeader parse() {
        NpyHeader header;
        bool dtype = false, order = false, shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string_view key = quoted();
            expect(':');
            if (key == "descr" && !dtype) {
                header.dtype = quoted();
                dtype = true;
            } else if (key == "fortran_order" && !order) {
                header.columns_first = boolean();
                order = true;
            } else if (key == "shape" && !shape) {
                header.shape = extents();
                shape = true;
            } else {
                fail("an unexpected key '" + std::string(key) + "'");
            }
            if (accept('}')) break;
            expect(',');
        }
        skip_space();
        if (at_ != text_.size()) fail("text after the header's end");
        if (!dtype || !order || !shape) fail("no 'descr', 'fortran_order' or 'shape'");
        return header;
    }

  private:
    [[noreturn]] void fail(const std::string& found) const {
        throw DamagedError(name_ + ": found " + found + " in the header, expected that of a NumPy array");
    }

    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    }

    bool accept(char c) {
        skip_space();
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    void expect(char c) {
        if (!accept(c)) fail(at_ < text_.size() ? "no '" + std::string(1, c) + "' where one is due" : "an early end");
    }

    std::string_view quoted() {
        skip_space();
        const char quote = at_ < text_.size() && text_[at_] == '"' ? '"' : '\'';
        expect(quote);
        const std::size_t end = text_.find(quote, at_);
        if (end == std::string_view::npos) fail("an early end");
        const std::string_view value = text_.substr(at_, end - at_);
        at_ = end + 1;
        return value;
    }

    bool boolean() {
        skip_space();
        const bool value = text_.substr(at_).starts_with("True");
        if (!value && !text_.substr(at_).starts_with("False")) fail("neither True nor False");
        at_ += value ? 4 : 5;
        return value;
    }

    std::vector<std::int64_t> extents() {
        std::vector<std::int64_t> shape;
        expect('(');
        while (!accept(')')) {
            skip_space();
            std::int64_t extent = -1;
            const char* end = text_.data() + text_.size();
            const auto parsed = std::from_chars(text_.data() + at_, end, extent);
            if (parsed.ec != std::errc() || extent < 0) fail("an extent that is not a whole number");
            at_ = static_cast<std::size_t>(parsed.ptr - text_.data());
            shape.push_back(extent);
            if (accept(')')) break;
            expect(',');
        }
        return shape;
    }

    std::string_view text_;
    const std::string& name_;
    std::size_t at_ = 0;
};

bool shape_fits(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& expected) {
    if (shape.size() != expected.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (expected[i] != any_extent && expected[i] != shape[i]) return false;
    }
    return true;
}

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& name) {
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(file[i]); };
    if (file.size() < 12 || !text.starts_with(magic)) {
        throw DamagedError(name + ": found no NumPy array, expected one");
    }
    const std::size_t version = byte(6);
    if (version < 1 || version > 3 || byte(7) != 0) {
        throw DamagedError(name + ": found version " + std::to_string(version) + "." + std::to_string(byte(7)) +
                           " of NumPy's format, expected 1.0 to 3.0");
    }
    const std::size_t start = version == 1 ? 10 : 12;
    std::size_t length = byte(8) | byte(9) << 8;
    if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
    if (length > file.size() - start) {
        throw DamagedError(name + ": found " + std::to_string(file.size()) + " bytes, expected a header of " +
                           std::to_string(length));
    }
    NpyHeader header = HeaderParser(text.substr(start, length), name).parse();
    const auto elements = element_count(header.shape);
    if (!elements) throw DamagedError(name + ": found the shape " + shape_text(header.shape) + ", which is too large");
    header.elements = *elements;
    header.data_offset = start + length;
    return header;
}

namespace detail {

NpyStream::NpyStream(std::string path, std::string_view dtype, std::size_t element_bytes,
                     std::vector<std::int64_t> row_shape)
    : dtype_(dtype), row_shape_(std::move(row_shape)), row_bytes_(0), header_bytes_(0), file_(std::move(path)) {
    const auto row_elements = element_count(row_shape_);
    if (!row_elements) throw UsageError(file_.path() + ": the shape of a row is out of range");
    row_bytes_ = *row_elements * element_bytes;
    auto shape = row_shape_;
    shape.insert(shape.begin(), 0);
    const std::string header = header_text(dtype_, shape);
    header_bytes_ = header.size();
    file_.append(header);
}

void NpyStream::finish() {
    const std::uint64_t bytes = file_.size() - header_bytes_;
    if (row_bytes_ == 0 ? bytes != 0 : bytes % row_bytes_ != 0) {
        throw UsageError(file_.path() + ": the last row is incomplete");
    }
    auto shape = row_shape_;
    shape.insert(shape.begin(), row_bytes_ == 0 ? 0 : static_cast<std::int64_t>(bytes / row_bytes_));
    const std::string header = header_text(dtype_, shape);
    if (header.size() != header_bytes_) throw UsageError(file_.path() + ": a row has too many extents");
    file_.replace(0, std::as_bytes(std::span(header)));
    file_.close();
}

void write_npy(const std::string& path, std::string_view dtype, std::size_t element_bytes,
               std::span<const std::byte> elements, const std::vector<std::int64_t>& shape) {
    const auto count = element_count(shape);
    if (!count || *count != elements.size() / element_bytes) {
        throw UsageError(path + ": " + std::to_string(elements.size() / element_bytes) +
                         " elements do not make the shape " + shape_text(shape));
    }
    OutputFile file(path);
    file.append(header_text(dtype, shape));
    file.append(elements);
    file.close();
}

NpyHeader checked_npy_header(const MappedFile& file, std::string_view dtype, std::size_t element_bytes,
                             const std::vector<std::int64_t>* expected) {
    NpyHeader header = parse_npy_header(file.bytes(), file.path());
    const auto fail = [&](const std::string& found, const std::string& wanted) {
        throw DamagedError(file.path() + ": found " + found + ", expected " + wanted);
    };
    if (header.columns_first) fail("an array stored columns first", "rows first");
    if (header.dtype != dtype) fail("elements of type " + header.dtype, std::string(dtype));
    const std::uint64_t data_bytes = file.bytes().size() - header.data_offset;
    if (data_bytes % element_bytes != 0 || data_bytes / element_bytes != header.elements) {
        fail(std::to_string(data_bytes) + " bytes of elements",
             std::to_string(header.elements) + " elements of " + std::to_string(element_bytes) + " bytes each");
    }
    if (header.data_offset % element_bytes != 0)
        fail("elements that are not aligned", "them at a multiple of their size");
    if (expected != nullptr && !shape_fits(header.shape, *expected)) {
        fail("the shape " + shape_text(header.shape), shape_text(*expected));
    }
    return header;
}

}  // namespace detail
}  // namespace eckart
