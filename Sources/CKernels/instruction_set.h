// Kernels of kernels.h for one instruction set. kernels.c includes this file once for each instruction set and defines
//   NAMED(name)              function name with the instruction set as prefix
//   INSTRUCTION_SET          name of the instruction set, a string
//   LANES                    floats in a vector
//   LOAD_PART(p, count)      loads the first `count` < LANES floats and sets the others to 0
//   STORE_PART(p, v, count)  stores the first `count` < LANES floats
//   TILE_ROWS                rows of a register tile of one or two vectors
//   WIDE_ROWS                rows of a register tile of three vectors
// The accumulators of a tile must fit the register file.
// Vectors are clang's own (ext_vector_type), so this source serves all instruction sets and processor families.

#define VECTOR NAMED(Vector)
#define IVECTOR NAMED(IntVector)
typedef float VECTOR __attribute__((ext_vector_type(LANES)));
typedef int32_t IVECTOR __attribute__((ext_vector_type(LANES)));
#define DVECTOR NAMED(DoubleVector)
typedef double DVECTOR __attribute__((ext_vector_type(LANES)));
typedef float NAMED(Unaligned) __attribute__((ext_vector_type(LANES), aligned(4)));
#define INLINE static inline __attribute__((always_inline))
#define MAXIMUM_VECTORS 3
// Depth of one pass over the weights: a panel of this depth fits the second-level cache.
#define DEPTH_BLOCK 512
// Number of output rows of one pass over the weights.
#define ROW_BLOCK 128
// Distance in floats at which weights are prefetched, long enough for the latency of the outer caches.
#define PREFETCH_DISTANCE 1024
// Number of floats in a cache line.
#define CACHE_LINE 16
// Keeps clang from computing a pointer from other pointers.
#define OPAQUE(pointer) __asm__("" : "+r"(pointer))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE VECTOR NAMED(load)(const float *p) { return *(const NAMED(Unaligned) *)p; }
INLINE void NAMED(store)(float *p, VECTOR v) { *(NAMED(Unaligned) *)p = v; }
INLINE VECTOR NAMED(splat)(float x) { return (VECTOR)(x); }
INLINE VECTOR NAMED(select)(IVECTOR mask, VECTOR a, VECTOR b) {
  return (VECTOR)(((IVECTOR)a & mask) | ((IVECTOR)b & ~mask));
}
INLINE VECTOR NAMED(minimum)(VECTOR a, VECTOR b) { return NAMED(select)(a < b, a, b); }
INLINE VECTOR NAMED(maximum)(VECTOR a, VECTOR b) { return NAMED(select)(a > b, a, b); }
INLINE VECTOR NAMED(loadPart)(const float *p, size_t count) {
  return (VECTOR)LOAD_PART(p, count);
}
INLINE void NAMED(storePart)(float *p, VECTOR v, size_t count) { STORE_PART(p, v, count); }
// Adds lanes until four lanes with the same total sum remain.
typedef float NAMED(Quad) __attribute__((ext_vector_type(4)));
INLINE NAMED(Quad) NAMED(quarter)(VECTOR v) {
#if LANES == 16
  return v.lo.lo + v.lo.hi + (v.hi.lo + v.hi.hi);
#elif LANES == 8
  return v.lo + v.hi;
#else
  return v;
#endif
}
// Returns the sums of the lanes of four vectors, one sum for each vector.
INLINE NAMED(Quad) NAMED(sums)(VECTOR a, VECTOR b, VECTOR c, VECTOR d) {
  NAMED(Quad) p = NAMED(quarter)(a), q = NAMED(quarter)(b), r = NAMED(quarter)(c), s = NAMED(quarter)(d);
  NAMED(Quad) pq = __builtin_shufflevector(p, q, 0, 2, 4, 6) + __builtin_shufflevector(p, q, 1, 3, 5, 7);
  NAMED(Quad) rs = __builtin_shufflevector(r, s, 0, 2, 4, 6) + __builtin_shufflevector(r, s, 1, 3, 5, 7);
  return __builtin_shufflevector(pq, rs, 0, 2, 4, 6) + __builtin_shufflevector(pq, rs, 1, 3, 5, 7);
}
INLINE float NAMED(sum)(VECTOR v) {
  NAMED(Quad) q = NAMED(quarter)(v);
  return (q.x + q.y) + (q.z + q.w);
}

// MARK: weights

static size_t NAMED(packedCount)(size_t depth, size_t columns) {
  return (columns + LANES - 1) / LANES * LANES * depth;
}

