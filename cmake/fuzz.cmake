# The libFuzzer programs (preset `fuzz`, Clang only): every src/<layer>/**/<name>_fuzz.cpp becomes <build>/<name>_fuzz,
# linked with its layer and those below. tests/fuzz.sh runs them. Only what they need is built.
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "the fuzz targets need Clang: use the preset `fuzz`")
endif()

get_property(_targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(target ${_targets})
  get_target_property(_type ${target} TYPE)
  if(_type STREQUAL "STATIC_LIBRARY")
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL TRUE)
  endif()
endforeach()

file(GLOB_RECURSE _fuzz_sources CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/src" "src/*_fuzz.cpp")
foreach(source ${_fuzz_sources})
  string(REGEX MATCH "^[^/]+" layer "${source}")
  get_filename_component(name "${source}" NAME_WE)
  add_executable(${name} "src/${source}")
  target_link_libraries(${name} PRIVATE corral_${layer} corral_flags)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer,address,undefined)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endforeach()
