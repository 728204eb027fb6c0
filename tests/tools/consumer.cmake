# Installs the build in ${BUILD} into a folder of its own, then configures, builds and runs ${SOURCE} against it.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
endfunction()

set(prefix ${BUILD}/consumer/prefix)
file(REMOVE_RECURSE ${BUILD}/consumer)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD}/consumer/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${COMPILER})
run(${CMAKE_COMMAND} --build ${BUILD}/consumer/build)
run(${BUILD}/consumer/build/consumer ${SAMPLES}/texts ${SAMPLES}/ratings ${BUILD}/consumer/texts.idx ${BUILD}/consumer/films.model)
if(PROGRAM)
  run(${prefix}/bin/eckart --version)
  foreach(file man/man1/eckart.1 man/man1/eckart-train.1 bash-completion/completions/eckart
      zsh/site-functions/_eckart fish/vendor_completions.d/eckart.fish)
    if(NOT EXISTS ${prefix}/share/${file})
      message(FATAL_ERROR "share/${file} was not installed")
    endif()
  endforeach()
endif()
