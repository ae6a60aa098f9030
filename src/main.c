// The program: the command line in, a trained and tested network out. Wiring, nothing else.
#include "console.h"
#include "dataset.h"
#include "error.h"
#include "matmul.h"
#include "options.h"
#include "progress.h"
#include "team.h"
#include "trainer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { DONE = 0, FAILED = 1, WRONG_USE = 2 };

typedef struct {
    Console console;
    Progress progress;
} Reporters;

static void report(void *context, const TrainerEvent *event) {
    Reporters *reporters = context;
    progress_listen(&reporters->progress, event);
    console_listen(&reporters->console, event);
}

static const char *choose_folder(const Options *options) {
    const char *folder = options->data ? options->data : getenv("MNIST_DATA");
    return folder && *folder ? folder : "data/mnist";
}

// As many as may run at once, but no more than have work.
static size_t choose_threads(const Options *options) {
    size_t wanted = options->threads > 0 ? (size_t)options->threads : team_processors();
    return wanted < NETWORK_SLICES ? wanted : NETWORK_SLICES;
}

static bool train_and_test(const Options *options, const Dataset *train, const Dataset *test,
                           Error *error) {
    TrainerSettings settings = {
        .epochs = options->epochs,
        .batch_size = options->batch,
        .learning_rate = options->learning_rate,
        .seed = options->seed,
        .loss = options->loss == 0 ? LOSS_TUTORIAL : LOSS_LOGITS,
        .threads = choose_threads(options),
    };
    Reporters reporters = {.console = {.quiet = options->quiet},
                           .progress = progress_begin(!options->quiet)};
    Trainer trainer;
    if (!trainer_create(&trainer, &settings, train, test, report, &reporters, error))
        return false;
    console_tell_start(&reporters.console, &settings, train, test);
    bool done = trainer_run(&trainer, error);
    progress_erase(&reporters.progress);
    if (done)
        console_tell_end(&reporters.console);
    trainer_destroy(&trainer);
    return done;
}

static bool run(const Options *options, Error *error) {
    matmul_use_one_thread();
    const char *folder = choose_folder(options);
    Dataset train = {0};
    Dataset test = {0};
    bool trains = options->epochs > 0;
    bool done =
        (!trains || dataset_load(folder, DATASET_TRAIN, options->train_limit, &train, error)) &&
        dataset_load(folder, DATASET_TEST, options->test_limit, &test, error) &&
        train_and_test(options, trains ? &train : NULL, &test, error);
    dataset_destroy(&train);
    dataset_destroy(&test);
    return done;
}

static void print_version(void) {
    printf("mnist-train %s\n%s\nkernel %s\nzlib %s\n", VERSION, matmul_library(), matmul_kernel(),
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

int main(int argc, char **argv) {
    Options options;
    Error error;
    if (!options_parse(argc, argv, &options, &error))
        return fail(WRONG_USE, &error);
    bool done = true;
    if (options.help)
        options_write_help(stdout);
    else if (options.version)
        print_version();
    else
        done = run(&options, &error);
    if (!done || !finish_output(&error))
        return fail(FAILED, &error);
    return DONE;
}
