#include "data/data_loader.h"
#include "support/datasets.h"
#include "support/test.h"

enum { IMAGES = 77, BLANK_COLUMN = 3, BLANK_IMAGE = 7, WHOLE_IMAGE = 8, THREADS = 3 };

static uint8_t pixels[IMAGES * MNIST_PIXELS];
static uint8_t labels[IMAGES];

// Noise with every byte value; most of it is background, as in pictures. Two columns of blocks are
// blank in all images but one.
static void fill(void) {
    Random random;
    random_seed(&random, 12);
    for (size_t i = 0; i < IMAGES; i++) {
        labels[i] = (uint8_t)(i % 10);
        for (size_t j = 0; j < MNIST_PIXELS; j++) {
            uint32_t draw = random_next32(&random);
            bool blank = j % 28 == BLANK_COLUMN || i == BLANK_IMAGE || draw % 16 < 15;
            pixels[i * MNIST_PIXELS + j] = blank ? 0 : (uint8_t)(draw >> 8);
        }
    }
    memset(pixels + WHOLE_IMAGE * MNIST_PIXELS, 255, MNIST_PIXELS);
}

// A loader, and the iterators and generators of THREADS threads.
typedef struct {
    ThreadPool *pool;
    Dataset dataset;
    DataLoader loader;
    DataIterator iterators[THREADS];
    Random random[THREADS];
    Microbatch microbatch; // the latest, of thread 0
} Fixture;

static const Transforms no_transforms;

static Fixture *create(size_t batch_size, size_t threads, const Transforms *transforms) {
    Error error;
    Fixture *f = calloc(1, sizeof *f);
    fill();
    f->pool = thread_pool_create(threads, &error);
    assert_non_null(f->pool);
    f->dataset = made_dataset(pixels, labels, IMAGES);
    assert_true(
        data_loader_create(&f->loader, &f->dataset, batch_size, transforms, f->pool, &error));
    for (size_t t = 0; t < THREADS; t++)
        random_seed(&f->random[t], 3);
    return f;
}

static void destroy(Fixture *f) {
    data_loader_destroy(&f->loader);
    dataset_destroy(&f->dataset);
    thread_pool_destroy(f->pool);
    free(f);
}

static void begin(Fixture *f, size_t first_batch, size_t threads) {
    for (size_t t = 0; t < threads; t++)
        f->iterators[t] = data_iterator(&f->loader, first_batch, t, threads);
}

static void start_shuffled(Fixture *f) {
    for (size_t t = 0; t < THREADS; t++)
        data_loader_shuffle(&f->loader, data_loader_draw_seed(&f->random[t]));
    begin(f, 0, 1);
}

// The next microbatch of thread 0; false at the end.
static bool next(Fixture *f) {
    data_iterator_next(&f->iterators[0], data_loader_batches(&f->loader), &f->random[0],
                       &f->microbatch);
    return f->microbatch.count > 0;
}

// An encoded image has the blocks with a nonzero pixel, in order, band by band.
static void check_encoded(const uint8_t *encoded, const uint8_t *image) {
    ImageBand bands[BANDS];
    encoded_bands(encoded, bands);
    for (size_t band = 0; band < BANDS; band++) {
        size_t n = 0;
        for (size_t b = 0; b < BAND_BLOCKS; b++) {
            const uint8_t *block = image + (band * BAND_BLOCKS + b) * BLOCK_PIXELS;
            if (block[0] == 0 && block[1] == 0)
                continue;
            assert_true(n < bands[band].count);
            assert_int_equal(bands[band].indices[n], b);
            assert_memory_equal(bands[band].values + n * BLOCK_PIXELS, block, BLOCK_PIXELS);
            n++;
        }
        assert_int_equal(bands[band].count, n);
    }
}

TEST(an_encoded_image_has_its_nonzero_blocks_in_order) {
    fill();
    for (size_t i = 0; i < IMAGES; i++) {
        uint8_t encoded[ENCODED_IMAGE_MAX];
        memset(encoded, 0xff, sizeof encoded);
        size_t size = encode_image(pixels + i * MNIST_PIXELS, encoded);
        check_encoded(encoded, pixels + i * MNIST_PIXELS);
        assert_true(i != BLANK_IMAGE || size == BANDS);
        assert_true(i != WHOLE_IMAGE || size == ENCODED_IMAGE_MAX);
    }
}