// Number of vectors of the next panel when `columns` columns remain: all if one or three vectors remain, else two.
INLINE size_t NAMED(panelVectors)(size_t columns) {
  size_t left = (columns + LANES - 1) / LANES;
  return left == 1 || left == 3 ? left : 2;
}

// Packs panels [panel][depth][width] and fills the last panel up with zeros; a single column stays unpadded.
static void NAMED(pack)(float *packed, const float *weights, size_t depth, size_t columns, ptrdiff_t depthStride,
                        ptrdiff_t columnStride) {
  if (columns == 1) {
    for (size_t d = 0; d < depth; d++) packed[d] = weights[(ptrdiff_t)d * depthStride];
    return;
  }
  for (size_t start = 0; start < columns;) {
    const size_t width = NAMED(panelVectors)(columns - start) * LANES;
    for (size_t d = 0; d < depth; d++) {
      for (size_t n = 0; n < width; n++) {
        size_t column = start + n;
        *packed++ = column < columns ? weights[(ptrdiff_t)d * depthStride + (ptrdiff_t)column * columnStride] : 0;
      }
    }
    start += width;
  }
}

static size_t NAMED(panelColumns)(size_t columns) { return NAMED(panelVectors)(columns) * LANES; }

#if LANES == 16
#define INTERLEAVE_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define INTERLEAVE_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LANES == 8
#define INTERLEAVE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define INTERLEAVE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define INTERLEAVE_LOW 0, 4, 1, 5
#define INTERLEAVE_HIGH 2, 6, 3, 7
#endif

// Loads `count` ≤ LANES elements as floats and sets the other lanes to 0.
INLINE VECTOR NAMED(widen)(const char *elements, const CKFormat FORMAT, size_t count) {
  if (FORMAT == CKFloat32) {
    const float *p = (const float *)elements;
    return count == LANES ? NAMED(load)(p) : NAMED(loadPart)(p, count);
  }
  typedef uint16_t Halves __attribute__((ext_vector_type(LANES)));
  typedef uint32_t Words __attribute__((ext_vector_type(LANES)));
  Halves halves = (Halves)(0);
  memcpy(&halves, elements, count == LANES ? sizeof halves : count * sizeof(uint16_t));
  Words words = __builtin_convertvector(halves, Words);
  if (FORMAT == CKBFloat16) return (VECTOR)(words << 16);
  // The product converts the exponent bias from 15 to 127, for subnormal numbers, too. Weights are finite.
  VECTOR magnitude = (VECTOR)((words & 0x7fff) << 13) * 0x1p112f;
  return (VECTOR)((Words)magnitude | (words & 0x8000) << 16);
}

INLINE void NAMED(packFormat)(float *packed, const char *weights, const CKFormat FORMAT, size_t depth, size_t columns) {
  const size_t elementSize = FORMAT == CKFloat32 ? sizeof(float) : sizeof(uint16_t);
  const size_t rowSize = depth * elementSize;
  // A single column stays unpadded.
  const size_t width = columns == 1 ? 1 : NAMED(panelColumns)(columns);
  for (size_t d = 0; d < depth; d += LANES) {
    const size_t count = depth - d < LANES ? depth - d : LANES;
    for (size_t first = 0; first < columns; first += LANES) {
      VECTOR square[LANES];
      UNROLL
      for (size_t n = 0; n < LANES; n++)
        square[n] = first + n < columns
                        ? NAMED(widen)(weights + (first + n) * rowSize + d * elementSize, FORMAT, count)
                        : NAMED(splat)(0);
      if (columns == 1) {
        NAMED(storePart)(packed + d, square[0], count);
        continue;
      }
      // Each step interleaves the halves; log2(LANES) steps transpose the square.
      UNROLL
      for (size_t step = 1; step < LANES; step *= 2) {
        VECTOR next[LANES];
        UNROLL
        for (size_t n = 0; n < LANES / 2; n++) {
          next[2 * n] = __builtin_shufflevector(square[n], square[n + LANES / 2], INTERLEAVE_LOW);
          next[2 * n + 1] = __builtin_shufflevector(square[n], square[n + LANES / 2], INTERLEAVE_HIGH);
        }
        UNROLL
        for (size_t n = 0; n < LANES; n++) square[n] = next[n];
      }
      for (size_t n = 0; n < count; n++) NAMED(store)(packed + (d + n) * width + first, square[n]);
    }
  }
}

static void NAMED(packRows)(float *packed, const void *weights, CKFormat format, size_t depth, size_t columns) {
  switch (format) {
    case CKFloat32: NAMED(packFormat)(packed, weights, CKFloat32, depth, columns); break;
    case CKFloat16: NAMED(packFormat)(packed, weights, CKFloat16, depth, columns); break;
    case CKBFloat16: NAMED(packFormat)(packed, weights, CKBFloat16, depth, columns); break;
  }
}

