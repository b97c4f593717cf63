#pragma once

// Purpose: the escaping functions of Go templates: html, js, urlquery.
//
// Source: Go's text/template and net/url, Go 1.26.

#include <string>
#include <string_view>

namespace corral::prompt::go {

std::string escape_html(std::string_view text);
std::string escape_js(std::string_view text);
std::string escape_query(std::string_view text);

}  // namespace corral::prompt::go
