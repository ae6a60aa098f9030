// Both engines against PyTorch. The first moment after the first step is (1 - beta1) times the
// gradient: it shows the gradient. tests/unit/golden_runs.c has batches of several microbatches.
#include "../src/nn/shards.h"
#include "nn/loss.h"
#include "support/datasets.h"
#include "support/engines.h"

#include "golden/gradients.h"

#include <math.h>

enum { IMAGES = 75 }; // three microbatches

static uint8_t pixels[IMAGES * MNIST_PIXELS], labels[IMAGES];
static DropoutMask masks[IMAGES / MICROBATCH + 1]; // of each microbatch
static NetworkParameters parameters, moments, gradient;
static float logits[IMAGES * MNIST_CLASSES]; // (images, classes)

static const Engine *engine; // of the running test

// Most of a picture is background; the columns at its sides are blank in all of them.
static void draw(void) {
    Random random;
    random_seed(&random, 5);
    network_initialise(&parameters, &random);
    for (size_t i = 0; i < IMAGES * MNIST_PIXELS; i++) {
        const uint32_t number = random_next32(&random);
        const bool is_background = number % 8 < 3 || i % MNIST_SIDE < 4;
        pixels[i] = is_background ? 0 : (uint8_t)(number >> 8);
    }
    for (size_t i = 0; i < IMAGES; i++)
        labels[i] = (uint8_t)(random_next32(&random) % MNIST_CLASSES);
    for (size_t n = 0; n * MICROBATCH < IMAGES; n++)
        network_draw_mask(&random, MICROBATCH, &masks[n]);
}

static int set_up(void **state) {
    engine = engine_choose(engine_is_reproducible(state));
    draw();
    return 0;
}

// Data and a network for it.
typedef struct {
    ThreadPool *pool;
    Dataset dataset;
    DataLoader loader;
    Network *network;
    Adam adam;
    uint64_t steps;
} Fixture;

// Begins with the drawn parameters.
static void create(Fixture *f, size_t count) {
    static const Transforms none;
    Error error;
    Random random;
    random_seed(&random, 0);
    *f = (Fixture){
        .pool = thread_pool_create(1, &error),
        .dataset = made_dataset(pixels, labels, count),
        .network = engine->create(ENGINE_MAX_PARTS, &error),
    };
    assert_true(f->pool && f->network);
    assert_true(data_loader_create(&f->loader, &f->dataset, count, &none, f->pool, &error));
    data_loader_sequential(&f->loader, &random);
    adam_create(&f->adam, 0.001, f->loader.seen);
    network_set(f->network, ENGINE_PARAMETERS, &parameters);
}

static void destroy(Fixture *f) {
    data_loader_destroy(&f->loader);
    dataset_destroy(&f->dataset);
    network_destroy(f->network);
    thread_pool_destroy(f->pool);
}

// A batch in `parts` parts, one after the other, as threads would compute them. Trains a step if
// is_training, else evaluates. Returns the mean loss.
static double run_batch(Fixture *f, size_t parts, Loss loss, bool is_training) {
    Logits batch_logits, dlogits;
    Microbatch microbatch, next;
    double sum = 0.0;
    DataIterator iterator = data_iterator(&f->loader, 0, 0, 1);
    f->steps++;
    data_iterator_next(&iterator, 1, NULL, &microbatch);
    for (; microbatch.count > 0; microbatch = next) {
        data_iterator_next(&iterator, 1, NULL, &next);
        for (size_t part = 0; part < parts; part++)
            engine->forward(f->network, (EnginePart){part, parts}, &microbatch, &next,
                            is_training ? &masks[microbatch.number] : NULL);
        network_logits(f->network, &microbatch, batch_logits);
        for (size_t i = 0; i < microbatch.count * MNIST_CLASSES; i++)
            logits[(microbatch.first + i / MNIST_CLASSES) * MNIST_CLASSES + i % MNIST_CLASSES] =
                batch_logits[i % MNIST_CLASSES * microbatch.count + i / MNIST_CLASSES];
        sum += loss_forward_backward(loss, microbatch.count, microbatch.batch_images, batch_logits,
                                     microbatch.labels, dlogits);
        for (size_t part = 0; is_training && part < parts; part++) {
            engine->backward(f->network, (EnginePart){part, parts}, &microbatch, dlogits);
            if (microbatch.is_last_of_batch)
                engine->update(f->network, (EnginePart){part, parts}, &f->adam, f->steps);
        }
    }
    return sum / (double)f->dataset.count;
}