// MARK: convolution

// Computes ROWS × VECTORS outputs over the depths [firstDepth, lastDepth). Loops unroll because ROWS and VECTORS are
// constant.
INLINE void NAMED(tile)(const int ROWS, const int VECTORS, const CKConvolution *job, const float *input,
                        const float *weights, size_t firstDepth, size_t lastDepth, float *output, const float *residual,
                        const float *bias, size_t columns) {
  VECTOR sums[TILE_ROWS][MAXIMUM_VECTORS];
  const ptrdiff_t stride = job->inputRowStride;
  const bool isFirst = firstDepth == 0, isLast = lastDepth == job->tapCount * job->depth;
  size_t parts[MAXIMUM_VECTORS];
  UNROLL
  for (int v = 0; v < VECTORS; v++) {
    size_t from = (size_t)v * LANES;
    parts[v] = columns >= from + LANES ? LANES : (columns > from ? columns - from : 0);
  }
  UNROLL
  for (int r = 0; r < ROWS; r++)
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
      const float *start = isFirst ? (bias ? bias + v * LANES : NULL) : output + r * job->outputRowStride + v * LANES;
      sums[r][v] = !start ? NAMED(splat)(0)
                   : parts[v] == LANES ? NAMED(load)(start) : NAMED(loadPart)(start, parts[v]);
    }
  size_t tap = firstDepth / job->depth, channel = firstDepth % job->depth;
  for (size_t done = firstDepth; done < lastDepth; tap++, channel = 0) {
    size_t count = job->depth - channel;
    if (count > lastDepth - done) count = lastDepth - done;
    // One pointer serves three rows. With a pointer for each row, clang spills pointers in the innermost loop.
    const float *rows[(TILE_ROWS + 2) / 3];
    UNROLL
    for (int r = 0; r < ROWS; r += 3) rows[r / 3] = input + (ptrdiff_t)tap * job->tapStride + channel + r * stride;
    for (size_t d = 0; d < count; d++) {
      VECTOR w[MAXIMUM_VECTORS];
      UNROLL
      for (int v = 0; v < VECTORS; v++) w[v] = NAMED(load)(weights + v * LANES);
      UNROLL
      for (int ahead = 0; ahead < VECTORS * LANES; ahead += CACHE_LINE)
        __builtin_prefetch(weights + PREFETCH_DISTANCE + ahead);
      weights += VECTORS * LANES;
      UNROLL
      for (int r = 0; r < ROWS; r++) {
        VECTOR x = NAMED(splat)(rows[r / 3][r % 3 * stride]);
        UNROLL
        for (int v = 0; v < VECTORS; v++) sums[r][v] += x * w[v];
      }
      UNROLL
      for (int r = 0; r < ROWS; r += 3) {
        rows[r / 3]++;
        OPAQUE(rows[r / 3]);
      }
    }
    done += count;
  }
  UNROLL
  for (int r = 0; r < ROWS; r++)
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
      float *target = output + r * job->outputRowStride + v * LANES;
      VECTOR sum = sums[r][v];
      if (parts[v] == LANES) {
        if (isLast && residual) sum += NAMED(load)(residual + r * job->residualRowStride + v * LANES);
        NAMED(store)(target, sum);
      } else {
        if (isLast && residual) sum += NAMED(loadPart)(residual + r * job->residualRowStride + v * LANES, parts[v]);
        NAMED(storePart)(target, sum, parts[v]);
      }
    }
}

#define TILE(ROWS, VECTORS)                                                                                     \
  NAMED(tile)                                                                                                   \
  (ROWS, VECTORS, job, job->input + (ptrdiff_t)row * job->inputRowStride, panel, firstDepth, lastDepth,         \
   job->output + (ptrdiff_t)row * job->outputRowStride + start,                                                 \
   job->residual ? job->residual + (ptrdiff_t)row * job->residualRowStride + start : NULL,                      \
   job->bias ? job->bias + start : NULL, columns)
#define TILES(ROWS, VECTORS) \
  for (; row + ROWS <= lastRow; row += ROWS) TILE(ROWS, VECTORS);

