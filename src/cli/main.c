// The program: the command line in, what it asks for out. Wiring, nothing else.
#include "base/error.h"
#include "cli/cmd_inspect.h"
#include "cli/cmd_predict.h"
#include "cli/cmd_train.h"
#include "cli/options.h"
#include "nn/gemm.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { DONE = 0, FAILED = 1, EXIT_USAGE = 2, STOPPED = 128 };

static void print_version(void) {
    printf("mnist-train %s\n%s\nkernel %s\nzlib %s\n", VERSION, gemm_library(), gemm_kernel(),
           zlibVersion());
}

// What was printed may still wait for a disk that is full.
static bool finish_output(Error *error) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    return error_set(error, "stdout: expected to write all results, found: %s",
                     errno ? strerror(errno) : "a write failed");
}

static int fail(int status, const Error *error) {
    fprintf(stderr, "mnist-train: %s\n", error->text);
    return status;
}

// A file that is opened must never get the number of stdout or stderr, should one of them be
// closed: what is printed would go into it. Reading and writing the wrong way round fails, as if
// closed.
static void keep_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 &&
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
            return;
    }
}

int main(int argc, char **argv) {
    Options options;
    Error error;
    keep_standard_descriptors();
    if (!options_parse(argc, argv, &options, &error))
        return fail(EXIT_USAGE, &error);
    setlocale(LC_CTYPE, "");  // what the terminal can show
    signal(SIGXFSZ, SIG_IGN); // a file that grows too large is an error like others
    signal(SIGPIPE, SIG_DFL); // who reads no more of stdout ends the program, quietly
    bool done = true;
    int signal_number = 0;
    if (options.help)
        options_write_help(stdout);
    else if (options.version)
        print_version();
    else if (options.info || options_given(&options, "show"))
        done = cmd_inspect(&options, &error);
    else if (options.predict)
        done = cmd_predict(&options, &error);
    else
        done = cmd_train(&options, argc, argv, &signal_number, &error);
    if (!done || !finish_output(&error))
        return fail(FAILED, &error);
    return signal_number > 0 ? STOPPED + signal_number : DONE;
}
