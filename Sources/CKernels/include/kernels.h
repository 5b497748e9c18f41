// Float kernels that Swift does not vectorise well: one source, compiled for each instruction set, selected at run
// time.
//
// Arrays are row-major [T, C]: time in rows, channels in columns, float32. A kernel computes an output element with the
// same sequence of operations for any number of rows. Results therefore do not depend on how a caller divides rows
// among calls and threads. Between instruction sets the last bits may differ.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Convolution of `rows` output rows. A linear layer is a convolution of one tap.
typedef struct {
  const float *input;        // first channel of the first tap of output row 0
  ptrdiff_t inputRowStride;  // floats from the input of one output row to that of the next
  ptrdiff_t tapStride;       // floats from one tap to the next
  size_t tapCount;
  size_t depth;              // contiguous channels per tap
  const float *weights;      // weights that `pack` or `packRows` wrote
  const float *bias;         // `columns` values, or NULL for zeros
  const float *residual;     // rows to add to the result, `residualRowStride` floats apart, or NULL
  ptrdiff_t residualRowStride;
  float *output;
  ptrdiff_t outputRowStride;
  size_t rows;
  size_t columns;
} CKConvolution;

// Element type of a stored matrix; elements may have any alignment.
typedef enum { CKFloat32, CKFloat16, CKBFloat16 } CKFormat;

// Limits on the entries of a row of logits. A mass or a count of 0 sets no limit.
typedef struct {
  float scale;                 // factor of the logits
  double nucleusMass;          // top-p: the likeliest entries with this total probability stay
  double typicalMass;          // the most typical entries with this total probability stay
  size_t typicalMinimumCount;  // smallest number of most typical entries that stay
  size_t likeliestCount;       // number of the likeliest entries that stay
} CKLimits;

// Kernels of one instruction set.
typedef struct {
  const char *name;
  // Number of floats that `pack` writes for a weight matrix of depth × columns.
  size_t (*packedCount)(size_t depth, size_t columns);
  // Packs weights[d · depthStride + n · columnStride] into the panels that `convolve` reads.
  void (*pack)(float *packed, const float *weights, size_t depth, size_t columns, ptrdiff_t depthStride,
               ptrdiff_t columnStride);
  // Number of columns of the next panel when `columns` columns remain.
  size_t (*panelColumns)(size_t columns);
  // Packs one panel of weights that are stored row by row: one row of `depth` elements for each of `columns` columns,
  // at most `panelColumns(columns)`. `convolve` reads the panel as a matrix of `columns` columns.
  void (*packRows)(float *packed, const void *weights, CKFormat format, size_t depth, size_t columns);
  // Computes the output rows of `job`.
  void (*convolve)(const CKConvolution *job);
  // output = x + sin²(alpha·x) · inverseAlpha per channel, over rows × channels; `output` may equal `input`.
  void (*snake)(float *output, const float *input, const float *alpha, const float *inverseAlpha, size_t rows,
                size_t channels);
  // output[r, c] = input[r, c] · gelu(input[r, c + columns]) with the tanh form of gelu; input rows are 2 · columns
  // long.
  void (*gatedGELU)(float *output, const float *input, size_t rows, size_t columns);
  // output = weight · x / sqrt(mean(x²) + epsilon) per row.
  void (*rmsNorm)(float *output, const float *input, const float *weight, float epsilon, size_t rows, size_t columns);
  // Replaces each row by softmax(scale · row + bias), where bias[r, c] is at bias[c − r + biasCentre].
  void (*softmaxRelative)(float *scores, const float *bias, ptrdiff_t biasCentre, float scale, size_t firstRow,
                          size_t rows, size_t columns);
  // output = exp(scale · (x − max(x))); returns the sum of the outputs and writes max(x) to `maximum`.
  float (*exponentials)(float *output, const float *input, float scale, size_t count, float *maximum);
  // Replaces each value by its tanh.
  void (*tanhInPlace)(float *values, size_t count);
  // Index of the greatest of `count` values, the first one of equal values; 0 if `count` is 0.
  size_t (*indexOfGreatest)(const float *values, size_t count);
  // Sets the logits outside `limits` to −infinity; at least one stays. Returns false and changes nothing where rounding
  // to single precision could decide which entry is the last to stay. `scratch` holds 4 · `count` floats.
  bool (*restrictRow)(float *logits, size_t count, const CKLimits *limits, float *scratch);
  // Runs `iterations` rounds of fused multiply-adds and returns the number of floating-point operations. `sink` holds
  // factor and term and receives the sum, so that the compiler keeps the loop.
  double (*multiplyAddPeak)(size_t iterations, float *sink);
} CKTable;

// Kernels of an instruction set ("avx512", "avx2", "baseline"), or NULL if this machine or this build lacks it.
const CKTable *ck_table(const char *name);
