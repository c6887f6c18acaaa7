# SPDX-License-Identifier: GPL-2.0-only
# KTHREADSIM_SANITIZE for every target, with what fibers need.

if(KTHREADSIM_SANITIZE)
	# A model kernel follows a null pointer as a kernel would, and the arena tells.
	add_compile_options(-fsanitize=${KTHREADSIM_SANITIZE} -fno-sanitize=null
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=${KTHREADSIM_SANITIZE})
endif()

# Locals moved to a fake stack would outlive a forgotten fiber and be missed by a saved one.
# Decided when compiling, so that it holds for every program, whatever ASAN_OPTIONS says.
if(KTHREADSIM_SANITIZE MATCHES "address")
	if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
		add_compile_options(-fsanitize-address-use-after-return=never)
	else()
		add_compile_options(--param=asan-use-after-return=0)
	endif()
endif()
