#include "corpora/documents/html.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "corpora/bytes/lines.h"
#include "engine/support/ascii.h"

namespace eckart::corpora {
namespace {

constexpr std::size_t most_depth = 512;
constexpr std::size_t most_attributes = 1000;

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
template <std::size_t N>
bool contains(const std::array<std::string_view, N>& sorted, std::string_view name) {
    return std::binary_search(sorted.begin(), sorted.end(), name);
}

// ---- tags as the tokenizer of the HTML standard sees them
// ------------------------------------------------------------

std::size_t past(std::string_view page, std::string_view end, std::size_t from) {
    const std::size_t found = page.find(end, from);
    return found == std::string_view::npos ? page.size() : found + end.size();
}

std::size_t past_spaces(std::string_view page, std::size_t at) {
    while (at < page.size() && is_space(page[at])) ++at;
    return at;
}

/// Where the attribute that begins at `at` ends. Quotes hold only after "=": within a name they are letters like
/// others.
std::size_t end_of_attribute(std::string_view page, std::size_t at) {
    const auto ends_name = [](char c) { return is_space(c) || c == '/' || c == '>' || c == '='; };
    ++at;
    while (at < page.size() && !ends_name(page[at])) ++at;
    const std::size_t next = past_spaces(page, at);
    if (next >= page.size() || page[next] != '=') return at;
    at = past_spaces(page, next + 1);
    if (at < page.size() && (page[at] == '"' || page[at] == '\'')) return past(page, page.substr(at, 1), at + 1);
    while (at < page.size() && !is_space(page[at]) && page[at] != '>') ++at;
    return at;
}

struct TagEnd {
    std::size_t at;          ///< behind the ">"
    std::size_t attributes;  ///< how many there are
    bool closes_itself;      ///< it ends in "/>"
};

/// The end of the tag whose name ends at `at`.
TagEnd end_of_tag(std::string_view page, std::size_t at) {
    for (std::size_t attributes = 0; at < page.size(); ++attributes) {
        while (at < page.size() && (is_space(page[at]) || page[at] == '/')) ++at;
        if (at < page.size() && page[at] == '>') return {at + 1, attributes, page[at - 1] == '/'};
        if (at < page.size()) at = end_of_attribute(page, at);
    }
    return {page.size(), 0, false};
}

// ---- how deep a page is nested, before gumbo sees it
// -----------------------------------------------------------------
//
// Gumbo's time grows with tags x depth and with the square of a tag's attributes, so that a hostile page of one
// megabyte would keep it for hours. The estimate follows the tokenizer of the HTML standard for tags and attributes and
// never closes what a browser would leave open for want of scope.

constexpr std::array<std::string_view, 25> never_nest = {
    "area", "base", "body",   "br", "col",   "dd",     "dt",    "embed", "hr",    "html", "img",   "input", "li",
    "link", "meta", "option", "p",  "param", "source", "tbody", "td",    "tfoot", "th",   "thead", "tr"};

constexpr std::array<std::string_view, 10> scope_borders = {"applet", "caption", "foreignobject", "marquee",  "math",
                                                            "object", "svg",     "table",         "template", "title"};

constexpr std::array<std::string_view, 10> raw_text = {"iframe", "noembed", "noframes", "noscript", "plaintext",
                                                       "script", "style",   "textarea", "title",    "xmp"};

class NestingScan {
  public:
    explicit NestingScan(std::string_view page) : page_(page) {}

    bool is_reasonable() {
        while ((at_ = page_.find('<', at_)) != std::string_view::npos && reasonable_) {
            ++at_;
            if (at_ >= page_.size()) break;
            if (page_[at_] == '!' || page_[at_] == '?') {
                skip_declaration();
            } else if (page_[at_] == '/') {
                ++at_;
                read_tag(true);
            } else {
                read_tag(false);
            }
        }
        return reasonable_;
    }

  private:
    void skip_past(std::string_view end) { at_ = past(page_, end, at_); }

