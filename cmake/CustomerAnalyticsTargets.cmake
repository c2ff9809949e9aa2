# ca_library(NAME LINKS ... PRIVATE ...): the library ca_NAME of the .cc files in this folder, and the
# program NAME_test of its *_test.cc files. LINKS names the folders it may include from and nothing
# else: what is not named does not link. PRIVATE names third-party libraries its headers do not show.
function(ca_library name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE;TEST" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    return()
  endif()
  add_library(ca_${name} STATIC ${sources})
  target_include_directories(ca_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(ca_${name} PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE})
  if(tests)
    ca_test(${name} LABEL unit SOURCES ${tests} LINKS ca_${name} ${ARG_PRIVATE} ${ARG_TEST})
  endif()
endfunction()

# What tools/run_tests builds: neither benchmarks nor, for the sanitizers, the program.
add_custom_target(unit_tests)
add_custom_target(end_to_end_tests)

# ca_test(NAME LABEL unit|end-to-end SOURCES ... LINKS ...): the GoogleTest program NAME_test, run from
# the project's root. Unit tests also run under the sanitizers.
function(ca_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${ARG_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  # The compiler's time for tests is better spent on running them.
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  if(ARG_LABEL STREQUAL "unit")
    add_dependencies(unit_tests ${name}_test)
  else()
    add_dependencies(end_to_end_tests ${name}_test)
  endif()
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 2400)
endfunction()
