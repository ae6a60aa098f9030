// What the build needs of the BLAS library: its header, and a program with cblas_sgemm links.
#include CBLAS_HEADER

int main(void) {
    const float one = 1.0F;
    float product = 0.0F;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 1, 1, 1, 1.0F, &one, 1, &one, 1, 0.0F,
                &product, 1);
    return product == one ? 0 : 1;
}