// Computes one column for up to four rows with vectors along the depth. A row's result does not depend on ROWS.
INLINE void NAMED(convolveColumn)(const int ROWS, const CKConvolution *job, size_t row) {
  VECTOR sums[4] = {0, 0, 0, 0};
  const float *weights = job->weights;
  for (size_t tap = 0; tap < job->tapCount; tap++, weights += job->depth) {
    const float *a = job->input + (ptrdiff_t)row * job->inputRowStride + (ptrdiff_t)tap * job->tapStride;
    size_t d = 0;
    for (; d + LANES <= job->depth; d += LANES) {
      VECTOR w = NAMED(load)(weights + d);
      UNROLL
      for (int r = 0; r < ROWS; r++) sums[r] += NAMED(load)(a + r * job->inputRowStride + d) * w;
    }
    if (d < job->depth) {
      VECTOR w = NAMED(loadPart)(weights + d, job->depth - d);
      UNROLL
      for (int r = 0; r < ROWS; r++)
        sums[r] += NAMED(loadPart)(a + r * job->inputRowStride + d, job->depth - d) * w;
    }
  }
  NAMED(Quad) results = NAMED(sums)(sums[0], sums[1], sums[2], sums[3]) + (job->bias ? job->bias[0] : 0.0f);
  UNROLL
  for (int r = 0; r < ROWS; r++) {
    ptrdiff_t at = (ptrdiff_t)row + r;
    float residual = job->residual ? job->residual[at * job->residualRowStride] : 0;
    job->output[at * job->outputRowStride] = results[r] + residual;
  }
}

static void NAMED(convolve)(const CKConvolution *job) {
  if (job->columns == 1) {
    size_t row = 0;
    for (; row + 4 <= job->rows; row += 4) NAMED(convolveColumn)(4, job, row);
    for (; row < job->rows; row++) NAMED(convolveColumn)(1, job, row);
    return;
  }
  const size_t depth = job->tapCount * job->depth;
  for (size_t firstRow = 0; firstRow < job->rows; firstRow += ROW_BLOCK) {
    const size_t lastRow = job->rows - firstRow > ROW_BLOCK ? firstRow + ROW_BLOCK : job->rows;
    for (size_t firstDepth = 0; firstDepth < depth; firstDepth += DEPTH_BLOCK) {
      const size_t lastDepth = depth - firstDepth > DEPTH_BLOCK ? firstDepth + DEPTH_BLOCK : depth;
      for (size_t start = 0; start < job->columns;) {
        const size_t columns = job->columns - start, vectors = NAMED(panelVectors)(columns), width = vectors * LANES;
        const float *panel = job->weights + start * depth + firstDepth * width;
        size_t row = firstRow;
        if (vectors == 3) {
          TILES(WIDE_ROWS, 3)
          TILES(1, 3)
        } else if (vectors == 2) {
          TILES(TILE_ROWS, 2)
          TILES(4, 2)
          TILES(1, 2)
        } else {
          TILES(TILE_ROWS, 1)
          TILES(4, 1)
          TILES(1, 1)
        }
        start += width;
      }
    }
  }
}

// MARK: elementwise

// sin²(y), within 1e-6 of the true value for |y| < 10⁴. Multiples of π, the period of sin², bring y to −π/2…π/2.
INLINE VECTOR NAMED(sineSquared)(VECTOR y) {
  const float shift = 12582912.0f;  // 1.5 · 2²³: adding it rounds to an integer
  VECTOR turns = (y * 0.318309886f + shift) - shift;
  VECTOR r = y - turns * 3.140625f;
  r = r - turns * 9.67502593994140625e-4f;
  r = r - turns * 1.50995799097e-7f;
  VECTOR q = r * r;
  // Minimax polynomial of sin(r)/r on −π/2…π/2, degree 10 in r.
  VECTOR p = NAMED(splat)(-2.3889859e-8f);
  p = p * q + 2.7525562e-6f;
  p = p * q - 1.9840874e-4f;
  p = p * q + 8.3333310e-3f;
  p = p * q - 1.6666667e-1f;
  p = p * q + 1.0f;
  VECTOR sine = r * p;
  return sine * sine;
}

static void NAMED(snake)(float *output, const float *input, const float *alpha, const float *inverseAlpha, size_t rows,
                         size_t channels) {
  size_t c = 0;
  for (; c + LANES <= channels; c += LANES) {
    const VECTOR a = NAMED(load)(alpha + c), inverse = NAMED(load)(inverseAlpha + c);
#pragma clang loop unroll_count(4)
    for (size_t r = 0; r < rows; r++) {
      VECTOR x = NAMED(load)(input + r * channels + c);
      NAMED(store)(output + r * channels + c, x + NAMED(sineSquared)(a * x) * inverse);
    }
  }
  if (c < channels) {
    const size_t part = channels - c;
    const VECTOR a = NAMED(loadPart)(alpha + c, part), inverse = NAMED(loadPart)(inverseAlpha + c, part);
    for (size_t r = 0; r < rows; r++) {
      VECTOR x = NAMED(loadPart)(input + r * channels + c, part);
      NAMED(storePart)(output + r * channels + c, x + NAMED(sineSquared)(a * x) * inverse, part);
    }
  }
}

