// Restart of the program before OpenBLAS is initialised.
//
// OpenBLAS starts its threads in a constructor, before main. Each of them allocates 128 MB at once
// and retries for ever if that fails, and the constructor raises SIGINT if a thread cannot be
// started. Only OPENBLAS_NUM_THREADS=1 in the environment prevents the threads. The constructors
// of an executable run after those of its libraries, too late to set the variable; and the C
// library's own constructor resets the environment, so that setenv has no effect before it. The
// functions in .preinit_array (System V ABI, "Initialization and Termination Functions") run
// before all constructors: from there the program executes itself again with the variable set,
// which takes 2 to 3 ms. OpenBLAS still chooses its kernel by itself.
#ifndef MNIST_TRAIN_NN_GEMM_RESTART_H
#define MNIST_TRAIN_NN_GEMM_RESTART_H

#include <stdbool.h>
#include <stdint.h> // defines __GLIBC__, if the C library is glibc

// An element of .preinit_array. Executes the program again, with the same arguments, with
// OPENBLAS_NUM_THREADS=1. Returns without effect if the variable is 1, the BLAS library is not
// OpenBLAS, the program runs with the rights of another user (setuid), or it cannot be executed
// again; gemm_use_one_thread then ends the threads.
void gemm_restart_with_one_thread(int argument_count, char **arguments, char **environment);

// More than the constructors of OpenBLAS and of its libraries allocate.
enum { GEMM_CONSTRUCTOR_BYTES = 1 << 20 };

// Returns whether GEMM_CONSTRUCTOR_BYTES can be allocated; for an element of .preinit_array. The
// constructor of libgfortran, which OpenBLAS uses, calls itself without end if it cannot allocate.
bool gemm_can_construct(void);

// Defined where the C library runs .preinit_array. Sanitizers are initialised there too, and
// instrumented code must not run before them.
#if defined(__linux__) && defined(__GLIBC__) && !defined(SANITIZED)
#define GEMM_HAS_RESTART 1
#endif

#endif
