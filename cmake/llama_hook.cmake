# Runs inside llama.cpp's own project (CMAKE_PROJECT_llama.cpp_INCLUDE), so that its source stays untouched.
#
#   CORRAL_KERNELS   OFF leaves ggml's own kernels in place: for the tools that benchmarks compare with

option(CORRAL_KERNELS "put Corral's CPU kernels in the place of ggml's" ON)

# The CPU backend's targets: one, or with GGML_CPU_ALL_VARIANTS one for each kind of processor.
function(corral_cpu_targets result)
  get_property(targets DIRECTORY "${CMAKE_SOURCE_DIR}/ggml/src" PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER targets INCLUDE REGEX "^ggml-cpu")
  list(FILTER targets EXCLUDE REGEX "-feats$")
  set(${result} ${targets} PARENT_SCOPE)
endfunction()

# GCC 12 removes the stores that fill the AMX tile configuration as dead, and the AMX path then dies with an illegal
# instruction. Turning dead-store elimination off for that one file cures it; the file is only used where AMX is.
function(corral_keep_amx_stores)
  corral_cpu_targets(targets)
  foreach(target ${targets})
    set_source_files_properties("${CMAKE_SOURCE_DIR}/ggml/src/ggml-cpu/amx/mmq.cpp"
      TARGET_DIRECTORY ${target} PROPERTIES COMPILE_OPTIONS "-fno-tree-dse;-fno-dse")
  endforeach()
endfunction()

# GCC 12 takes what its own AVX-512 headers leave undefined on purpose for a mistake, in thousands of lines.
function(corral_quieten_avx512)
  corral_cpu_targets(targets)
  foreach(target ${targets})
    target_compile_options(${target} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized)
  endforeach()
endfunction()

# Compiles src/kernels/NAME.cpp into the CPU backend; the functions (ARGN) of ggml that it replaces, in ggml's file `source`,
# are compiled under the names FUNCTION_reference, which ours calls for what it does not do.
function(corral_replace_kernel name source)
  list(TRANSFORM ARGN REPLACE "(.+)" "\\1=\\1_reference" OUTPUT_VARIABLE renamed)
  set(ggml "${CMAKE_SOURCE_DIR}/ggml/src")
  set(ours "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../src/kernels/${name}.cpp")
  cmake_path(NORMAL_PATH ours)
  corral_cpu_targets(targets)
  foreach(target ${targets})
    target_sources(${target} PRIVATE "${ours}")
    set_source_files_properties("${ours}" TARGET_DIRECTORY ${target} PROPERTIES
      INCLUDE_DIRECTORIES "${ggml};${ggml}/ggml-cpu" COMPILE_OPTIONS "-O3;-Wno-unused-function")
    set_property(SOURCE "${ggml}/ggml-cpu/${source}" TARGET_DIRECTORY ${target}
      APPEND PROPERTY COMPILE_DEFINITIONS "${renamed}")
  endforeach()
endfunction()

function(corral_change_ggml)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    corral_keep_amx_stores()
    corral_quieten_avx512()
  endif()
  if(CORRAL_KERNELS)
    corral_replace_kernel(flash_attention ops.cpp ggml_compute_forward_flash_attn_ext)
    corral_replace_kernel(gelu ops.cpp ggml_compute_forward_unary)
    corral_replace_kernel(graph ggml-cpu.c ggml_graph_compute)
    corral_replace_kernel(norm ops.cpp ggml_compute_forward_norm)
    corral_replace_kernel(weight_buffer amx/amx.cpp ggml_backend_amx_buffer_type)
    corral_replace_kernel(matrix_product amx/mmq.cpp ggml_backend_amx_mul_mat ggml_backend_amx_desired_wsize)
  endif()
endfunction()
cmake_language(DEFER CALL corral_change_ggml)