// exp(x) for x ≤ 88 as 2ⁿ times a polynomial (Cephes, expf.c); 0 for x < −87.
INLINE VECTOR NAMED(exponential)(VECTOR x) {
  const float shift = 12582912.0f;
  IVECTOR vanishes = x < -87.0f;
  x = NAMED(maximum)(NAMED(minimum)(x, NAMED(splat)(88.0f)), NAMED(splat)(-87.0f));
  VECTOR n = (x * 1.44269504f + shift) - shift;
  VECTOR r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  VECTOR p = NAMED(splat)(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  IVECTOR power = (__builtin_convertvector(n, IVECTOR) + 127) << 23;
  return NAMED(select)(vanishes, NAMED(splat)(0), p * (VECTOR)power);
}

// tanh(x) = 1 − 2/(exp(2x) + 1). Near 0, where this form cancels, the Taylor series replaces it.
INLINE VECTOR NAMED(hyperbolicTangent)(VECTOR x) {
  VECTOR bounded = NAMED(maximum)(NAMED(minimum)(x, NAMED(splat)(10.0f)), NAMED(splat)(-10.0f));
  VECTOR far = 1.0f - 2.0f / (NAMED(exponential)(2.0f * bounded) + 1.0f);
  VECTOR q = x * x;
  VECTOR p = NAMED(splat)(2.1869488e-2f);
  p = p * q - 5.3968254e-2f;
  p = p * q + 1.3333333e-1f;
  p = p * q - 3.3333333e-1f;
  VECTOR near = x + x * q * p;
  return NAMED(select)(q < 0.0625f, near, far);
}

static void NAMED(tanhInPlace)(float *values, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) NAMED(store)(values + i, NAMED(hyperbolicTangent)(NAMED(load)(values + i)));
  if (i < count)
    NAMED(storePart)(values + i, NAMED(hyperbolicTangent)(NAMED(loadPart)(values + i, count - i)), count - i);
}

INLINE VECTOR NAMED(gelu)(VECTOR x) {
  VECTOR inner = 0.7978845608f * (x + 0.044715f * x * x * x);
  VECTOR bounded = NAMED(maximum)(NAMED(minimum)(-2.0f * inner, NAMED(splat)(87.0f)), NAMED(splat)(-87.0f));
  return x / (1.0f + NAMED(exponential)(bounded));
}

static void NAMED(gatedGELU)(float *output, const float *input, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *value = input + r * 2 * columns, *gate = value + columns;
    float *target = output + r * columns;
    size_t c = 0;
    for (; c + LANES <= columns; c += LANES)
      NAMED(store)(target + c, NAMED(load)(value + c) * NAMED(gelu)(NAMED(load)(gate + c)));
    if (c < columns) {
      const size_t part = columns - c;
      NAMED(storePart)(target + c, NAMED(loadPart)(value + c, part) * NAMED(gelu)(NAMED(loadPart)(gate + c, part)), part);
    }
  }
}

static void NAMED(rmsNorm)(float *output, const float *input, const float *weight, float epsilon, size_t rows,
                           size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    const float *x = input + r * columns;
    float *y = output + r * columns;
    VECTOR squares = 0;
    size_t c = 0;
    for (; c + LANES <= columns; c += LANES) {
      VECTOR v = NAMED(load)(x + c);
      squares += v * v;
    }
    if (c < columns) {
      VECTOR v = NAMED(loadPart)(x + c, columns - c);
      squares += v * v;
    }
    const float scale = 1.0f / __builtin_sqrtf(NAMED(sum)(squares) / (float)columns + epsilon);
    for (c = 0; c + LANES <= columns; c += LANES)
      NAMED(store)(y + c, NAMED(load)(x + c) * scale * NAMED(load)(weight + c));
    for (; c < columns; c++) y[c] = x[c] * scale * weight[c];
  }
}

static float NAMED(exponentials)(float *output, const float *input, float scale, size_t count, float *maximum) {
  VECTOR greatest = NAMED(splat)(-__builtin_inff());
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) greatest = NAMED(maximum)(greatest, NAMED(load)(input + i));
  float top = greatest[0];
  for (int lane = 1; lane < LANES; lane++)
    if (greatest[lane] > top) top = greatest[lane];
  for (size_t rest = i; rest < count; rest++)
    if (input[rest] > top) top = input[rest];
  VECTOR total = 0;
  for (i = 0; i + LANES <= count; i += LANES) {
    VECTOR e = NAMED(exponential)((NAMED(load)(input + i) - top) * scale);
    NAMED(store)(output + i, e);
    total += e;
  }
  float sum = NAMED(sum)(total);
  if (i < count) {
    VECTOR e = NAMED(exponential)((NAMED(loadPart)(input + i, count - i) - top) * scale);
    NAMED(storePart)(output + i, e, count - i);
    for (size_t lane = 0; lane < count - i; lane++) sum += e[lane];
  }
  *maximum = top;
  return sum;
}