    void skip_declaration() {
        if (page_.substr(at_, 3) == "!--") {
            at_ += 3;
            if (page_.substr(at_, 1) == ">" || page_.substr(at_, 2) == "->") return;
            skip_past("-->");
        } else if (page_.substr(at_, 8) == "![CDATA[") {
            skip_past(foreign_ > 0 ? "]]>" : ">");
        } else {
            skip_past(">");
        }
    }

    void read_tag(bool closes) {
        if (at_ >= page_.size() || !is_ascii_letter(page_[at_])) {
            if (closes) skip_past(">");
            return;
        }
        const std::size_t begin = at_;
        while (at_ < page_.size() && !is_space(page_[at_]) && page_[at_] != '/' && page_[at_] != '>') ++at_;
        const std::string name = lower_ascii(page_.substr(begin, std::min<std::size_t>(at_ - begin, 32)));
        const TagEnd end = end_of_tag(page_, at_);
        at_ = end.at;
        if (end.attributes > most_attributes) reasonable_ = false;
        if (closes) {
            close(name);
        } else {
            open(name, end.closes_itself);
        }
    }

    void open(const std::string& name, bool closes_itself) {
        if (foreign_ == 0 && contains(raw_text, name)) return skip_raw_text(name);
        if (foreign_ > 0 ? closes_itself : contains(never_nest, name)) return;
        if (name == "svg" || name == "math") ++foreign_;
        open_.push_back(name);
        if (open_.size() > most_depth) reasonable_ = false;
    }

    void close(const std::string& name) {
        for (std::size_t i = open_.size(); i-- > 0;) {
            if (open_[i] == name) {
                if (name == "svg" || name == "math") --foreign_;
                open_.resize(i);
                return;
            }
            if (contains(scope_borders, open_[i])) return;
        }
    }

    void skip_raw_text(const std::string& name) {
        for (;;) {
            skip_past("</");
            if (at_ >= page_.size() || lower_ascii(page_.substr(at_, name.size())) == name) return;
        }
    }

    std::string_view page_;
    std::size_t at_ = 0;
    bool reasonable_ = true;
    std::size_t foreign_ = 0;  ///< open svg and math elements, in which every tag nests that does not close itself
    std::vector<std::string> open_;
};

// ---- gumbo within a budget
// -------------------------------------------------------------------------------------------

/// Memory that gumbo works in. All of it is given back at once, because gumbo's own way of freeing a tree recurses;
/// when the budget is spent it jumps out of the parser, which is C and holds nothing else.
class ParserMemory {
  public:
    explicit ParserMemory(std::size_t budget) : left_(budget) {}
    ~ParserMemory() {
        for (Block* block = first_.next; block != &first_;) {
            Block* next = block->next;
            std::free(block);
            block = next;
        }
    }
    ParserMemory(const ParserMemory&) = delete;
    ParserMemory& operator=(const ParserMemory&) = delete;

    static void* allocate(void* memory, std::size_t size) { return static_cast<ParserMemory*>(memory)->take(size); }
    static void deallocate(void*, void* bytes) {
        if (bytes != nullptr) release(static_cast<Block*>(bytes) - 1);
    }

    std::jmp_buf exhausted;

  private:
    struct alignas(std::max_align_t) Block {
        Block* previous;
        Block* next;
    };

    void* take(std::size_t size) {
        const std::size_t needed = size + sizeof(Block);
        void* bytes = needed <= left_ ? std::malloc(needed) : nullptr;
        if (bytes == nullptr) std::longjmp(exhausted, 1);
        left_ -= needed;
        Block* const block = static_cast<Block*>(bytes);
        *block = {&first_, first_.next};
        first_.next->previous = block;
        first_.next = block;
        return block + 1;
    }

    static void release(Block* block) {
        block->previous->next = block->next;
        block->next->previous = block->previous;
        std::free(block);
    }

