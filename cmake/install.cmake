# `cmake --install`: bin/corral, share/corral/models (the built-in model), and, for builds with dynamic backends, llama.cpp's
# libraries in lib/corral, where the binary's run path and ggml's backend search find them.

install(TARGETS corral RUNTIME DESTINATION bin)
install(DIRECTORY "${CMAKE_BINARY_DIR}/share/corral/models" DESTINATION share/corral OPTIONAL)
install(FILES LICENSE README.md DESTINATION share/doc/corral OPTIONAL)

if(CORRAL_LLAMA_SHARED_LIBRARIES)
  set_target_properties(corral PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/corral")
  install(DIRECTORY "${CORRAL_LLAMA_BUILD}/bin/" DESTINATION lib/corral FILES_MATCHING PATTERN "*.so*")
endif()
