// Reference trainer: the tutorial's run in plain C, to be read before the fast program. It computes
// in float32, as PyTorch does on a CPU, and draws the same random numbers: initial weights, order
// of the images and dropout masks are PyTorch's bit for bit; losses are equal up to rounding.
//   cc -O2 -std=c11 -ffp-contract=off reference_trainer.c -lz -lm -o reference_trainer
//   ./reference_trainer DIR [EPOCHS [SEED [TRAIN_LIMIT [TEST_LIMIT [STEPS]]]]]
// DIR holds MNIST's four files, each with or without .gz. A limit of 0 takes all images. The output
// is the tutorial's; STEPS adds the losses of the first STEPS training steps.
// B: images in a batch, BATCH or fewer in an epoch's last. ATen: aten/src/ATen in PyTorch's source.
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { PIXELS = 28 * 28, HIDDEN = 128, CLASSES = 10, BATCH = 32, MT_N = 624, MT_M = 397 };
enum { MAX_IMAGES = 60000, ERROR_SIZE = 1024 };
#define KEEP 0.8 // 1 - p of torch.nn.Dropout(p=0.2)

// ---- Random numbers: MT19937 (Matsumoto and Nishimura 1998; ATen/core/MT19937RNGEngine.h) -------
typedef struct {
    uint32_t state[MT_N];
    size_t next; // index of the word to be replaced next
} Random;

// As torch.manual_seed, which uses the low 32 bits of the seed.
static void random_seed(Random *random, uint64_t seed) {
    uint32_t *s = random->state;
    s[0] = (uint32_t)seed;
    for (uint32_t i = 1; i < MT_N; i++)
        s[i] = 1812433253U * (s[i - 1] ^ (s[i - 1] >> 30)) + i;
    random->next = 0;
}

static uint32_t random_next32(Random *random) {
    uint32_t *s = random->state;
    size_t i = random->next;
    random->next = (i + 1) % MT_N;
    uint32_t y = (s[i] & 0x80000000U) | (s[random->next] & 0x7fffffffU);
    s[i] = s[(i + MT_M) % MT_N] ^ (y >> 1) ^ ((y & 1U) ? 0x9908b0dfU : 0U);
    y = s[i] ^ (s[i] >> 11);
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return y ^ (y >> 18);
}

static uint64_t random_next64(Random *random) {
    uint64_t high = random_next32(random);
    return high << 32 | random_next32(random);
}

// Tensor.uniform_ from 24 random bits. PyTorch's vector code rounds once, hence fmaf.
static float random_uniform(Random *random, float low, float high) {
    float unit = (float)(random_next32(random) & 0xffffffU) * 0x1p-24F;
    return fmaf(unit, high - low, low);
}

// Tensor.bernoulli_ from 53 random bits (ATen/core/TransformationHelper.h).
static bool random_bernoulli(Random *random, double probability) {
    return (double)(random_next64(random) & 0x1fffffffffffffU) * 0x1p-53 < probability;
}

// ---- Data loader: torch.utils.data.DataLoader over MNIST's IDX files ----------------------------
typedef struct {
    uint8_t images[MAX_IMAGES][PIXELS]; // (count, 784)
    uint8_t labels[MAX_IMAGES];         // (count)
    uint32_t order[MAX_IMAGES];         // (count): indices of images
    size_t count;
    size_t last_index;          // of an epoch's batches, at least 1; the tutorial divides by it
    size_t next;                // position in order of the next batch
    size_t batch;               // B of the current batch
    float input[BATCH][PIXELS]; // (B, 784): pixels from 0 to 1
    uint8_t target[BATCH];      // (B): labels
} DataLoader;

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Reads DIR/SPLIT-KIND or DIR/SPLIT-KIND.gz, an IDX file. Returns the number of items, or 0 and
// sets the error if the file is missing, short or of another kind.
static size_t idx_read(const char *dir, const char *split, const char *kind, size_t item_size,
                       uint8_t *items, char *error) {
    char path[ERROR_SIZE / 2];
    gzFile file = NULL;
    for (size_t i = 0; i < 2 && !file; i++) {
        snprintf(path, sizeof path, "%s/%s-%s%s", dir, split, kind, i == 0 ? "" : ".gz");
        file = gzopen(path, "rb"); // reads uncompressed files too
    }
    if (!file) {
        snprintf(error, ERROR_SIZE, "cannot open %s: %s", path, strerror(errno));
        return 0;
    }
    uint8_t header[16] = {0}; // magic number, count; of images also rows and columns
    gzread(file, header, item_size > 1 ? 16 : 8);
    int found = gzread(file, items, (unsigned)(MAX_IMAGES * item_size));
    gzclose(file);
    uint32_t magic = item_size > 1 ? 0x803 : 0x801; // unsigned bytes in 3 dimensions or 1
    uint64_t count = big_endian(header + 4), expected = count * item_size;
    if (big_endian(header) == magic && found > 0 && (uint64_t)found == expected)
        return (size_t)count;
    snprintf(error, ERROR_SIZE, "%s: expected magic %08x and %llu value bytes, found %08x and %d",
             path, magic, (unsigned long long)expected, big_endian(header), found < 0 ? 0 : found);
    return 0;
}

