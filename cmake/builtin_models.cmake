# Lays out the store of the built-in model, ${CMAKE_BINARY_DIR}/share/corral/models, which the server opens read-only.
# It is made anew when the weights or the Modelfile change. Without weights there is no built-in model, and the build
# goes on.
file(GLOB _cria_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/cria/cria.gguf" "${CMAKE_SOURCE_DIR}/cria/Modelfile")
set(_weights "${CMAKE_SOURCE_DIR}/cria/cria.gguf")
list(SORT _cria_files ORDER DESCENDING) # the GGUF before the Modelfile, as pack_model takes them

if(_weights IN_LIST _cria_files)
  add_executable(pack_model EXCLUDE_FROM_ALL tools/pack_model.cpp)
  target_link_libraries(pack_model PRIVATE corral_models corral_flags)
  set_target_properties(pack_model PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tools")
  add_custom_command(
    OUTPUT "${CMAKE_BINARY_DIR}/builtin_models.stamp"
    COMMAND pack_model "${CMAKE_BINARY_DIR}/share/corral/models" cria ${_cria_files}
    COMMAND ${CMAKE_COMMAND} -E touch "${CMAKE_BINARY_DIR}/builtin_models.stamp"
    DEPENDS ${_cria_files} pack_model
    COMMENT "Laying out the built-in model cria"
    VERBATIM)
  add_custom_target(builtin_models ALL DEPENDS "${CMAKE_BINARY_DIR}/builtin_models.stamp")
  add_dependencies(corral builtin_models)
else()
  message(STATUS "cria/cria.gguf is missing: building without a built-in model")
endif()