// One step from the drawn parameters; sets `gradient`.
static double first_step(size_t count, size_t parts, Loss loss) {
    Fixture f;
    create(&f, count);
    const double mean = run_batch(&f, parts, loss, true);
    network_get(f.network, ENGINE_FIRST_MOMENTS, &moments);
    for (size_t i = 0; i < NETWORK_PARAMETERS; i++)
        ((float *)&gradient)[i] = ((const float *)&moments)[i] / (float)(1.0 - ADAM_BETA1);
    destroy(&f);
    return mean;
}

// The parts share the work of a batch in another way each time.
TEST_OF_BOTH(set_up, NULL, steps_in_any_number_of_parts_have_the_same_bits) {
    static NetworkParameters one, more;
    enum { STEPS = 6 };
    for (int in_parts = 0; in_parts <= 1; in_parts++) {
        Fixture f;
        create(&f, IMAGES);
        for (size_t step = 0; step < STEPS; step++)
            run_batch(&f, in_parts ? 1 + step % ENGINE_MAX_PARTS : 1, LOSS_TUTORIAL, true);
        network_get(f.network, ENGINE_PARAMETERS, in_parts ? &more : &one);
        destroy(&f);
    }
    assert_memory_equal(&one, &more, sizeof one);
}

TEST_OF_BOTH(set_up, NULL, a_gradient_that_was_not_finite_is_overwritten) {
    first_step(IMAGES, 1, LOSS_TUTORIAL);
    const NetworkParameters clean = moments;
    Fixture f;
    create(&f, IMAGES);
    for (size_t s = 0; s < SHARDS; s++)
        memset(&f.network->shards[s].gradient, 0xff, sizeof f.network->shards[s].gradient); // NaN
    run_batch(&f, 1, LOSS_TUTORIAL, true);
    network_get(f.network, ENGINE_FIRST_MOMENTS, &moments);
    assert_memory_equal(&moments, &clean, sizeof clean);
    destroy(&f);
}

// No image has the pixels at the sides.
TEST_OF_BOTH(set_up, NULL, weights_of_pixels_that_no_image_has_do_not_move) {
    static NetworkParameters after;
    Fixture f;
    create(&f, IMAGES);
    run_batch(&f, 2, LOSS_TUTORIAL, true);
    run_batch(&f, 2, LOSS_TUTORIAL, true);
    network_get(f.network, ENGINE_PARAMETERS, &after);
    size_t moved = 0;
    for (size_t i = 0; i < NETWORK_HIDDEN * MNIST_PIXELS; i++) {
        const bool has_moved = after.d1_weight[i] != parameters.d1_weight[i];
        assert_false(has_moved && i % MNIST_PIXELS % MNIST_SIDE < 4);
        moved += has_moved;
    }
    assert_in_range(moved, 70000, NETWORK_HIDDEN * MNIST_SIDE * (MNIST_SIDE - 4));
    destroy(&f);
}

// (((1e8 + 1) - 1e8) + 1) is 1 in float32; other orders give 0 or 2.
TEST(partial_logits_are_added_in_the_order_of_the_shards) {
    const float terms[SHARDS] = {1e8F, 1.0F, -1e8F, 1.0F};
    const Microbatch microbatch = {.number = 3, .count = 2};
    Logits sums;
    Error error;
    Network *network = shards_create(1, &error);
    for (size_t s = 0; s < SHARDS; s++) {
        for (size_t i = 0; i < 2 * MNIST_CLASSES; i++)
            network->partial[1][s][i] = terms[s] * (float)(1 << i % 4);
    }
    network_logits(network, &microbatch, sums);
    for (size_t i = 0; i < 2 * MNIST_CLASSES; i++)
        check_near("logit", i, sums[i], 1 << i % 4, 0.0);
    network_destroy(network);
}

