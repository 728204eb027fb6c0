#include "corpora/documents/mail.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

TEST_CASE("headers are decoded and the plain text is the text") {
    const Message message = read_message(
        "Message-ID: <a@b>\r\nSubject: =?iso-8859-1?Q?caf=E9?= =?utf-8?B?w6k=?=\r\n"
        "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "d=E9j=E0 vu\r\n");

    CHECK(message.id == "a@b");
    CHECK(message.subject == "caf\u00e9\u00e9");
    CHECK(message.text.find("d\u00e9j\u00e0 vu") == 0);
    CHECK(message.attachments == 0);
}

constexpr std::string_view several_parts =
    "Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=X\n\n"
    "--X\nContent-Type: multipart/alternative; boundary=Y\n\n"
    "--Y\nContent-Type: text/plain\n\nplain words\n--Y\nContent-Type: text/html\n\n<p>html words\n--Y--\n"
    "--X\nContent-Type: application/pdf\n\nbinary\n"
    "--X\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nattached\n--X--\n";

TEST_CASE("of two versions the plain one is taken, and attachments are counted") {
    const Message message = read_message(several_parts);

    CHECK(message.text.find("plain words") == 0);
    CHECK(message.text.find("html") == std::string::npos);
    CHECK(message.text.find("attached") == std::string::npos);
    CHECK(message.attachments == 2);
}

TEST_CASE("a mail in HTML alone gives its words") {
    CHECK(read_message("Subject: s\nContent-Type: text/html\n\n<p>one<p>two\n").text == "one\ntwo");
}

TEST_CASE("bytes that are no mail are no error") {
    CHECK_NOTHROW(read_message(""));
    CHECK_NOTHROW(read_message(std::string_view("\0\xff\n\n", 4)));
    CHECK_NOTHROW(read_message("just words\n"));
}

TEST_CASE("mail nested beyond reason is cut off") {
    std::string mail = "Subject: s\n";
    for (int i = 0; i < 3000; ++i) mail += "Content-Type: message/rfc822\n\n";

    CHECK_NOTHROW(read_message(mail + "Content-Type: text/plain\n\nwords\n"));
}

TEST_CASE("senders and receivers are text, with their names decoded") {
    const Message message = read_message(
        "From: =?utf-8?q?Zo=C3=AB?= Quill <zoe@quill.example>\n"
        "To: \"Marsh, Tom\" <tom@marsh.example>,\n  lists@ferns.example\n"
        "Cc: Ida <ida@ferns.example>\nSubject: ferns\n\nThey grow.\n");

    CHECK(message.from == "Zo\u00eb Quill <zoe@quill.example>");
    CHECK(message.to == "\"Marsh, Tom\" <tom@marsh.example>, lists@ferns.example");
    CHECK(message.cc == "Ida <ida@ferns.example>");
    CHECK(shown_text(message) ==
          "From: Zo\u00eb Quill <zoe@quill.example>\n"
          "To: \"Marsh, Tom\" <tom@marsh.example>, lists@ferns.example\n"
          "Cc: Ida <ida@ferns.example>\n\nThey grow.\n");
    CHECK(shown_text(read_message("Subject: s\n\nbody\n")) == "body\n");
    CHECK(shown_text(read_message("Subject: s\nTo: undisclosed-recipients:;\n\nbody\n")).ends_with("\n\nbody\n"));
}

TEST_CASE("an mbox is told from a text that begins with the word From") {
    CHECK(begins_mbox("From a@b Mon\nSubject: s\n\nx"));
    CHECK_FALSE(begins_mbox("From here on\nwe walk: slowly\n"));
    CHECK_FALSE(begins_mbox("From a"));
    CHECK_FALSE(begins_mbox("Subject: s\n"));
}

TEST_CASE("an mbox is cut at its From lines") {
    const std::string_view mbox =
        "From a@b Mon Jan  1\nMessage-ID: <1@b>\nSubject: one\n\nbody\nFrom within\n>From quoted\n>>From twice\n\n"
        "From c@d Tue Jan  2\nSubject: two\n\nbody two\n";

    const auto documents = all_documents(*read_mbox(memory_byte_stream(mbox, "test")));

    REQUIRE(ids_of(documents) == Ids{"1@b", "message 2"});
    CHECK(documents[0].title == "one");
    CHECK(documents[0].text.find("body\nFrom within\nFrom quoted\n>From twice\n") == 0);
    CHECK(documents[1].title == "two");
}

TEST_CASE("attachments and messages beyond the bound are counted") {
    const std::string mbox = "From a\n" + std::string(several_parts) + "\nFrom b\nSubject: big\n\n" +
                             std::string(2000, 'x') + "\n\nFrom c\nSubject: last\n\nx\n";

    const auto reader = read_mbox(memory_byte_stream(mbox, "test"), 900);

    CHECK(ids_of(all_documents(*reader)) == Ids{"message 1", "message 3"});
    CHECK(reader->report().skipped.at("attachment") == 2);
    CHECK(reader->report().skipped.at("too large") == 1);
    CHECK(reader->report().first_problem == "test: message 2 has more than 900 bytes");
}

TEST_CASE("what is no mbox is an error with its line") {
    CHECK(input_error([] { all_documents(*read_mbox(memory_byte_stream("\nhello\n", "test"))); }) ==
          "test:2: found \"hello\", expected a line From ...");
    CHECK(all_documents(*read_mbox(memory_byte_stream("", "test"))).empty());
}

}  // namespace
}  // namespace eckart::corpora
