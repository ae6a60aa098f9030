#include "train/network_input.h"

_Static_assert((int)MICROBATCH_SIZE <= (int)NETWORK_MAX_IMAGES, "a microbatch fits the network");
_Static_assert((int)MNIST_PIXELS == (int)NETWORK_PIXELS, "the data fits the network");
_Static_assert((int)SPARSE_BANDS == (int)NETWORK_BANDS, "sparse images fit the network");
_Static_assert((int)SPARSE_BAND_PIXELS == (int)NETWORK_BAND_PIXELS, "and so do their bands");

NetworkInput network_input_dense(const Microbatch *microbatch, const float *rows) {
    return (NetworkInput){
        .images = microbatch->count,
        .columns = microbatch->columns->count,
        .pixels = microbatch->columns->pixels,
        .rows = rows,
    };
}

static void set_image_rows(const uint8_t *image, size_t index, NetworkInputRows *sparse_rows) {
    SparseBand bands[SPARSE_BANDS];
    sparse_image_bands(image, bands);
    for (size_t b = 0; b < SPARSE_BANDS; b++)
        sparse_rows->by_image[b][index] =
            (SparseRow){bands[b].count, bands[b].indices, bands[b].values};
}

NetworkInput network_input_sparse(const DataLoader *loader, const Microbatch *microbatch,
                                  const ImagesByPixel *by_pixel, NetworkInputRows *sparse_rows) {
    NetworkInput input = network_input_dense(microbatch, NULL);
    for (size_t i = 0; i < input.images; i++)
        set_image_rows(data_loader_image(loader, microbatch, i), i, sparse_rows);
    for (size_t band = 0; band < NETWORK_BANDS; band++)
        input.by_image[band] =
            (SparseRows){input.images, sparse_rows->by_image[band], loader->byte_to_float};
    if (!by_pixel)
        return input;
    for (size_t i = 0; i < input.columns; i++) {
        size_t pixel = input.pixels[i];
        sparse_rows->by_column[i] = (SparseRow){
            .count = by_pixel->counts[pixel],
            .indices = by_pixel->pixels[pixel].images,
            .bytes = by_pixel->pixels[pixel].values,
        };
    }
    input.by_column = (SparseRows){input.columns, sparse_rows->by_column, loader->byte_to_float};
    return input;
}