TEST(correct_answers_are_counted_and_the_first_of_equals_wins) {
    const uint8_t right[6] = {3, 3, 0, 1, 9, 2};
    Logits scores = {0};
    scores[3 * 6 + 0] = 1;               // correct
    scores[4 * 6 + 1] = 1;               // wrong
    /* image 2: all equal, so class 0 */ // correct
    /* image 3: all equal, so class 0 */ // wrong
    scores[9 * 6 + 4] = 1;               // correct
    scores[2 * 6 + 5] = -1;              // wrong
    assert_int_equal(network_count_correct(6, scores, right), 3);
}

// The batch that tests/golden/gradients.h describes.
static void make_golden_batch(void) {
    Random random;
    random_seed(&random, 0);
    network_initialise(&parameters, &random);
    for (size_t k = 0; k < GOLDEN_BATCH; k++) {
        labels[k] = (uint8_t)(k * 3 % 10);
        for (size_t i = 0; i < MNIST_PIXELS; i++)
            pixels[k * MNIST_PIXELS + i] = (uint8_t)((i * 37 + k * 101) % 256);
    }
}

static const size_t tensor_begin[5] = {
    offsetof(NetworkParameters, d1_weight) / sizeof(float),
    offsetof(NetworkParameters, d1_bias) / sizeof(float),
    offsetof(NetworkParameters, d2_weight) / sizeof(float),
    offsetof(NetworkParameters, d2_bias) / sizeof(float),
    NETWORK_PARAMETERS,
};

static void check_golden_gradient(const GoldenStep *golden) {
    const float *found = (const float *)&gradient;
    for (size_t t = 0; t < 4; t++) {
        const GoldenGradient *tensor = &golden->gradient[t];
        double squares = 0;
        for (size_t i = tensor_begin[t]; i < tensor_begin[t + 1]; i++)
            squares += (double)found[i] * (double)found[i];
        assert_true(tensor->norm > 1e-3);
        check_near(golden->name, 0, sqrt(squares), tensor->norm, 1e-5 * tensor->norm);
        for (size_t i = 0; i < golden_sample_count[t]; i++) {
            const size_t index = tensor_begin[t] + golden_sample_index[t][i];
            check_near(golden->name, index, found[index], tensor->sample[i], 1e-5 * tensor->norm);
        }
    }
}

// Three steps as PyTorch took them, with dropout; without it, the logits.
static void check_golden_steps(const GoldenStep *golden) {
    const Loss loss = strcmp(golden->loss, "logits") == 0 ? LOSS_LOGITS : LOSS_TUTORIAL;
    static NetworkParameters after;
    Random random;
    random_seed(&random, 0);
    network_initialise(&after, &random);
    Fixture f;
    create(&f, GOLDEN_BATCH);
    for (uint64_t step = 1; step <= (golden->dropout ? 3 : 1); step++) {
        if (golden->dropout)
            network_draw_mask(&random, GOLDEN_BATCH, &masks[0]);
        const double mean = run_batch(&f, 2, loss, golden->dropout);
        for (size_t i = 0; step == 1 && i < GOLDEN_BATCH * MNIST_CLASSES; i++)
            check_near("logit", i, logits[i], golden->logits[i], 1e-6);
        if (step == 1)
            check_near("mean loss", 0, mean, golden->mean_loss, 1e-6);
        if (step == 1 && golden->dropout) {
            first_step(GOLDEN_BATCH, 1, loss);
            check_golden_gradient(golden);
        }
        network_get(f.network, ENGINE_PARAMETERS, &after);
        for (size_t t = 0; golden->dropout && step != 2 && t < 4; t++) {
            const float *values = step == 1 ? golden->after_one[t] : golden->after_three[t];
            for (size_t i = 0; i < golden_sample_count[t]; i++) {
                const size_t index = tensor_begin[t] + golden_sample_index[t][i];
                check_near(golden->name, index, ((const float *)&after)[index], values[i], 2e-6);
            }
        }
    }
    destroy(&f);
}

TEST_OF_BOTH(set_up, NULL, steps_of_both_losses_are_pytorchs) {
    make_golden_batch();
    assert_true(sizeof golden_steps / sizeof *golden_steps == 4);
    for (size_t i = 0; i < 4; i++)
        check_golden_steps(&golden_steps[i]);
}
