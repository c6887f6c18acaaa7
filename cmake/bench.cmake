# SPDX-License-Identifier: GPL-2.0-only
# bench/<name>.cpp: each a program, with its --smoke size as the test bench_<name>.

# bench/simgrid_*.cpp, bench/ns3_*.cpp and bench/relacy_*.cpp are peers to measure against: other
# bench programs start them, in KTHREADSIM_BENCH_DIR, if they are there. Without the peer's package
# they are left out. Relacy is in no package, and headers only: RELACY_INCLUDE_DIR, a cache entry or
# an environment variable, is its source tree.
find_library(SIMGRID_LIBRARY simgrid)
find_path(SIMGRID_INCLUDE_DIR simgrid/s4u.hpp)
find_library(NS3_LIBRARY ns3-core)
find_path(NS3_INCLUDE_DIR ns3/scheduler.h)
find_path(RELACY_INCLUDE_DIR relacy/relacy.hpp HINTS $ENV{RELACY_INCLUDE_DIR})
mark_as_advanced(SIMGRID_LIBRARY SIMGRID_INCLUDE_DIR NS3_LIBRARY NS3_INCLUDE_DIR RELACY_INCLUDE_DIR)
set(RELACY_LIBRARY Threads::Threads)

# bench/<name>.pml: a model for SPIN, whose verifier is the peer spin_<name>. It is C, and none of
# this project's compiler flags are meant for it.
find_program(SPIN_PROGRAM spin)
find_program(SPIN_CC NAMES cc gcc clang)
mark_as_advanced(SPIN_PROGRAM SPIN_CC)
file(GLOB bench_models CONFIGURE_DEPENDS bench/*.pml)
foreach(model IN LISTS bench_models)
	cmake_path(GET model STEM name)
	if(NOT SPIN_PROGRAM OR NOT SPIN_CC)
		message(STATUS "bench/${name}.pml: left out, spin is not installed")
		continue()
	endif()
	set(verifier ${CMAKE_BINARY_DIR}/bench/spin_${name})
	file(MAKE_DIRECTORY ${verifier}.dir)
	add_custom_command(OUTPUT ${verifier}
		DEPENDS ${bench_models} # one may include another
		WORKING_DIRECTORY ${verifier}.dir
		COMMAND ${SPIN_PROGRAM} -a ${model}
		COMMAND ${SPIN_CC} -O3 -w -DSAFETY -o ${verifier} pan.c VERBATIM)
	add_custom_target(spin_${name} ALL DEPENDS ${verifier})
endforeach()

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
foreach(source IN LISTS bench_sources)
	cmake_path(GET source STEM name)
	set(peer "")
	if(name MATCHES "^(simgrid|ns3|relacy)_")
		string(TOUPPER ${CMAKE_MATCH_1} peer)
	endif()
	if(peer AND NOT (${peer}_LIBRARY AND ${peer}_INCLUDE_DIR))
		message(STATUS "bench/${name}: left out, ${peer} is not installed")
		continue()
	endif()
	add_executable(bench_${name} ${source})
	set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name}
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
	target_compile_definitions(bench_${name} PRIVATE
		KTHREADSIM_BENCH_DIR="${CMAKE_BINARY_DIR}/bench"
		KTHREADSIM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
	if(peer)
		target_include_directories(bench_${name} PRIVATE ${CMAKE_SOURCE_DIR})
		target_include_directories(bench_${name} SYSTEM PRIVATE ${${peer}_INCLUDE_DIR})
		target_link_libraries(bench_${name} PRIVATE ${${peer}_LIBRARY})
		continue()
	endif()
	target_link_libraries(bench_${name} PRIVATE kthreadsim_scenarios kthreadsim_traces)
	# The stateful search copies live stacks, which AddressSanitizer cannot follow.
	if(KTHREADSIM_SANITIZE MATCHES "address" AND name MATCHES "^(searches|mod_cancel)$")
		continue()
	endif()
	add_test(NAME bench_${name} COMMAND bench_${name} --smoke)
	set_tests_properties(bench_${name} PROPERTIES TIMEOUT 300 LABELS bench)
endforeach()