// split: "train" or "t10k". limit: the number of images to use; 0: all. Returns false and sets the
// error if a file cannot be read or the labels do not fit.
static bool dataloader_init(DataLoader *loader, const char *dir, const char *split, uint64_t limit,
                            char *error) {
    size_t labels = idx_read(dir, split, "labels-idx1-ubyte", 1, loader->labels, error);
    size_t images = idx_read(dir, split, "images-idx3-ubyte", PIXELS, loader->images[0], error);
    if (labels == 0 || images == 0)
        return false;
    bool valid = labels == images;
    for (size_t i = 0; i < labels; i++)
        valid = valid && loader->labels[i] < CLASSES;
    if (!valid)
        snprintf(error, ERROR_SIZE, "%s: expected %zu %s labels from 0 to 9, found others", dir,
                 images, split);
    loader->count = limit > 0 && limit < images ? (size_t)limit : images;
    loader->last_index = loader->count > BATCH ? (loader->count - 1) / BATCH : 1;
    return valid;
}

// Starts an epoch. As PyTorch's, the loader draws a seed for its worker processes, not used here;
// with shuffle=True it draws another for torch.randperm (ATen/native/TensorFactories.cpp).
static void dataloader_reset(DataLoader *loader, bool shuffle, Random *random) {
    Random generator = {0};
    loader->next = 0;
    for (size_t i = 0; i < loader->count; i++)
        loader->order[i] = (uint32_t)i;
    random_next64(random);
    if (!shuffle)
        return;
    random_seed(&generator, random_next64(random));
    for (size_t i = 0; i + 1 < loader->count; i++) {
        size_t j = i + random_next32(&generator) % (loader->count - i);
        uint32_t swapped = loader->order[i];
        loader->order[i] = loader->order[j];
        loader->order[j] = swapped;
    }
}

// Returns false at the end of the epoch.
static bool dataloader_next_batch(DataLoader *loader) {
    size_t left = loader->count - loader->next;
    loader->batch = left < BATCH ? left : BATCH;
    for (size_t b = 0; b < loader->batch; b++) {
        size_t image = loader->order[loader->next++];
        for (size_t i = 0; i < PIXELS; i++)
            loader->input[b][i] = (float)loader->images[image][i] / 255.0F;
        loader->target[b] = loader->labels[image];
    }
    return loader->batch > 0;
}

// ---- Model: 784 pixels, linear, ReLU, dropout, linear, softmax; then cross entropy --------------
typedef struct {
    float d1_weight[PIXELS][HIDDEN];  // (784, 128), the transpose of torch.nn.Linear's
    float d1_bias[HIDDEN];            // (128)
    float d2_weight[HIDDEN][CLASSES]; // (128, 10), the transpose too
    float d2_bias[CLASSES];           // (10)
} Parameters;

typedef struct {
    Parameters params, grads, m, v; // m, v: Adam's first and second moments
    size_t step;                    // training steps done
    float hidden[BATCH][HIDDEN];    // (B, 128): after ReLU and dropout
    float probs[BATCH][CLASSES];    // (B, 10): softmax of the logits, the model's output
    float q[BATCH][CLASSES];        // (B, 10): softmax of probs, part of the loss
    double loss;                    // mean over the batch
    size_t correct;                 // correctly classified images of the batch
} Model;

