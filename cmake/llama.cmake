# Brings in llama.cpp: finds its source, builds it once into a cache outside the build tree, and defines the
# target `llama_cpp` that engine/ links. The cache is keyed by version, flags, compiler and (for native builds)
# processor, so a clean checkout rebuilds only our own code.
#
# Options
#   CORRAL_LLAMA_SOURCE   an existing llama.cpp tree to build instead of the pinned release
#   CORRAL_CACHE          the cache directory (environment CORRAL_CACHE, else ~/.cache/corral)
#   CORRAL_PORTABLE       shared libraries and ggml's dynamic backends: one build for every x86-64 machine
#   CORRAL_CUDA, CORRAL_VULKAN, CORRAL_HIP   GPU backends, passed through to ggml

set(CORRAL_LLAMA_VERSION "v0.5.0")
set(CORRAL_LLAMA_REPOSITORY "https://github.com/ggml-org/llama.cpp")
# The npm package carries the same release as a Git bundle of one commit. npm checks the package against its
# registry's integrity hash; the digest below pins the bundle itself.
set(CORRAL_LLAMA_NPM "node-llama-cpp@3.22.1")
set(CORRAL_LLAMA_BUNDLE_SHA256 "5f5d1105d5df040738d87b8290e5d17e7362131cdcfdb0831618e0ea528b4a51")

set(CORRAL_LLAMA_SOURCE "" CACHE PATH "llama.cpp source tree to use instead of the pinned release")
option(CORRAL_PORTABLE "dynamic ggml backends, one build for every machine of this architecture" OFF)
option(CORRAL_CUDA "build ggml's CUDA backend" OFF)
option(CORRAL_VULKAN "build ggml's Vulkan backend" OFF)
option(CORRAL_HIP "build ggml's HIP backend" OFF)

