#include "http/form.h"

#include <gtest/gtest.h>

namespace corral::http {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

std::string part(std::string_view disposition, std::string_view value) {
    std::string text = "--XX\r\nContent-Disposition: form-data; ";
    return text.append(disposition).append("\r\n\r\n").append(value).append("\r\n");
}

// The fields as `name=value`, files as `name@value`; or the error.
std::string read(std::string_view type, std::string_view body) {
    const auto fields = read_multipart(type, body);
    if (!fields) return fields.error().message;
    std::string text;
    for (const auto& field : *fields)
        text.append(field.name).append(field.is_file ? "@" : "=").append(field.value) += ' ';
    return text;
}

TEST(ReadMultipart, FieldsAndFiles) {
    EXPECT_EQ(read(kType, part("name=\"model\"", "m") +
                              part("name=\"file\"; filename=\"a.wav\"", "RIFF\r\n--X\r\n\r\n") +
                              "--XX--\r\n"),
              "model=m file@RIFF\r\n--X\r\n\r\n ");
    EXPECT_EQ(read(kType, "--XX--"), "");
    EXPECT_EQ(read(kType, "preamble\r\n" + part("name=a", "1") + "--XX--epilogue"), "a=1 ");
    EXPECT_EQ(read(kType, part("name=a", "") + "--XX--"), "a= ");
    EXPECT_EQ(read(kType, "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--"), "a= ");
    EXPECT_EQ(read(kType,
                   "--XX  \r\ncontent-disposition: form-data; NAME=a\r\nX: y\r\n\r\n1"
                   "\r\n--XX--"),
              "a=1 ");
    EXPECT_EQ(read(kType, part("filename=\"nameless\"", "1") + "--XX--"), "");
}

TEST(ReadMultipart, QuotedNamesAndBoundaries) {
    EXPECT_EQ(read(kType, part(R"(name="a\"b\\c\d"; filename*=UTF-8''x)", "1") + "--XX--"),
              R"(a"b\c\d@1 )");
    EXPECT_EQ(read(kType, part(R"(x="; name=no"; name=yes)", "1") + "--XX--"), "yes=1 ");
    EXPECT_EQ(read("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"",
                   "--a b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--a b--"),
              "a=1 ");
}

TEST(ReadMultipart, RefusesWhatIsNone) {
    const std::string no_type = "request Content-Type isn't multipart/form-data";
    EXPECT_EQ(read("", ""), no_type);
    EXPECT_EQ(read("application/json", "{}"), no_type);
    const std::string no_boundary = "no multipart boundary param in Content-Type";
    EXPECT_EQ(read("multipart/form-data", ""), no_boundary);
    EXPECT_EQ(read("multipart/form-data; boundary=\"", ""), no_boundary);
    EXPECT_EQ(read("multipart/form-data; boundary=" + std::string(71, 'x'), ""), no_boundary);
    EXPECT_EQ(read(kType, ""), "multipart: NextPart: EOF");
    EXPECT_EQ(read(kType, "--XX"), "multipart: NextPart: EOF");
    EXPECT_EQ(read(kType, part("name=a", "cut")), "multipart: NextPart: EOF");
    EXPECT_EQ(read(kType, "--XX\r\nContent-Disposition: form-data; name=a\r\n"),
              "multipart: the headers of a part do not end");
    EXPECT_EQ(read(kType, "--XX\r\nnonsense\r\n\r\n--XX--"),
              "multipart: a header of a part is malformed");
}

TEST(ReadMultipart, IsBounded) {
    std::string many;
    for (std::size_t i = 0; i <= kMaxFormFields; ++i) many += part("name=a", "1");
    EXPECT_EQ(read(kType, many + "--XX--"), "multipart: the form has too many fields");
    const auto long_headers = "name=a\r\nX: " + std::string(kMaxPartHeaders, 'x');
    EXPECT_EQ(read(kType, part(long_headers, "1") + "--XX--"),
              "multipart: the headers of a part do not end");
}

TEST(QueryValue, DecodesOne) {
    EXPECT_EQ(query_value("a=1&language=de%2FCH+x&language=no", "language"), "de/CH x");
    EXPECT_EQ(query_value("a=1&b", "b"), "");
    EXPECT_EQ(query_value("", "b"), "");
    EXPECT_EQ(query_value("b=%zz", "b"), "");
}

}  // namespace
}  // namespace corral::http