// torch.nn.Linear.reset_parameters: U(-k, k) with k = 1 / sqrt(inputs), in PyTorch's order.
static void linear_init(float *weight, float *bias, size_t inputs, size_t outputs, Random *random) {
    float k = (float)(1.0 / sqrt((double)inputs));
    for (size_t o = 0; o < outputs; o++)
        for (size_t i = 0; i < inputs; i++)
            weight[i * outputs + o] = random_uniform(random, -k, k);
    for (size_t o = 0; o < outputs; o++)
        bias[o] = random_uniform(random, -k, k);
}

static void model_init(Model *model, Random *random) {
    linear_init(model->params.d1_weight[0], model->params.d1_bias, PIXELS, HIDDEN, random);
    linear_init(model->params.d2_weight[0], model->params.d2_bias, HIDDEN, CLASSES, random);
}

// y += a x, as BLAS's saxpy. Zeros are skipped: four of five pixels.
static inline void axpy(size_t n, float a, const float *restrict x, float *restrict y) {
    for (size_t i = 0; a != 0.0F && i < n; i++)
        y[i] += a * x[i];
}

// y = exp(x) / sum of exp(x). Subtracting the maximum keeps exp from overflowing.
static void softmax(const float x[CLASSES], float y[CLASSES]) {
    float max = x[0], sum = 0.0F;
    for (size_t c = 1; c < CLASSES; c++)
        max = fmaxf(max, x[c]);
    for (size_t c = 0; c < CLASSES; c++)
        sum += y[c] = expf(x[c] - max);
    for (size_t c = 0; c < CLASSES; c++)
        y[c] /= sum;
}

// Dropout is for training only. The tutorial gives CrossEntropyLoss the probabilities in place of
// the logits, so the loss of an image is -log(softmax(probs)[target]).
static void model_forward(Model *model, const DataLoader *data, bool training, Random *random) {
    const Parameters *p = &model->params;
    model->loss = 0.0;
    model->correct = 0;
    for (size_t b = 0; b < data->batch; b++) {
        float *hidden = model->hidden[b], *probs = model->probs[b], *q = model->q[b];
        float logits[CLASSES];
        memcpy(hidden, p->d1_bias, sizeof p->d1_bias);
        for (size_t i = 0; i < PIXELS; i++)
            axpy(HIDDEN, data->input[b][i], p->d1_weight[i], hidden);
        memcpy(logits, p->d2_bias, sizeof logits);
        for (size_t h = 0; h < HIDDEN; h++) {
            hidden[h] = fmaxf(hidden[h], 0.0F);
            if (training)
                hidden[h] = random_bernoulli(random, KEEP) ? hidden[h] * (float)(1.0 / KEEP) : 0.0F;
            axpy(CLASSES, hidden[h], p->d2_weight[h], logits);
        }
        softmax(logits, probs);
        softmax(probs, q);
        model->loss -= (double)logf(q[data->target[b]]) / (double)data->batch;
        size_t best = 0;
        for (size_t c = 1; c < CLASSES; c++)
            best = probs[c] > probs[best] ? c : best;
        model->correct += best == data->target[b];
    }
}

static void model_zero_grad(Model *model) {
    memset(&model->grads, 0, sizeof model->grads);
}

