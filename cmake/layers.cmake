# corral_layer(NAME LIBRARIES…) makes the library corral_NAME from src/NAME (all folders below it), and the test program
# unit_NAME from the *_test.cpp files beside the code.
#
# The sources of a layer are compiled a few at a time as one unit, which takes a fifth of the time; names in anonymous
# namespaces are therefore unique within a layer. CORRAL_UNITY=OFF compiles them one by one.
option(CORRAL_UNITY "compile the sources of a layer together" ON)
add_custom_target(unit_tests)

function(corral_layer name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz)\\.cpp$")
  if(sources)
    add_library(corral_${name} STATIC ${sources})
    if(CORRAL_UNITY)
      set_target_properties(corral_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
      if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU") # sees a unit's sources as headers
        target_compile_options(corral_${name} PRIVATE -Wno-subobject-linkage)
      endif()
    endif()
    target_link_libraries(corral_${name} PUBLIC ${ARGN} PRIVATE corral_flags)
    target_compile_definitions(corral_${name} PUBLIC
      BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)
    target_include_directories(corral_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  else()
    add_library(corral_${name} INTERFACE)
    target_link_libraries(corral_${name} INTERFACE ${ARGN})
    target_include_directories(corral_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
  endif()
  corral_unit_test(${name} corral_${name})
endfunction()

# The test program unit_NAME from src/NAME/**/*_test.cpp, if there are any.
function(corral_unit_test name)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*_test.cpp")
  if(tests)
    add_executable(unit_${name} EXCLUDE_FROM_ALL ${tests})
    target_link_libraries(unit_${name} PRIVATE ${ARGN} corral_flags GTest::gtest GTest::gmock GTest::gtest_main)
    set_target_properties(unit_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_dependencies(unit_tests unit_${name})
  endif()
endfunction()
