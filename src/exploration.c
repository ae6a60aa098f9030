#include "exploration.h"

#include "file.h"
#include "grid.h"
#include "info.h"
#include "show.h"
#include "splits.h"
#include "team.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void tell(const Options *options, const Dataset *train, const Dataset *test) {
    static const Transforms none;
    info_tell_dataset("Train", train, &options->transforms);
    info_tell_dataset("Test", test, &none);
    info_tell_network(options->batch < train->count ? (size_t)options->batch : train->count);
}

// The image as torch.manual_seed(seed) and train_set[number] give it.
static bool show(const Options *options, const Dataset *train, Error *error) {
    if (options->show >= train->count)
        return error_set(error, "--show: expected an image from 0 to %zu, found %" PRIu64,
                         train->count - 1, options->show);
    size_t number = (size_t)options->show;
    Random random;
    TransformDraws draws;
    uint8_t image[DATASET_PIXELS];
    random_seed(&random, options->seed);
    transforms_draw(&options->transforms, &random, &draws);
    transforms_apply(&options->transforms, &draws, train->images + number * DATASET_PIXELS, image);
    Terminal terminal = terminal_find(STDOUT_FILENO);
    show_image(&terminal, image);
    printf("Image %zu, label %d\n", number, train->labels[number]);
    return true;
}

static bool write_grid(const Options *options, const Dataset *train, Error *error) {
    size_t count;
    uint8_t *images = grid_first_batch(train, (size_t)options->batch, options->seed,
                                       &options->transforms, &count, error);
    bool written = images && grid_write(options->grid, images, count, error);
    free(images);
    return written;
}

static bool explore(const Options *options, Team *team, Dataset *train, Dataset *test,
                    Error *error) {
    Splits splits = {
        .folder = splits_choose_folder(options->data),
        .train_limit = (size_t)options->train_limit,
        .test_limit = (size_t)options->test_limit,
        .train = train,
        .test = options->info ? test : NULL,
    };
    if (!splits_load(&splits, team, error))
        return false;
    if (options->info)
        tell(options, train, test);
    return (!options_given(options, "show") || show(options, train, error)) &&
           (!options->grid || write_grid(options, train, error));
}

bool exploration_run(const Options *options, Error *error) {
    Dataset train = {0};
    Dataset test = {0};
    Team *team = team_create(options->threads == 1 ? 1 : 2, error);
    bool explored = team && explore(options, team, &train, &test, error);
    dataset_destroy(&train);
    dataset_destroy(&test);
    team_destroy(team);
    return explored;
}