    Block first_ = {&first_, &first_};
    std::size_t left_;
};

/// Null if the memory did not suffice. Nothing in here may have a destructor.
GumboOutput* parse_within(ParserMemory& memory, std::string_view page) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = ParserMemory::allocate;
    options.deallocator = ParserMemory::deallocate;
    options.userdata = &memory;
    options.max_errors = 0;
    if (setjmp(memory.exhausted) != 0) return nullptr;
    return gumbo_parse_with_options(&options, page.data(), page.size());
}

// ---- from a tree to text
// ---------------------------------------------------------------------------------------------

bool is_block(GumboTag tag) {
    static const std::vector<bool> blocks = [] {
        std::vector<bool> set(GUMBO_TAG_LAST + 1, false);
        for (const GumboTag block :
             {GUMBO_TAG_ADDRESS, GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE,  GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BR,
              GUMBO_TAG_BODY,    GUMBO_TAG_CAPTION, GUMBO_TAG_CENTER, GUMBO_TAG_DD,         GUMBO_TAG_DETAILS,
              GUMBO_TAG_DIV,     GUMBO_TAG_DL,      GUMBO_TAG_DT,     GUMBO_TAG_FIELDSET,   GUMBO_TAG_FIGCAPTION,
              GUMBO_TAG_FIGURE,  GUMBO_TAG_FOOTER,  GUMBO_TAG_FORM,   GUMBO_TAG_H1,         GUMBO_TAG_H2,
              GUMBO_TAG_H3,      GUMBO_TAG_H4,      GUMBO_TAG_H5,     GUMBO_TAG_H6,         GUMBO_TAG_HEADER,
              GUMBO_TAG_HR,      GUMBO_TAG_LI,      GUMBO_TAG_MAIN,   GUMBO_TAG_NAV,        GUMBO_TAG_OL,
              GUMBO_TAG_OPTION,  GUMBO_TAG_P,       GUMBO_TAG_PRE,    GUMBO_TAG_SECTION,    GUMBO_TAG_SUMMARY,
              GUMBO_TAG_TABLE,   GUMBO_TAG_TBODY,   GUMBO_TAG_TD,     GUMBO_TAG_TEXTAREA,   GUMBO_TAG_TFOOT,
              GUMBO_TAG_TH,      GUMBO_TAG_THEAD,   GUMBO_TAG_TR,     GUMBO_TAG_UL}) {
            set[block] = true;
        }
        return set;
    }();
    return blocks[tag];
}

bool is_left_out(GumboTag tag) {
    return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_TEMPLATE || tag == GUMBO_TAG_HEAD;
}

/// Text in which white space is folded: a run of it is one blank, or one line end where a block ends.
class FoldedText {
  public:
    void add(std::string_view part, bool verbatim) {
        for (const char c : part) {
            if (verbatim && c == '\n') {
                end_line();
            } else if (is_space(c)) {
                blank_ = true;
            } else {
                flush();
                text_ += c;
            }
        }
    }
    void end_line() { line_ended_ = true; }
    std::string take() { return std::move(text_); }

  private:
    void flush() {
        if ((blank_ || line_ended_) && !text_.empty()) text_ += line_ended_ ? '\n' : ' ';
        blank_ = line_ended_ = false;
    }

    std::string text_;
    bool blank_ = false;
    bool line_ended_ = false;
};

const GumboVector* children_of(const GumboNode* node) {
    if (node->type == GUMBO_NODE_DOCUMENT) return &node->v.document.children;
    return node->type == GUMBO_NODE_ELEMENT ? &node->v.element.children : nullptr;
}

/// Walks the tree without recursion, for it may be as deep as its page.
class TextOfTree {
  public:
    explicit TextOfTree(const GumboNode* root) { walk(root); }

    TitledText take() { return {title_.take(), text_.take()}; }

  private:
    struct Level {
        const GumboNode* node;
        unsigned int next_child;
    };

    void walk(const GumboNode* root) {
        enter(root);
        while (!levels_.empty()) {
            Level& level = levels_.back();
            const GumboVector* children = children_of(level.node);
            if (level.next_child < children->length) {
                enter(static_cast<const GumboNode*>(children->data[level.next_child++]));
            } else {
                leave(level.node);
                levels_.pop_back();
            }
        }
    }

