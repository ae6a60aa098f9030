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

typedef struct {
    const Options *options;
    size_t threads;
    Dataset train; // without images when there is nothing to train
    Dataset test;
    bool loaded[2]; // train, test
    Error errors[2];
} Data;

// One thread loads what is trained on, another what is tested on.
static void load_share(void *context, size_t thread) {
    Data *data = context;
    const Options *options = data->options;
    const char *folder = choose_folder(options);
    if (thread == 0)
        data->loaded[0] =
            options->epochs == 0 || dataset_load(folder, DATASET_TRAIN, options->train_limit,
                                                 &data->train, &data->errors[0]);
    if (thread == (data->threads > 1 ? 1 : 0))
        data->loaded[1] =
            dataset_load(folder, DATASET_TEST, options->test_limit, &data->test, &data->errors[1]);
}

static bool load(Data *data, Team *team, Error *error) {
    team_run(team, load_share, data);
    for (int i = 0; i < 2; i++) {
        if (!data->loaded[i]) {
            *error = data->errors[i];
            return false;
        }
    }
    return true;
}

static bool train_and_test(const Options *options, Team *team, const Data *data, Error *error) {
    TrainerSettings settings = {
        .epochs = options->epochs,
        .batch_size = options->batch,
        .learning_rate = options->learning_rate,
        .seed = options->seed,
        .loss = options->loss == 0 ? LOSS_TUTORIAL : LOSS_LOGITS,
    };
    Reporters reporters = {.console = {.quiet = options->quiet},
                           .progress = progress_begin(!options->quiet)};
    const Dataset *train = data->train.count > 0 ? &data->train : NULL;
    Trainer trainer;
    if (!trainer_create(&trainer, &settings, team, train, &data->test, report, &reporters, error))
        return false;
    console_tell_start(&reporters.console, &settings, data->threads, train, &data->test);
    bool done = trainer_run(&trainer, error);
    progress_erase(&reporters.progress);
    if (done)
        console_tell_end(&reporters.console);
    trainer_destroy(&trainer);
    return done;
}

static bool run(const Options *options, Error *error) {
    matmul_use_one_thread();
    Data data = {.options = options, .threads = choose_threads(options)};
    Team *team = team_create(data.threads, error);
    if (!team)
        return false;
    bool done = load(&data, team, error) && train_and_test(options, team, &data, error);
    dataset_destroy(&data.train);
    dataset_destroy(&data.test);
    team_destroy(team);
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
