// Runs the command that the options select, prints its error, and sets the exit status.
#include "base/error.h"
#include "base/simd.h"
#include "base/thread.h"
#include "cli/cmd_inspect.h"
#include "cli/cmd_predict.h"
#include "cli/cmd_train.h"
#include "cli/options.h"
#include "cli/output_files.h"
#include "nn/gemm.h"
#include "nn/gemm_restart.h"
#include "report/notices.h"
#include "report/print.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

// Exit statuses other than EXIT_SUCCESS and EXIT_FAILURE. A run that signal N stopped exits with
// EXIT_SIGNAL + N.
enum { EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

static void print_version(void) {
    print_stdout("mnist-train %s\n", VERSION);
    print_stdout("%s\n", gemm_library());
    print_stdout("kernel %s; with --reproducible: ordered, %s\n", gemm_kernel(),
                 simd_has_fma() ? "fused multiply-add" : "software multiply-add (slow)");
    print_stdout("zlib %s\n", zlibVersion());
}

// Writes output that is still buffered, which fails if the disk is full.
static bool flush_output(Error *error) {
    errno = print_flush();
    return errno == 0 || error_errno(error, "write", "stdout");
}

static int fail(int status, const Error *error) {
    notices_print_error(error);
    return status;
}

// Opens closed standard streams, since a file opened later would get their descriptor and receive
// what is printed. The modes are the wrong ones, so that reading and writing still fail.
static void reserve_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 &&
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
            return;
    }
}

typedef struct {
    int argc;
    char **argv;
    int status;
} Program;

// Not part of main's frame, which has to fit in the smallest stack.
__attribute__((noinline)) static int run(int argc, char **argv) {
    Options options;
    Error error;
    if (!options_parse(argc, argv, &options, &error) ||
        !output_files_check_distinct(&options, &error))
        return fail(EXIT_USAGE, &error);
    setlocale(LC_CTYPE, "");  // for the characters that the terminal can show
    signal(SIGXFSZ, SIG_IGN); // a file above the size limit is an error of write()
    signal(SIGPIPE, SIG_DFL); // the program ends without a message if the reader of stdout exits
    bool done = true;
    bool has_failures = false; // of single files, whose errors are printed already
    int signal_number = 0;
    if (options.help)
        options_print_help();
    else if (options.version)
        print_version();
    else if (options.info || options_given(&options, "show"))
        done = cmd_inspect(&options, &error);
    else if (options.predict.count > 0)
        done = cmd_predict(&options, &has_failures, &error);
    else
        done = cmd_train(&options, argc, argv, &signal_number, &error);
    if (!done || !flush_output(&error))
        return fail(EXIT_FAILURE, &error);
    if (has_failures)
        return EXIT_FAILURE;
    return signal_number > 0 ? EXIT_SIGNAL + signal_number : EXIT_SUCCESS;
}

static void *run_in_thread(void *context) {
    Program *program = context;
    program->status = run(program->argc, program->argv);
    return NULL;
}

#ifdef GEMM_HAS_RESTART
__attribute__((noinline)) static int fail_construction(void) {
    Error error;
    error_no_memory(&error, "BLAS library", GEMM_CONSTRUCTOR_BYTES);
    return fail(EXIT_FAILURE, &error);
}

// Ends by _exit: exit would run the destructors of libraries whose constructors have not run.
static void before_constructors(int argument_count, char **arguments, char **environment) {
    if (!gemm_can_construct())
        _exit(fail_construction());
    gemm_restart_with_one_thread(argument_count, arguments, environment);
}

typedef void Preinit(int argument_count, char **arguments, char **environment);
__attribute__((section(".preinit_array"), used)) static Preinit *const preinit =
    before_constructors;
#endif

__attribute__((noinline)) static int fail_thread(int code) {
    Error error;
    error_set(&error, "cannot start a thread: %s", strerror(code));
    return fail(EXIT_FAILURE, &error);
}

int main(int argc, char **argv) {
    Program program = {.argc = argc, .argv = argv};
    pthread_t thread;
    reserve_standard_descriptors();
    if (thread_main_stack_suffices())
        return run(argc, argv);
    int code = thread_start(&thread, run_in_thread, &program);
    if (code != 0)
        return fail_thread(code);
    pthread_join(thread, NULL);
    return program.status;
}
