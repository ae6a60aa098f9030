// Runs the command that the options select, prints its error, and sets the exit status.
#include "base/error.h"
#include "base/simd.h"
#include "commands.h"
#include "nn/gemm.h"
#include "options.h"
#include "output/print.h"
#include "output_files.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
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

// Opens closed standard streams, since a file opened later would get their descriptor and receive
// what is printed. The modes are the wrong ones, so that reading and writing still fail.
static void reserve_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 &&
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
            return;
    }
}

int main(int argc, char **argv) {
    Options options;
    Error error;
    bool done = true;
    bool has_failures = false; // of single files, whose errors are printed already
    int signal_number = 0;
    reserve_standard_descriptors();
    setlocale(LC_CTYPE, "");  // for the characters that the terminal can show
    signal(SIGXFSZ, SIG_IGN); // a file above the size limit is an error of write()
    signal(SIGPIPE, SIG_DFL); // the program ends without a message if the reader of stdout exits
    if (!options_parse(argc, argv, &options, &error) ||
        !output_files_check_distinct(&options, &error)) {
        print_stderr("mnist-train: %s\n", error.text);
        return EXIT_USAGE;
    }
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
    if (done && (errno = print_flush()) != 0) // output that is still buffered, on a full disk
        done = error_errno(&error, "write", "stdout");
    if (!done) {
        print_stderr("mnist-train: %s\n", error.text);
        return EXIT_FAILURE;
    }
    if (signal_number > 0)
        return EXIT_SIGNAL + signal_number;
    return has_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