// Adds the gradients of the batch's loss to grads; dx is the gradient at x.
static void model_backward(Model *model, const DataLoader *data) {
    Parameters *g = &model->grads;
    for (size_t b = 0; b < data->batch; b++) {
        const float *hidden = model->hidden[b], *probs = model->probs[b], *q = model->q[b];
        float dprobs[CLASSES], dlogits[CLASSES], dhidden[HIDDEN] = {0}, sum = 0.0F;
        for (size_t c = 0; c < CLASSES; c++) { // cross entropy: (q - one-hot target) / B
            dprobs[c] = (q[c] - (c == data->target[b] ? 1.0F : 0.0F)) / (float)data->batch;
            sum += probs[c] * dprobs[c];
        }
        for (size_t c = 0; c < CLASSES; c++) // softmax: dp[j]/dx[c] = p[j] ([j = c] - p[c])
            dlogits[c] = probs[c] * (dprobs[c] - sum);
        axpy(CLASSES, 1.0F, dlogits, g->d2_bias);
        for (size_t h = 0; h < HIDDEN; h++) {
            axpy(CLASSES, hidden[h], dlogits, g->d2_weight[h]);
            for (size_t c = 0; hidden[h] > 0.0F && c < CLASSES; c++) // passed ReLU and dropout
                dhidden[h] += (float)(1.0 / KEEP) * dlogits[c] * model->params.d2_weight[h][c];
        }
        axpy(HIDDEN, 1.0F, dhidden, g->d1_bias);
        for (size_t i = 0; i < PIXELS; i++)
            axpy(HIDDEN, data->input[b][i], dhidden, g->d1_weight[i]);
    }
}

// torch.optim.Adam (Kingma and Ba 2015, algorithm 1; torch/optim/adam.py) with its defaults.
static void model_update(Model *model) {
    float *p = (float *)&model->params, *m = (float *)&model->m, *v = (float *)&model->v;
    const float *g = (const float *)&model->grads;
    const double step = (double)++model->step;
    const float step_size = (float)(0.001 / (1.0 - pow(0.9, step)));
    const float correction2_sqrt = (float)sqrt(1.0 - pow(0.999, step));
    for (size_t i = 0; i < sizeof(Parameters) / sizeof(float); i++) {
        m[i] = 0.9F * m[i] + 0.1F * g[i];
        v[i] = 0.999F * v[i] + 0.001F * g[i] * g[i];
        p[i] -= step_size * m[i] / (sqrtf(v[i]) / correction2_sqrt + 1e-8F);
    }
}

int main(int argc, char **argv) {
    static DataLoader train, test; // too large for the stack
    static Model model;
    Random random;
    char error[ERROR_SIZE];
    uint64_t args[] = {5, 0, 0, 0, 0}; // EPOCHS, SEED, TRAIN_LIMIT, TEST_LIMIT, STEPS
    bool valid = argc >= 2 && argc <= 7;
    errno = 0;
    for (int i = 2; valid && i < argc; i++) {
        char *end;
        args[i - 2] = strtoull(argv[i], &end, 10);
        valid = argv[i][0] >= '0' && argv[i][0] <= '9' && *end == '\0' && errno == 0;
    }
    if (!valid) {
        fputs("usage: reference_trainer DIR [EPOCHS [SEED [TRAIN_LIMIT [TEST_LIMIT [STEPS]]]]]\n",
              stderr);
        return 2;
    }
    if (!dataloader_init(&train, argv[1], "train", args[2], error) ||
        !dataloader_init(&test, argv[1], "t10k", args[3], error)) {
        fprintf(stderr, "reference_trainer: %s\n", error);
        return 1;
    }
    random_seed(&random, args[1]);
    model_init(&model, &random);
    for (size_t epoch = 0; epoch < args[0]; epoch++) {
        double loss_sum = 0.0, percent_sum = 0.0;
        dataloader_reset(&train, true, &random);
        while (dataloader_next_batch(&train)) {
            model_forward(&model, &train, true, &random);
            model_zero_grad(&model);
            model_backward(&model, &train);
            model_update(&model);
            loss_sum += model.loss;
            percent_sum += floor(100.0 * (double)model.correct / BATCH);
            if (model.step <= args[4])
                printf("step %zu loss %.9g\n", model.step, model.loss);
        }
        printf("Epoch: %zu | Loss: %.4f | Train Accuracy: %.2f\n", epoch,
               loss_sum / (double)train.last_index, percent_sum / (double)train.last_index);
    }
    double percent_sum = 0.0;
    dataloader_reset(&test, false, &random);
    while (dataloader_next_batch(&test)) {
        model_forward(&model, &test, false, &random);
        percent_sum += floor(100.0 * (double)model.correct / BATCH);
    }
    printf("Test Accuracy: %.2f\n", percent_sum / (double)test.last_index);
    return fflush(stdout) == 0 ? 0 : 1;
}