TEST(one_pixel_at_any_place_is_one_block) {
    for (size_t p = 0; p < MNIST_PIXELS; p++) {
        uint8_t image[MNIST_PIXELS] = {0}, encoded[ENCODED_IMAGE_MAX];
        image[p] = 1;
        assert_int_equal(encode_image(image, encoded), BANDS + 1 + BLOCK_PIXELS);
        check_encoded(encoded, image);
    }
}

static void check_epoch(Fixture *f, size_t batch_size) {
    size_t seen[IMAGES] = {0};
    size_t position = 0, in_batch = 0, number = 0;
    while (next(f)) {
        const Microbatch *microbatch = &f->microbatch;
        size_t batch_begin = position - in_batch;
        size_t left = IMAGES - batch_begin;
        assert_int_equal(microbatch->number, number++);
        assert_int_equal(microbatch->first, position);
        assert_int_equal(microbatch->batch_first, batch_begin);
        assert_int_equal(microbatch->batch, batch_begin / batch_size);
        assert_int_equal(microbatch->batch_images, left < batch_size ? left : batch_size);
        assert_in_range(microbatch->count, 1, MICROBATCH);
        assert_int_equal(microbatch->is_first_of_batch, in_batch == 0);
        assert_int_equal(microbatch->is_last_of_batch,
                         in_batch + microbatch->count == microbatch->batch_images);
        data_iterator_prefetch(&f->iterators[0]); // changes nothing
        for (size_t i = 0; i < microbatch->count; i++, in_batch++, position++) {
            size_t image = f->loader.order[position];
            seen[image]++;
            assert_int_equal(microbatch->labels[i], labels[image]);
            check_encoded(microbatch->images[i], pixels + image * MNIST_PIXELS);
            assert_ptr_equal(microbatch->images[i], data_loader_image(&f->loader, position));
        }
        in_batch = microbatch->is_last_of_batch ? 0 : in_batch;
    }
    assert_int_equal(position, IMAGES);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(seen[i], 1);
}

TEST(batches_hold_each_image_once_with_its_label) {
    const size_t sizes[] = {1, 4, 32, 33, 70, IMAGES, 65536};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t threads = 1; threads <= 4; threads += 3) {
            Fixture *f = create(sizes[i], threads, &no_transforms);
            assert_int_equal(data_loader_batches(&f->loader), (IMAGES + sizes[i] - 1) / sizes[i]);
            for (int epoch = 0; epoch < 2; epoch++) {
                start_shuffled(f);
                check_epoch(f, sizes[i]);
            }
            data_loader_sequential(&f->loader, &f->random[0]);
            begin(f, 0, 1);
            check_epoch(f, sizes[i]);
            destroy(f);
        }
    }
}

TEST(pixels_are_seen_if_an_image_has_them) {
    Transforms rotations = {0};
    Error error;
    transforms_add(&rotations, TRANSFORM_ROTATE, 1.0);
    for (size_t threads = 1; threads <= 3; threads++) {
        Fixture *f = create(10, threads, &no_transforms);
        data_loader_destroy(&f->loader);
        dataset_destroy(&f->dataset);
        memset(pixels + WHOLE_IMAGE * MNIST_PIXELS, 0, MNIST_PIXELS);
        f->dataset = made_dataset(pixels, labels, IMAGES);
        assert_true(
            data_loader_create(&f->loader, &f->dataset, 10, &no_transforms, f->pool, &error));
        for (size_t j = 0; j < MNIST_PIXELS; j++) {
            bool is_seen = false;
            for (size_t i = 0; i < IMAGES; i++)
                is_seen |= pixels[i * MNIST_PIXELS + j] != 0;
            assert_false(is_seen && j % 28 == BLANK_COLUMN);
            assert_int_equal(f->loader.seen[j] != 0, is_seen);
        }
        // a transform can move a stroke anywhere
        data_loader_destroy(&f->loader);
        assert_true(data_loader_create(&f->loader, &f->dataset, 10, &rotations, f->pool, &error));
        for (size_t j = 0; j < MNIST_PIXELS; j++)
            assert_true(f->loader.seen[j]);
        destroy(f);
    }
}