    void enter(const GumboNode* node) {
        if (children_of(node) != nullptr) {
            if (node->type == GUMBO_NODE_ELEMENT) {
                const GumboTag tag = node->v.element.tag;
                if (tag == GUMBO_TAG_TITLE && node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML) ++titles_;
                left_out_ += is_left_out(tag) ? 1 : 0;
                verbatim_ += tag == GUMBO_TAG_PRE ? 1 : 0;
                if (is_block(tag)) text_.end_line();
            }
            levels_.push_back({node, 0});
        } else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
                   node->type == GUMBO_NODE_CDATA) {
            add(node->v.text.text);
        }
    }

    void add(std::string_view text) {
        if (titles_ > 0) {
            if (!titled_) title_.add(text, false);
        } else if (left_out_ == 0) {
            text_.add(text, verbatim_ > 0);
        }
    }

    void leave(const GumboNode* node) {
        if (node->type != GUMBO_NODE_ELEMENT) return;
        const GumboTag tag = node->v.element.tag;
        if (tag == GUMBO_TAG_TITLE && node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML) {
            --titles_;
            titled_ = true;
        }
        left_out_ -= is_left_out(tag) ? 1 : 0;
        verbatim_ -= tag == GUMBO_TAG_PRE ? 1 : 0;
        if (is_block(tag)) text_.end_line();
    }

    std::vector<Level> levels_;
    FoldedText title_;
    FoldedText text_;
    int titles_ = 0;
    int left_out_ = 0;
    int verbatim_ = 0;
    bool titled_ = false;
};

/// Appends what the reference at `at` stands for, and returns how many bytes it took; 0 if it is none of the few known.
std::size_t resolve_reference(std::string_view page, std::size_t at, std::string& text) {
    constexpr std::array<std::array<std::string_view, 2>, 6> references = {
        {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}}};
    for (const auto& [reference, meaning] : references) {
        if (page.substr(at, reference.size()) == reference) {
            text += meaning;
            return reference.size();
        }
    }
    return 0;
}

/// Where the markup that begins at `at` ends: a comment, a tag, or a script with all that is in it.
std::size_t end_of_markup(std::string_view page, std::size_t at) {
    if (page.substr(at, 4) == "<!--") return past(page, "-->", at);
    for (const std::string_view name : {"script", "style"}) {
        if (lower_ascii(page.substr(at + 1, name.size())) != name) continue;
        std::size_t end = past(page, "</", at);
        while (end < page.size() && lower_ascii(page.substr(end, name.size())) != name) end = past(page, "</", end);
        return past(page, ">", end);
    }
    ++at;
    if (!is_ascii_letter(page[at])) return past(page, ">", at);
    while (at < page.size() && !is_space(page[at]) && page[at] != '/' && page[at] != '>') ++at;
    return end_of_tag(page, at).at;
}

}  // namespace

TitledText read_html_without_parsing(std::string_view page) {
    FoldedText folded;
    std::string resolved;
    for (std::size_t at = 0; at < page.size();) {
        const std::size_t next = std::min(page.find_first_of("<&", at), page.size());
        folded.add(page.substr(at, next - at), false);
        at = next;
        if (at == page.size()) break;
        if (page[at] == '<' && at + 1 < page.size() &&
            (is_ascii_letter(page[at + 1]) || page[at + 1] == '/' || page[at + 1] == '!' || page[at + 1] == '?')) {
            at = end_of_markup(page, at);
            folded.end_line();
            continue;
        }
        resolved.clear();
        const std::size_t taken = resolve_reference(page, at, resolved);
        folded.add(taken > 0 ? std::string_view(resolved) : page.substr(at, 1), false);
        at += std::max<std::size_t>(taken, 1);
    }
    return {{}, folded.take()};
}

TitledText read_html(std::string_view page) {
    // Gumbo counts bytes in 32 bits in places.
    constexpr std::size_t most_bytes = std::size_t{1} << 30;
    if (page.size() > most_bytes || !NestingScan(page).is_reasonable()) return read_html_without_parsing(page);
    ParserMemory memory((std::size_t{64} << 20) + 64 * page.size());
    const GumboOutput* output = parse_within(memory, page);
    if (output == nullptr) return read_html_without_parsing(page);
    return TextOfTree(output->document).take();
}

}  // namespace eckart::corpora