if(DEFINED ENV{CORRAL_CACHE})
  set(_default_cache "$ENV{CORRAL_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(_default_cache "$ENV{XDG_CACHE_HOME}/corral")
else()
  set(_default_cache "$ENV{HOME}/.cache/corral")
endif()
set(CORRAL_CACHE "${_default_cache}" CACHE PATH "where llama.cpp is built and kept")

# Unpacks the pinned release into `dir`; tries the Git repository, then npm.
function(corral_fetch_llama dir)
  find_package(Git REQUIRED)
  message(STATUS "llama.cpp ${CORRAL_LLAMA_VERSION}: fetching the source")
  file(REMOVE_RECURSE "${dir}.tmp")
  file(MAKE_DIRECTORY "${dir}.tmp")
  execute_process(
    COMMAND timeout 300 ${GIT_EXECUTABLE} -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=15
            clone --quiet --depth 1 --branch ${CORRAL_LLAMA_VERSION} ${CORRAL_LLAMA_REPOSITORY} "${dir}.tmp/source"
    RESULT_VARIABLE failed ERROR_QUIET)
  if(failed)
    message(STATUS "  its Git repository cannot be reached; taking the same release from npm")
    find_program(NPM npm REQUIRED)
    execute_process(COMMAND ${NPM} pack --silent ${CORRAL_LLAMA_NPM} WORKING_DIRECTORY "${dir}.tmp"
                    OUTPUT_VARIABLE tarball OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "llama.cpp ${CORRAL_LLAMA_VERSION} could not be fetched from Git or from npm. "
                          "Set CORRAL_LLAMA_SOURCE to a copy of its source.")
    endif()
    file(ARCHIVE_EXTRACT INPUT "${dir}.tmp/${tarball}" DESTINATION "${dir}.tmp"
         PATTERNS "package/llama/gitRelease.bundle")
    set(bundle "${dir}.tmp/package/llama/gitRelease.bundle")
    file(SHA256 "${bundle}" digest)
    if(NOT digest STREQUAL CORRAL_LLAMA_BUNDLE_SHA256)
      message(FATAL_ERROR "the llama.cpp bundle from npm has digest ${digest}, not ${CORRAL_LLAMA_BUNDLE_SHA256}")
    endif()
    execute_process(COMMAND ${GIT_EXECUTABLE} -c advice.detachedHead=false clone --quiet "${bundle}"
                            "${dir}.tmp/source" COMMAND_ERROR_IS_FATAL ANY)
  endif()
  file(RENAME "${dir}.tmp/source" "${dir}")
  file(REMOVE_RECURSE "${dir}.tmp")
endfunction()

# The flags of llama.cpp's own build; everything here is part of the cache key.
set(_flags
  -DCMAKE_BUILD_TYPE=Release
  -DLLAMA_BUILD_COMMON=ON -DLLAMA_BUILD_MTMD=ON -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_SERVER=ON
  -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_UI=OFF
  -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_SUBPROCESS=OFF -DLLAMA_TOOLS_INSTALL=OFF
  -DGGML_OPENMP=OFF -DGGML_CUDA=${CORRAL_CUDA} -DGGML_VULKAN=${CORRAL_VULKAN} -DGGML_HIP=${CORRAL_HIP})
set(_dynamic ${CORRAL_PORTABLE})
if(CORRAL_CUDA OR CORRAL_VULKAN OR CORRAL_HIP)
  set(_dynamic ON) # a GPU backend is a library that is loaded where its driver is present
endif()
if(_dynamic)
  list(APPEND _flags -DBUILD_SHARED_LIBS=ON -DGGML_BACKEND_DL=ON -DGGML_NATIVE=OFF -DGGML_CPU_ALL_VARIANTS=ON)
  set(_processor "portable")
else()
  list(APPEND _flags -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=ON)
  execute_process(COMMAND sh -c "grep -m1 -E '^(flags|Features)' /proc/cpuinfo" OUTPUT_VARIABLE _processor)
endif()

file(SHA256 "${CMAKE_CURRENT_LIST_DIR}/llama_hook.cmake" _hook)
set(_kernels_key "")
file(GLOB _kernels CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/../src/kernels/*.cpp"
     "${CMAKE_CURRENT_LIST_DIR}/../src/kernels/*.h")
list(FILTER _kernels EXCLUDE REGEX "_test\\.(cpp|h)$")
foreach(_kernel ${_kernels})
  file(SHA256 "${_kernel}" _digest)
  string(APPEND _kernels_key "${_digest}")
endforeach()
set(_made_of "${CORRAL_LLAMA_VERSION};${CORRAL_LLAMA_SOURCE};${_flags};${_processor};${_hook};\
${CMAKE_CXX_COMPILER_ID};${CMAKE_CXX_COMPILER_VERSION}")
# The folder of a build: keyed by all that it is made of.
function(corral_llama_folder result made_of)
  string(SHA256 key "${made_of}")
  string(SUBSTRING "${key}" 0 12 key)
  set(${result} "${CORRAL_CACHE}/llama/${CORRAL_LLAMA_VERSION}-${key}" PARENT_SCOPE)
endfunction()
corral_llama_folder(CORRAL_LLAMA_BUILD "${_made_of};${_kernels_key}")

file(MAKE_DIRECTORY "${CORRAL_CACHE}/llama")
file(LOCK "${CORRAL_CACHE}/llama/lock" GUARD FILE)
if(CORRAL_LLAMA_SOURCE)
  set(_source "${CORRAL_LLAMA_SOURCE}")
else()
  set(_source "${CORRAL_CACHE}/llama/${CORRAL_LLAMA_VERSION}-source")
  if(NOT EXISTS "${_source}/CMakeLists.txt")
    corral_fetch_llama("${_source}")
  endif()
endif()
set(CORRAL_LLAMA_TREE "${_source}")

find_program(CCACHE ccache)
set(_environment ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${CORRAL_CACHE}/llama") # builds under other keys share what is equal
if(CCACHE)
  list(APPEND _flags "-DCMAKE_C_COMPILER_LAUNCHER=${CCACHE}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${CCACHE}")
endif()
set(_configure -G Ninja ${_flags} -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
    "-DCMAKE_PROJECT_llama.cpp_INCLUDE=${CMAKE_CURRENT_LIST_DIR}/llama_hook.cmake")
if(NOT EXISTS "${CORRAL_LLAMA_BUILD}/built")
  message(STATUS "llama.cpp ${CORRAL_LLAMA_VERSION}: building into ${CORRAL_LLAMA_BUILD} (once, about 9 minutes on 2 cores)")
  execute_process(COMMAND ${CMAKE_COMMAND} -S "${_source}" -B "${CORRAL_LLAMA_BUILD}" ${_configure}
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(
    COMMAND ${_environment} ${CMAKE_COMMAND} --build "${CORRAL_LLAMA_BUILD}" --target llama llama-common mtmd ggml
    COMMAND_ERROR_IS_FATAL ANY)
  file(TOUCH "${CORRAL_LLAMA_BUILD}/built")
endif()
file(LOCK "${CORRAL_CACHE}/llama/lock" RELEASE)

# llama.cpp's own tools with its own kernels: the other side of every benchmark. The file names their folder.
corral_llama_folder(_tools "${_made_of}")
string(APPEND _tools "-plain")
file(WRITE "${CMAKE_BINARY_DIR}/llama_tools_folder" "${_tools}/bin")
add_custom_target(llama_tools
  COMMAND ${CMAKE_COMMAND} -S "${_source}" -B "${_tools}" ${_configure} -DCORRAL_KERNELS=OFF
  COMMAND ${_environment} ${CMAKE_COMMAND} --build "${_tools}" --target llama-bench llama-server llama-quantize
  USES_TERMINAL VERBATIM)

add_library(llama_cpp INTERFACE)
target_include_directories(llama_cpp SYSTEM INTERFACE
  "${_source}/include" "${_source}/ggml/include" "${_source}/common" "${_source}/tools/mtmd" "${_source}/vendor")
if(_dynamic)
  file(GLOB _libraries "${CORRAL_LLAMA_BUILD}/bin/*.so*")
  set(CORRAL_LLAMA_SHARED_LIBRARIES "${_libraries}")
  foreach(name llama-common mtmd llama ggml ggml-base)
    target_link_libraries(llama_cpp INTERFACE "${CORRAL_LLAMA_BUILD}/bin/lib${name}.so")
  endforeach()
  target_link_libraries(llama_cpp INTERFACE "${CORRAL_LLAMA_BUILD}/common/libllama-common-base.a" Threads::Threads)
else()
  set(CORRAL_LLAMA_SHARED_LIBRARIES "")
  file(GLOB_RECURSE _archives "${CORRAL_LLAMA_BUILD}/*.a")
  list(FILTER _archives EXCLUDE REGEX "server|llama-ui|-impl")
  target_link_libraries(llama_cpp INTERFACE
    -Wl,--start-group ${_archives} -Wl,--end-group Threads::Threads ${CMAKE_DL_LIBS})
endif()
