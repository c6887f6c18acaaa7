# SPDX-License-Identifier: GPL-2.0-only
# bench/<name>.cpp: each a program, with its --smoke size as the test bench_<name>.

# bench/simgrid_*.cpp are peers to measure against: other bench programs start them, in
# KTHREADSIM_BENCH_DIR, if they are there. Without SimGrid they are left out.
find_library(SIMGRID_LIBRARY simgrid)
find_path(SIMGRID_INCLUDE_DIR simgrid/s4u.hpp)
mark_as_advanced(SIMGRID_LIBRARY SIMGRID_INCLUDE_DIR)

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
foreach(source IN LISTS bench_sources)
	cmake_path(GET source STEM name)
	set(needs_simgrid FALSE)
	if(name MATCHES "^simgrid_")
		set(needs_simgrid TRUE)
	endif()
	if(needs_simgrid AND NOT (SIMGRID_LIBRARY AND SIMGRID_INCLUDE_DIR))
		message(STATUS "bench/${name}: left out, SimGrid is not installed")
		continue()
	endif()
	add_executable(bench_${name} ${source})
	set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name}
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
	target_compile_definitions(bench_${name} PRIVATE
		KTHREADSIM_BENCH_DIR="${CMAKE_BINARY_DIR}/bench")
	if(needs_simgrid)
		target_include_directories(bench_${name} PRIVATE ${CMAKE_SOURCE_DIR})
		target_include_directories(bench_${name} SYSTEM PRIVATE ${SIMGRID_INCLUDE_DIR})
		target_link_libraries(bench_${name} PRIVATE ${SIMGRID_LIBRARY})
		continue()
	endif()
	target_link_libraries(bench_${name} PRIVATE kthreadsim_scenarios kthreadsim_traces)
	add_test(NAME bench_${name} COMMAND bench_${name} --smoke)
	set_tests_properties(bench_${name} PROPERTIES TIMEOUT 300 LABELS bench)
endforeach()
