# SPDX-License-Identifier: GPL-2.0-only
# tests/*.cpp: one executable; tests/<name>_test.cpp is the test <name>, tests/<name>.sh another.

# Without a program yet the tests that start it find no file and say so.
set(program ${CMAKE_BINARY_DIR}/kthreadsim)

file(GLOB test_sources CONFIGURE_DEPENDS tests/*.cpp)
if(test_sources)
	add_executable(kthreadsim_tests ${test_sources})
	target_link_libraries(kthreadsim_tests PRIVATE kthreadsim_scenarios kthreadsim_traces
		kthreadsim_model kthreadsim_sim nlohmann_json::nlohmann_json doctest::doctest)
	target_compile_options(kthreadsim_tests PRIVATE ${KTHREADSIM_AROUND})
	set_property(SOURCE tests/support_paths.cpp APPEND PROPERTY
		COMPILE_DEFINITIONS KTHREADSIM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
	if(TARGET kthreadsim)
		add_dependencies(kthreadsim_tests kthreadsim)
	endif()
endif()

# The stateful search copies live stacks, which AddressSanitizer cannot follow.
set(without_asan bugs_command check_command checkers commutation explore explore_command
	explore_dpor explore_dpor_kernel freed_story_search hotplug_drawn hotplug_search
	livelock one_step_drawn options_command output_command races_on_a_cpu reads
	scenario_explore states unseen verdicts_command worker_pairs_search
	written_schedule)

foreach(source IN LISTS test_sources)
	cmake_path(GET source STEM stem)
	if(stem MATCHES "^(.+)_test$")
		set(name ${CMAKE_MATCH_1})
		if(KTHREADSIM_SANITIZE MATCHES "address" AND name IN_LIST without_asan)
			continue()
		endif()
		add_test(NAME ${name} COMMAND kthreadsim_tests -sf=*tests/${stem}.cpp)
		# A filter that selects nothing would pass.
		set_tests_properties(${name} PROPERTIES TIMEOUT 900
			FAIL_REGULAR_EXPRESSION "test cases: +0 ")
	endif()
endforeach()

file(GLOB test_scripts CONFIGURE_DEPENDS tests/*.sh)
foreach(script IN LISTS test_scripts)
	cmake_path(GET script STEM name)
	if(KTHREADSIM_SANITIZE MATCHES "address" AND name IN_LIST without_asan)
		continue()
	endif()
	add_test(NAME ${name} COMMAND bash ${script} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
	set_tests_properties(${name} PROPERTIES TIMEOUT 900
		ENVIRONMENT "KTHREADSIM_PROGRAM=${program};KTHREADSIM_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endforeach()

# The longest first, or one of them runs alone in the end. Not every build has each.
foreach(name check_command parts_command snapshot strategies explore_waits)
	if(TEST ${name})
		set_tests_properties(${name} PROPERTIES COST 100)
	endif()
endforeach()
