# Runs inside llama.cpp's own project (CMAKE_PROJECT_llama.cpp_INCLUDE), so that its source stays untouched.
#
# GCC 12 removes the stores that fill the AMX tile configuration as dead, and the AMX path then dies with an illegal
# instruction. Turning dead-store elimination off for that one file cures it; the file is only used where AMX is.
function(corral_keep_amx_stores)
  foreach(target ggml-cpu ggml-cpu-sapphirerapids)
    if(TARGET ${target})
      set_source_files_properties("${CMAKE_SOURCE_DIR}/ggml/src/ggml-cpu/amx/mmq.cpp"
        TARGET_DIRECTORY ${target} PROPERTIES COMPILE_OPTIONS "-fno-tree-dse;-fno-dse")
    endif()
  endforeach()
endfunction()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  cmake_language(DEFER CALL corral_keep_amx_stores)
endif()