static void NAMED(softmaxRelative)(float *scores, const float *bias, ptrdiff_t biasCentre, float scale, size_t firstRow,
                                   size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) {
    float *row = scores + r * columns;
    const float *rowBias = bias + biasCentre - (ptrdiff_t)(firstRow + r);
    size_t c = 0;
    for (; c + LANES <= columns; c += LANES)
      NAMED(store)(row + c, NAMED(load)(row + c) * scale + NAMED(load)(rowBias + c));
    for (; c < columns; c++) row[c] = row[c] * scale + rowBias[c];
    float maximum;
    const float inverse = 1.0f / NAMED(exponentials)(row, row, 1.0f, columns, &maximum);
    for (c = 0; c + LANES <= columns; c += LANES) NAMED(store)(row + c, NAMED(load)(row + c) * inverse);
    for (; c < columns; c++) row[c] *= inverse;
  }
}

static size_t NAMED(indexOfGreatest)(const float *values, size_t count) {
  VECTOR greatest = NAMED(splat)(-__builtin_inff());
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) greatest = NAMED(maximum)(NAMED(load)(values + i), greatest);
  float top = -__builtin_inff();
  for (int lane = 0; lane < LANES; lane++)
    if (greatest[lane] > top) top = greatest[lane];
  for (; i < count; i++)
    if (values[i] > top) top = values[i];
  for (i = 0; i + LANES <= count; i += LANES)
    if (__builtin_reduce_or(NAMED(load)(values + i) == NAMED(splat)(top))) break;
  for (; i < count; i++)
    if (values[i] == top) return i;
  return 0;
}

// Sum of the weights whose keys are at most `limit`. It never decreases with `limit`, because every addend is at least
// 0 and the order of the additions is fixed.
INLINE float NAMED(massUpTo)(const float *keys, const float *weights, size_t count, float limit) {
  const VECTOR bound = NAMED(splat)(limit), nothing = NAMED(splat)(0);
  VECTOR sums[4] = {nothing, nothing, nothing, nothing};
  size_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES)
    UNROLL for (size_t part = 0; part < 4; part++) {
      const size_t at = i + part * LANES;
      sums[part] += NAMED(select)(NAMED(load)(keys + at) <= bound, NAMED(load)(weights + at), nothing);
    }
  for (; i + LANES <= count; i += LANES)
    sums[0] += NAMED(select)(NAMED(load)(keys + i) <= bound, NAMED(load)(weights + i), nothing);
  float mass = NAMED(sum)((sums[0] + sums[1]) + (sums[2] + sums[3]));
  for (; i < count; i++)
    if (keys[i] <= limit) mass += weights[i];
  return mass;
}

// Sum of the weights whose keys are at most a limit, in double precision.
static double NAMED(exactMassUpTo)(const float *keys, const float *weights, size_t count, float limit) {
  const VECTOR bound = NAMED(splat)(limit), nothing = NAMED(splat)(0);
  DVECTOR sums = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    const VECTOR counted = NAMED(select)(NAMED(load)(keys + i) <= bound, NAMED(load)(weights + i), nothing);
    sums += __builtin_convertvector(counted, DVECTOR);
  }
  double mass = 0;
  for (int lane = 0; lane < LANES; lane++) mass += sums[lane];
  for (; i < count; i++)
    if (keys[i] <= limit) mass += weights[i];
  return mass;
}

// Most entries that are left to be sorted after the bisection of `boundary`.
#define BOUNDARY_ENTRIES 48

// Copies the entries with keys above `low` and at most `high`, in ascending order of their keys. Returns their number,
// or BOUNDARY_ENTRIES + 1 where there are more than BOUNDARY_ENTRIES.
static size_t NAMED(sortedEntries)(const float *keys, const float *weights, size_t count, float low, float high,
                                   float *sortedKeys, float *sortedWeights) {
  size_t found = 0;
  const VECTOR lowest = NAMED(splat)(low), highest = NAMED(splat)(high);
  for (size_t i = 0; i < count; i++) {
    // Most vectors have no entry and are skipped as a whole.
    while (i % LANES == 0 && i + LANES <= count) {
      const VECTOR vector = NAMED(load)(keys + i);
      if (__builtin_reduce_or((vector > lowest) & (vector <= highest))) break;
      i += LANES;
    }
    if (i == count) break;
    const float key = keys[i];
    if (!(key > low && key <= high)) continue;
    if (found == BOUNDARY_ENTRIES) return BOUNDARY_ENTRIES + 1;
    size_t place = found++;
    for (; place > 0 && sortedKeys[place - 1] > key; place--) {
      sortedKeys[place] = sortedKeys[place - 1];
      sortedWeights[place] = sortedWeights[place - 1];
    }
    sortedKeys[place] = key;
    sortedWeights[place] = weights[i];
  }
  return found;
}