TEST(an_epochs_order_takes_two_draws_and_a_tests_order_one) {
    Random expected, permutation;
    Fixture *f = create(4, 1, &no_transforms);
    random_seed(&expected, 3);
    data_loader_shuffle(&f->loader, data_loader_draw_seed(&f->random[0]));
    random_next64(&expected);
    random_seed(&permutation, random_next64(&expected));
    uint32_t order[IMAGES];
    random_permutation(&permutation, order, IMAGES);
    assert_memory_equal(f->loader.order, order, sizeof order);
    assert_true(random_next64(&f->random[0]) == random_next64(&expected));

    data_loader_sequential(&f->loader, &f->random[0]);
    random_next64(&expected);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(f->loader.order[i], i);
    assert_true(random_next64(&f->random[0]) == random_next64(&expected));
    destroy(f);
}

TEST(a_pass_begins_and_ends_at_any_batch) {
    Fixture *f = create(33, 1, &no_transforms);
    data_loader_sequential(&f->loader, &f->random[0]);
    begin(f, 1, 1);
    const size_t first[] = {33, 65}, counts[] = {32, 1, 0, 0}; // the end stays the end
    for (size_t i = 0; i < 4; i++) {
        data_iterator_next(&f->iterators[0], 2, &f->random[0], &f->microbatch);
        assert_int_equal(f->microbatch.count, counts[i]);
        assert_true(i >= 2 || f->microbatch.first == first[i]);
    }
    destroy(f);
}

// The draws of a whole batch come before anything that is drawn for its first microbatch, and each
// image is transformed with its own parameters, by one of the threads. All have the same draws.
static void check_transforms(size_t batch_size, size_t threads) {
    Transforms transforms = {0};
    TransformParams params[IMAGES];
    transforms_add(&transforms, TRANSFORM_ROTATE, 30);
    transforms_add(&transforms, TRANSFORM_HFLIP, 0.5);
    Fixture *f = create(batch_size, THREADS, &transforms);
    start_shuffled(f);
    Random expected = f->random[0];
    const size_t batches = data_loader_batches(&f->loader);
    begin(f, 0, threads);
    for (;;) {
        const Microbatch *microbatch = &f->microbatch;
        for (size_t t = threads; t-- > 0;)
            data_iterator_next(&f->iterators[t], batches, &f->random[t], &f->microbatch);
        if (microbatch->count == 0)
            break;
        for (size_t i = 0; microbatch->is_first_of_batch && i < microbatch->batch_images; i++)
            transforms_sample(&transforms, &expected, &params[i]);
        for (size_t i = 0; i < microbatch->count; i++) {
            const size_t position = microbatch->first + i;
            uint8_t changed[MNIST_PIXELS];
            transforms_apply(&transforms, &params[position - microbatch->batch_first],
                             pixels + f->loader.order[position] * MNIST_PIXELS, changed);
            check_encoded(microbatch->images[i], changed);
        }
    }
    for (size_t t = 0; t < threads; t++)
        assert_memory_equal(&f->random[t], &expected, sizeof expected);
    destroy(f);
}

TEST(each_image_of_a_batch_is_transformed_by_its_own_draws) {
    const size_t sizes[] = {1, 5, 33, IMAGES};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t threads = 1; threads <= THREADS; threads++)
            check_transforms(sizes[i], threads);
    }
}

// A thread plans the next batch while another one still reads this one.
TEST(transformed_images_stay_while_the_next_batch_is_transformed) {
    Transforms rotations = {0};
    transforms_add(&rotations, TRANSFORM_ROTATE, 180.0);
    for (size_t batch_size = 1; batch_size <= 40; batch_size += 13) {
        Fixture *f = create(batch_size, 1, &rotations);
        static uint8_t then[MICROBATCH][MNIST_PIXELS];
        start_shuffled(f);
        while (next(f)) {
            const Microbatch kept = f->microbatch;
            for (size_t i = 0; i < kept.count; i++)
                memcpy(then[i], kept.images[i], BANDS + kept.images[i][0]);
            if (!next(f))
                break;
            for (size_t i = 0; i < kept.count; i++)
                assert_memory_equal(then[i], kept.images[i], BANDS + then[i][0]);
        }
        destroy(f);
    }
}
