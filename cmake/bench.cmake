# SPDX-License-Identifier: GPL-2.0-only
# bench/<name>.cpp: each a program, with its --smoke size as the test bench_<name>.

# bench/simgrid_*.cpp and bench/ns3_*.cpp are peers to measure against: other bench programs start
# them, in KTHREADSIM_BENCH_DIR, if they are there. Without the peer's package they are left out.
find_library(SIMGRID_LIBRARY simgrid)
find_path(SIMGRID_INCLUDE_DIR simgrid/s4u.hpp)
find_library(NS3_LIBRARY ns3-core)
find_path(NS3_INCLUDE_DIR ns3/scheduler.h)
mark_as_advanced(SIMGRID_LIBRARY SIMGRID_INCLUDE_DIR NS3_LIBRARY NS3_INCLUDE_DIR)

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
foreach(source IN LISTS bench_sources)
	cmake_path(GET source STEM name)
	set(peer "")
	if(name MATCHES "^(simgrid|ns3)_")
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
		KTHREADSIM_BENCH_DIR="${CMAKE_BINARY_DIR}/bench")
	if(peer)
		target_include_directories(bench_${name} PRIVATE ${CMAKE_SOURCE_DIR})
		target_include_directories(bench_${name} SYSTEM PRIVATE ${${peer}_INCLUDE_DIR})
		target_link_libraries(bench_${name} PRIVATE ${${peer}_LIBRARY})
		continue()
	endif()
	target_link_libraries(bench_${name} PRIVATE kthreadsim_scenarios kthreadsim_traces)
	add_test(NAME bench_${name} COMMAND bench_${name} --smoke)
	set_tests_properties(bench_${name} PROPERTIES TIMEOUT 300 LABELS bench)
endforeach()
