// Float kernels that Swift cannot compile well: one source, compiled once per instruction level, chosen at run time.
//
// Arrays are row-major [T, C]: time in rows, channels in columns, float32. Every kernel computes each output element
// with the same sequence of operations whatever the number of rows it is called with, so results do not depend on
// how a caller cuts time into blocks or spreads blocks over threads. Between levels the last bits may differ.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One convolution (or linear layer: one tap) of `rows` output rows.
typedef struct {
  const float *input;      // first channel of the first tap of output row 0
  ptrdiff_t inputRowStride;  // floats from one output row's input to the next one's
  ptrdiff_t tapStride;       // floats from one tap to the next
  size_t tapCount;
  size_t depth;              // contiguous channels per tap
  const float *weights;      // from `pack`
  const float *bias;         // `columns` values, or NULL for 0
  const float *residual;     // added to the result, or NULL; rows apart by residualRowStride
  ptrdiff_t residualRowStride;
  float *output;
  ptrdiff_t outputRowStride;
  size_t rows;
  size_t columns;
} CKConvolution;

// How the elements of a matrix are stored, at any alignment.
typedef enum { CKFloat32, CKFloat16, CKBFloat16 } CKFormat;

typedef struct {
  const char *name;
  // Floats that `pack` writes for a weight matrix of depth × columns.
  size_t (*packedCount)(size_t depth, size_t columns);
  // Packs weights[d · depthStride + n · columnStride] into the panels that `convolve` reads.
  void (*pack)(float *packed, const float *weights, size_t depth, size_t columns, ptrdiff_t depthStride,
               ptrdiff_t columnStride);
  // Columns of the next panel when `columns` are left.
  size_t (*panelColumns)(size_t columns);
  // Packs one panel of weights that are stored row by row, one of `depth` elements for each column: `columns` rows,
  // `panelColumns(columns)` of them at most. `convolve` then reads them as a matrix of that many columns.
  void (*packRows)(float *packed, const void *weights, CKFormat format, size_t depth, size_t columns);
  void (*convolve)(const CKConvolution *job);
  // output = x + sin²(alpha·x) · inverseAlpha per channel, over rows × channels; in place allowed.
  void (*snake)(float *output, const float *input, const float *alpha, const float *inverseAlpha, size_t rows,
                size_t channels);
  // output[r, c] = input[r, c] · gelu(input[r, c + columns]), gelu in its tanh form; input rows are 2 · columns long.
  void (*gatedGELU)(float *output, const float *input, size_t rows, size_t columns);
  // output = weight · x / sqrt(mean(x²) + epsilon) per row.
  void (*rmsNorm)(float *output, const float *input, const float *weight, float epsilon, size_t rows, size_t columns);
  // In place: row = softmax(scale · row + bias) with bias[r, c] read at bias[c − r + biasCentre].
  void (*softmaxRelative)(float *scores, const float *bias, ptrdiff_t biasCentre, float scale, size_t firstRow,
                          size_t rows, size_t columns);
  // output = exp(scale · (x − max(x))); returns the sum of the outputs and writes max(x).
  float (*exponentials)(float *output, const float *input, float scale, size_t count, float *maximum);
  void (*tanhInPlace)(float *values, size_t count);
  // Index of the first greatest of `count` values; 0 for none.
  size_t (*indexOfGreatest)(const float *values, size_t count);
  // Peak of fused multiply-adds: runs `iterations` rounds, returns the floating-point operations done.
  double (*multiplyAddPeak)(size_t iterations, float *sink);
} CKTable;

// The table of a level ("avx512", "avx2", "baseline"), or NULL where this machine or this build lacks it.
const CKTable *ck_table(const char *name);
// The best level this machine has.
const CKTable *ck_best(void);