// Finds the smallest key up to which the weights reach `target`. Keys are from 0 to `greatest`. Returns false where
// another key within `distance`, or a mass within `margin` of the target, leaves open which entry reaches it.
static bool NAMED(boundary)(const float *keys, const float *weights, size_t count, float greatest, double target,
                            double margin, float distance, float *boundary) {
  float low = -1, high = greatest, sortedKeys[BOUNDARY_ENTRIES], sortedWeights[BOUNDARY_ENTRIES];
  size_t entries = BOUNDARY_ENTRIES + 1;
  for (int pass = 0; entries > BOUNDARY_ENTRIES; pass++) {
    if (pass == 32) return false;
    const float middle = 0.5f * (low + high);
    if (NAMED(massUpTo)(keys, weights, count, middle) >= target)
      high = middle;
    else
      low = middle;
    if (pass >= 6) entries = NAMED(sortedEntries)(keys, weights, count, low, high, sortedKeys, sortedWeights);
  }
  double mass = NAMED(exactMassUpTo)(keys, weights, count, low);
  for (size_t i = 0; i < entries; i++) {
    const double before = mass;
    mass += sortedWeights[i];
    if (mass < target) continue;
    const float key = sortedKeys[i];
    const bool hasNearSmaller = i > 0 ? key - sortedKeys[i - 1] <= distance : distance > 0 && key - low <= distance;
    const bool hasNearGreater =
        i + 1 < entries ? sortedKeys[i + 1] - key <= distance : distance > 0 && high - key <= distance;
    *boundary = key;
    return target - before > margin && mass - target > margin && !hasNearSmaller && !hasNearGreater;
  }
  return false;
}

