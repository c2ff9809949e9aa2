#include "endpoints/multipart.h"

#include <gtest/gtest.h>

#include <random>

#include "endpoints/test_multipart_bytes.h"

namespace ca::endpoints {
namespace {

using testing::read_form;
using testing::ReadForm;

std::string form_of(const std::string& headers, const std::string& content) {
  return "--xx\r\n" + headers + "\r\n\r\n" + content + "\r\n--xx--\r\n";
}
std::string with_name(const std::string& name) {
  return form_of("Content-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"", "abc");
}
std::string refusal_of(const std::string& body) {
  const ReadForm form = read_form("xx", body, 7);
  return form.refusal.empty() ? "read" : form.refusal;
}

TEST(Multipart, ReadsOneFileInAnyPieces) {
  for (const std::string& content :
       {std::string("a,b\r\n1,2\r\n"), std::string(), std::string("\r\n"), std::string("--xx"),
        std::string("\r\n--x\r\n--\r\n-"), std::string("\0\xFF\r", 3), std::string("\r\r\r\n-"),
        std::string(100'000, '\r')}) {
    const std::string body = form_of(
        "Content-Disposition: form-data; name=\"file\"; filename=\"s.csv\"\r\nContent-Type: "
        "text/csv",
        content);
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 8U, 13U, 100U, 1'000'000U}) {
      if (content.size() > 1000 && piece < 100) continue;
      const ReadForm form = read_form("xx", body, piece);
      EXPECT_EQ(form.refusal, "");
      EXPECT_EQ(form.content, content);
      EXPECT_EQ(form.head->field, "file");
      EXPECT_EQ(form.head->file_name, "s.csv");
    }
  }
}

TEST(Multipart, NamesAreData) {
  const auto name = [](const std::string& sent) {
    return read_form("xx", with_name(sent), 9).head->file_name;
  };
  EXPECT_EQ(name("../../etc/passwd"), "../../etc/passwd");
  EXPECT_EQ(name("C:\\shop\\s.csv"), "C:\\shop\\s.csv");
  EXPECT_EQ(name("a\\\"b.csv"), "a\"b.csv");
  EXPECT_EQ(name("a%22b%0D%0Ac.csv"), "a\"b\r\nc.csv");
  EXPECT_EQ(name("100%.csv"), "100%.csv");
  EXPECT_EQ(name("\xF0\x9F\x98\x80; filename=x.csv"), "\xF0\x9F\x98\x80; filename=x.csv");
  EXPECT_EQ(name("<script>alert(1)</script>"), "<script>alert(1)</script>");
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name(std::string(10'000, 'x')).size(), 10'000U);
  EXPECT_EQ(
      read_form("xx", form_of("content-disposition:form-data;name=f;filename=s.csv", "abc"), 1)
          .head->file_name,
      "s.csv");
}

TEST(Multipart, SEC_18_RefusesWhatIsNotAsItMustBe) {
  const std::string good = with_name("s.csv");
  ASSERT_EQ(refusal_of(good), "read");
  EXPECT_EQ(refusal_of(""), "The form cannot be read: it ends in the middle.");
  EXPECT_EQ(refusal_of("abc"), "The form cannot be read: it does not begin with its boundary.");
  EXPECT_EQ(refusal_of("\r\n" + good),
            "The form cannot be read: it does not begin with its boundary.");
  EXPECT_EQ(refusal_of(good + "x"), "The form cannot be read: something follows its end.");
  EXPECT_EQ(refusal_of(good + good), "The form cannot be read: something follows its end.");
  const std::string two = good.substr(0, good.size() - 4) + "\r\n" + good.substr(6);
  EXPECT_EQ(refusal_of(two), "The form cannot be read: it has more than one part.");
  EXPECT_EQ(refusal_of(with_name("a\nb")),
            "The form cannot be read: a header of its part is none.");
  EXPECT_EQ(refusal_of(with_name(std::string("a\0b", 3))),
            "The form cannot be read: a header of its part is none.");
  EXPECT_EQ(refusal_of(with_name(std::string(70'000, 'x'))),
            "The form cannot be read: the headers of its part are too long.");
  EXPECT_EQ(refusal_of("--xx\r\n" + std::string(200'000, 'x')),
            "The form cannot be read: the headers of its part are too long.")
      << "before they have all come";
  const auto headers = [](const std::string& lines) { return refusal_of(form_of(lines, "abc")); };
  const std::string file = "Content-Disposition: form-data; name=\"f\"; filename=\"s\"";
  EXPECT_EQ(headers("Content-Disposition: form-data; name=\"f\""),
            "The form cannot be read: its part is not a file.");
  EXPECT_EQ(headers("Content-Disposition: form-data; filename=\"f\""),
            "The form cannot be read: its part has no name.");
  EXPECT_EQ(headers("Content-Type: text/csv"),
            "The form cannot be read: its part has no Content-Disposition.");
  EXPECT_EQ(headers(file + "\r\n" + file),
            "The form cannot be read: its part has two Content-Dispositions.");
  for (const char* wrong :
       {"Content-Disposition: attachment; name=\"f\"; filename=\"s\"",
        "Content-Disposition: form-data; name=\"f\"; filename=\"s",
        "Content-Disposition: form-data; name=\"f\"; filename=\"s\"x",
        "Content-Disposition: form-data; name=\"f\"; filename=\"s\"; filename=\"t\"",
        "Content-Disposition: form-data; name=; filename=\"s\"", "Content-Disposition: form-data;",
        "Content-Disposition: form-data; name", "Content-Disposition:"}) {
    EXPECT_EQ(headers(wrong),
              "The form cannot be read: the Content-Disposition of its part is none of form-data.")
        << wrong;
  }
  EXPECT_EQ(headers(file + "\r\nContent-Transfer-Encoding: base64"),
            "The form cannot be read: its part is in a transfer encoding.");
  EXPECT_EQ(headers(file + "\r\nno header"),
            "The form cannot be read: a header of its part is none.");
  EXPECT_EQ(headers(file + "\r\n folded"),
            "The form cannot be read: a header of its part is none.");
  std::string many = file;
  for (int i = 0; i < MultipartFile::kMostHeaders; ++i) many += "\r\nX-A: b";
  EXPECT_EQ(headers(many), "The form cannot be read: its part has too many headers.");
  EXPECT_EQ(refusal_of(form_of(file, "a\r\n--xxy")),
            "The form cannot be read: the boundary stands within the file.");
}

TEST(Multipart, EveryEndInTheMiddleIsRefused) {
  const std::string good = with_name("s.csv");
  for (std::size_t size = 0; size + 4 < good.size(); ++size) {
    EXPECT_NE(refusal_of(good.substr(0, size)), "read") << size;
  }
  EXPECT_EQ(refusal_of(good.substr(0, good.size() - 2)), "read") << "the last line end may lack";
  EXPECT_NE(refusal_of(good.substr(0, good.size() - 1)), "read");
}

TEST(Multipart, TheBoundaryComesFromTheContentType) {
  const auto boundary = [](const std::string& type) -> std::string {
    try {
      return boundary_of(type);
    } catch (const Error& error) {
      return error.code();
    }
  };
  EXPECT_EQ(boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(boundary("Multipart/Form-Data;charset=utf-8;BOUNDARY=\"a b'c\""), "a b'c");
  EXPECT_EQ(boundary("multipart/mixed; boundary=abc"), "E-MEDIA");
  for (const char* wrong :
       {"multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=\"a\r\nb\"",
        "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=\"a*b\""}) {
    EXPECT_EQ(boundary(wrong), "E-PARAM") << wrong;
  }
  EXPECT_EQ(boundary("multipart/form-data; boundary=" + std::string(70, 'a')).size(), 70U);
  EXPECT_EQ(boundary("multipart/form-data; boundary=" + std::string(71, 'a')), "E-PARAM");
}

TEST(Multipart, AnyBytesAreReadAlikeInAnyPieces) {
  std::mt19937_64 random(11);
  const std::string_view parts[] = {
      "--xx",     "\r\n",     "\r",
      "\n",       "-",        "--",
      "x",        "a,b",      "Content-Disposition: form-data; name=\"f\"; filename=\"s\"",
      "\r\n\r\n", "\r\n--xx", "\r\n--xx--",
      "\xFF"};
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(1, static_cast<char>(random()));
    if (random() % 4 != 0) bytes += with_name("s.csv").substr(0, random() % 200);
    for (std::uint64_t i = random() % 12; i > 0; --i) bytes += parts[random() % std::size(parts)];
    testing::try_multipart(bytes);
    read += read_form("xx", std::string_view(bytes).substr(1), 5).refusal.empty() ? 1 : 0;
  }
  EXPECT_GT(read, 100) << "the test meets good bodies, too";
}

}  // namespace
}  // namespace ca::endpoints
