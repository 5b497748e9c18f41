#include "kernels.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma clang fp contract(fast)

#define NAMED(name) baseline_##name
#define INSTRUCTION_SET "baseline"
#define LANES 4
#define TILE_ROWS 5
#define WIDE_ROWS 3
#define LOAD_PART(p, count) \
  (VECTOR){(count) > 0 ? (p)[0] : 0, (count) > 1 ? (p)[1] : 0, (count) > 2 ? (p)[2] : 0, (count) > 3 ? (p)[3] : 0}
#define STORE_PART(p, v, count) \
  for (size_t lane = 0; lane < (count); lane++) (p)[lane] = (v)[lane]
#include "instruction_set.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAMED(name) avx2_##name
#define INSTRUCTION_SET "avx2"
#define LANES 8
#define TILE_ROWS 6
#define WIDE_ROWS 3
#define PART_MASK(count) _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define LOAD_PART(p, count) _mm256_maskload_ps(p, PART_MASK(count))
#define STORE_PART(p, v, count) _mm256_maskstore_ps(p, PART_MASK(count), (__m256)(v))
#include "instruction_set.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma"))), \
                             apply_to = function)
#define NAMED(name) avx512_##name
#define INSTRUCTION_SET "avx512"
#define LANES 16
#define TILE_ROWS 12
#define WIDE_ROWS 8
#define LOAD_PART(p, count) _mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p)
#define STORE_PART(p, v, count) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (count)) - 1), (__m512)(v))
#include "instruction_set.h"
#pragma clang attribute pop

static const CKTable *const avx2 = &avx2_table, *const avx512 = &avx512_table;
static bool hasAVX2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static bool hasAVX512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
}

#else

static const CKTable *const avx2 = NULL, *const avx512 = NULL;
static bool hasAVX2(void) { return false; }
static bool hasAVX512(void) { return false; }

#endif

const CKTable *ck_table(const char *name) {
  if (!strcmp(name, "avx512")) return hasAVX512() ? avx512 : NULL;
  if (!strcmp(name, "avx2")) return hasAVX2() ? avx2 : NULL;
  if (!strcmp(name, "baseline")) return &baseline_table;
  return NULL;
}