static bool NAMED(restrictRow)(float *logits, size_t count, const CKLimits *limits, float *scratch) {
  float *keys = scratch, *weights = keys + count, *distances = weights + count, *ones = distances + count;
  // A key is the logarithm of the greatest probability over that of the entry. Far keys have no mass, so they are
  // bounded: no product of a far key and a mass of 0 is undefined. The margins cover the rounding of keys and weights.
  const float far = 1.0e4f, keyMargin = 8.0e-6f;
  const double massMargin = 1.5e-6;
  VECTOR greatest = NAMED(splat)(-__builtin_inff());
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) greatest = NAMED(maximum)(greatest, NAMED(load)(logits + i));
  float top = greatest[0], last = 0;
  for (int lane = 1; lane < LANES; lane++) top = greatest[lane] > top ? greatest[lane] : top;
  for (; i < count; i++) top = logits[i] > top ? logits[i] : top;
  VECTOR farthest = NAMED(splat)(0);
  for (i = 0; i + LANES <= count; i += LANES) {
    VECTOR key = NAMED(minimum)((top - NAMED(load)(logits + i)) * limits->scale, NAMED(splat)(far));
    NAMED(store)(keys + i, key);
    NAMED(store)(weights + i, NAMED(exponential)(-key));
    farthest = NAMED(maximum)(farthest, key);
  }
  for (int lane = 0; lane < LANES; lane++) last = farthest[lane] > last ? farthest[lane] : last;
  for (; i < count; i++) {
    const float key = (top - logits[i]) * limits->scale;
    keys[i] = key < far ? key : far;
    weights[i] = NAMED(exponential)(NAMED(splat)(-keys[i]))[0];
    last = keys[i] > last ? keys[i] : last;
  }
  const double sum = NAMED(exactMassUpTo)(keys, weights, count, far), margin = massMargin * sum;
  const bool isCounting = limits->likeliestCount > 0 || limits->typicalMass > 0;
  for (i = 0; isCounting && i < count; i++) ones[i] = 1;

  const float unlimited = 2 * far;
  float nucleus = unlimited, likeliest = unlimited, typical = unlimited;
  if (limits->nucleusMass > 0 &&
      !NAMED(boundary)(keys, weights, count, last, limits->nucleusMass * sum, margin, 0, &nucleus))
    return false;
  if (limits->likeliestCount > 0 && limits->likeliestCount < count &&
      !NAMED(boundary)(keys, ones, count, last, limits->likeliestCount - 0.5, 0.25, 0, &likeliest))
    return false;
  if (limits->typicalMass > 0) {
    // The entropy is the mean of the information contents, which differ from the keys by a constant.
    DVECTOR moments = 0;
    for (i = 0; i + LANES <= count; i += LANES)
      moments += __builtin_convertvector(NAMED(load)(weights + i), DVECTOR) *
                 __builtin_convertvector(NAMED(load)(keys + i), DVECTOR);
    double moment = 0;
    for (int lane = 0; lane < LANES; lane++) moment += moments[lane];
    for (; i < count; i++) moment += (double)weights[i] * keys[i];
    const float mean = (float)(moment / sum);
    for (i = 0; i < count; i++) distances[i] = __builtin_fabsf(keys[i] - mean);
    const float reach = mean > last - mean ? mean : last - mean;
    if (!NAMED(boundary)(distances, weights, count, reach, limits->typicalMass * sum, margin, keyMargin, &typical))
      return false;
    const size_t minimum = limits->typicalMinimumCount;
    if (minimum >= count)
      typical = unlimited;
    else if (NAMED(massUpTo)(distances, ones, count, typical) < minimum &&
             !NAMED(boundary)(distances, ones, count, reach, minimum - 0.5, 0.25, keyMargin, &typical))
      return false;
  } else {
    distances = keys;
  }
  const float bound = nucleus < likeliest ? nucleus : likeliest, nothing = -__builtin_inff();
  const VECTOR bounds = NAMED(splat)(bound), typicals = NAMED(splat)(typical), nothings = NAMED(splat)(nothing);
  IVECTOR kept = 0;
  for (i = 0; i + LANES <= count; i += LANES) {
    const IVECTOR stays = (NAMED(load)(keys + i) <= bounds) & (NAMED(load)(distances + i) <= typicals);
    kept |= stays;
    NAMED(store)(keys + i, NAMED(select)(stays, NAMED(load)(logits + i), nothings));
  }
  bool hasEntry = __builtin_reduce_or(kept);
  for (; i < count; i++) {
    const bool stays = keys[i] <= bound && distances[i] <= typical;
    hasEntry |= stays;
    keys[i] = stays ? logits[i] : nothing;
  }
  if (!hasEntry) {
    size_t first = 0;
    while (logits[first] != top) first++;
    keys[first] = top;
  }
  memcpy(logits, keys, count * sizeof *logits);
  return true;
}

// Runs twelve independent chains, which hide the latency of a fused multiply-add.
static double NAMED(multiplyAddPeak)(size_t iterations, float *sink) {
  VECTOR sums[12];
  for (int i = 0; i < 12; i++) sums[i] = NAMED(splat)((float)i);
  VECTOR factor = NAMED(splat)(sink[0]), term = NAMED(splat)(sink[1]);
  for (size_t n = 0; n < iterations; n++)
    for (int i = 0; i < 12; i++) sums[i] = sums[i] * factor + term;
  VECTOR total = 0;
  for (int i = 0; i < 12; i++) total += sums[i];
  sink[2] = NAMED(sum)(total);
  return (double)iterations * 12 * LANES * 2;
}

static const CKTable NAMED(table) = {
    .name = INSTRUCTION_SET,
    .packedCount = NAMED(packedCount),
    .pack = NAMED(pack),
    .panelColumns = NAMED(panelColumns),
    .packRows = NAMED(packRows),
    .convolve = NAMED(convolve),
    .snake = NAMED(snake),
    .gatedGELU = NAMED(gatedGELU),
    .rmsNorm = NAMED(rmsNorm),
    .softmaxRelative = NAMED(softmaxRelative),
    .exponentials = NAMED(exponentials),
    .tanhInPlace = NAMED(tanhInPlace),
    .indexOfGreatest = NAMED(indexOfGreatest),
    .restrictRow = NAMED(restrictRow),
    .multiplyAddPeak = NAMED(multiplyAddPeak),
};

#undef VECTOR
#undef IVECTOR
#undef DVECTOR
#undef INLINE
#undef INTERLEAVE_LOW
#undef INTERLEAVE_HIGH
#undef MAXIMUM_VECTORS
#undef DEPTH_BLOCK
#undef ROW_BLOCK
#undef PREFETCH_DISTANCE
#undef CACHE_LINE
#undef OPAQUE
#undef BOUNDARY_ENTRIES
#undef UNROLL
#undef TILE
#undef TILES
#undef NAMED
#undef INSTRUCTION_SET
#undef LANES
#undef TILE_ROWS
#undef WIDE_ROWS
#undef LOAD_PART
#undef STORE_PART
