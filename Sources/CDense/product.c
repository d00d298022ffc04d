#include "product.h"

#include "kernel.h"

// Sizes of what is copied together: a strip of `left` stays in the first cache, the part of `right` in the second.
enum { STRIP = 24, WIDTH = 8, DEPTH = 128, COLUMNS = 96 };

// target (8 · lines × width) −= strip · panelᵀ
#define TILE(lines, width, row, column)                                                            \
  do {                                                                                             \
    lanes sum[lines][width] = {0};                                                                 \
    for (intptr_t k = 0; k < depth; k++)                                                           \
      for (int c = 0; c < width; c++) {                                                            \
        double y = panel[column + c + WIDTH * k];                                                  \
        for (int l = 0; l < lines; l++)                                                            \
          sum[l][c] += *(const lanes *)(strip + 8 * (l + row) + STRIP * k) * y;                    \
      }                                                                                            \
    for (int c = 0; c < width; c++)                                                                \
      for (int l = 0; l < lines; l++)                                                              \
        *(lanes *)(target + 8 * (l + row) + (column + c) * ld) -= sum[l][c];                       \
  } while (0)

typedef void tile_function(double *restrict target, intptr_t ld, intptr_t depth,
                           const double *restrict strip, const double *restrict panel);

// With few registers, in parts.
DENSE static void tile_in_parts(double *restrict target, intptr_t ld, intptr_t depth, const double *restrict strip,
                                const double *restrict panel) {
  for (int row = 0; row < STRIP / 8; row++)
    for (int column = 0; column < WIDTH; column += 4) TILE(1, 4, row, column);
}

#if defined(__x86_64__) && defined(__linux__)
// The sums fill 24 of the 32 registers.
__attribute__((target("avx512f"))) static void tile_whole(double *restrict target, intptr_t ld, intptr_t depth,
                                                          const double *restrict strip,
                                                          const double *restrict panel) {
  TILE(3, 8, 0, 0);
}

static tile_function *best_tile(void) {
  return __builtin_cpu_supports("avx512f") ? tile_whole : tile_in_parts;
}
#else
static tile_function *best_tile(void) { return tile_in_parts; }
#endif

// Rows of a part of a matrix side by side, `width` at a time, what is missing filled up with zeros.
INLINE void pack(double *restrict packed, intptr_t width, intptr_t rows, intptr_t depth,
                 const double *restrict from, intptr_t ld) {
  if (rows == width) {
    for (intptr_t k = 0; k < depth; k++)
      for (intptr_t i = 0; i < width; i++) packed[i + width * k] = from[i + ld * k];
    return;
  }
  for (intptr_t k = 0; k < depth; k++)
    for (intptr_t i = 0; i < width; i++) packed[i + width * k] = i < rows ? from[i + ld * k] : 0;
}

DENSE static void pack_strip(double *restrict packed, intptr_t rows, intptr_t depth, const double *restrict from,
                             intptr_t ld) {
  pack(packed, STRIP, rows, depth, from, ld);
}

DENSE static void pack_panel(double *restrict packed, intptr_t rows, intptr_t depth, const double *restrict from,
                             intptr_t ld) {
  pack(packed, WIDTH, rows, depth, from, ld);
}

// What is copied together: a strip of `left`, and panels of `right`.
typedef struct {
  tile_function *tile;
  double strip[STRIP * DEPTH] __attribute__((aligned(64)));
  double panels[COLUMNS * DEPTH] __attribute__((aligned(64)));
  double edge[STRIP * WIDTH] __attribute__((aligned(64)));
} packed_parts;

INLINE intptr_t least(intptr_t a, intptr_t b) { return a < b ? a : b; }

INLINE void pack_panels(packed_parts *parts, intptr_t width, intptr_t depth, const double *restrict right,
                        intptr_t right_ld) {
  for (intptr_t j = 0; j < width; j += WIDTH)
    pack_panel(parts->panels + j * depth, least(width - j, WIDTH), depth, right + j, right_ld);
}

// edge = strip · panelᵀ, with the sign changed
INLINE void set_edge(packed_parts *parts, intptr_t depth, const double *panel) {
  for (int k = 0; k < STRIP * WIDTH; k++) parts->edge[k] = 0;
  parts->tile(parts->edge, STRIP, depth, parts->strip, panel);
}

void product_subtract_large(double *restrict target, intptr_t target_ld, intptr_t rows, intptr_t columns,
                            intptr_t depth, const double *restrict left, intptr_t left_ld,
                            const double *restrict right, intptr_t right_ld, int is_lower) {
  packed_parts parts;
  parts.tile = best_tile();
  for (intptr_t first = 0; first < columns; first += COLUMNS) {
    intptr_t width = least(columns - first, COLUMNS);
    for (intptr_t from = 0; from < depth; from += DEPTH) {
      intptr_t part = least(depth - from, DEPTH);
      pack_panels(&parts, width, part, right + first + from * right_ld, right_ld);
      for (intptr_t i = is_lower ? first : 0; i < rows; i += STRIP) {
        intptr_t height = least(rows - i, STRIP);
        pack_strip(parts.strip, height, part, left + i + from * left_ld, left_ld);
        for (intptr_t j = 0; j < width; j += WIDTH) {
          if (is_lower && i + height <= first + j) break;
          double *place = target + i + (first + j) * target_ld;
          intptr_t wide = least(width - j, WIDTH);
          if (height == STRIP && wide == WIDTH) {
            parts.tile(place, target_ld, part, parts.strip, parts.panels + j * part);
          } else {
            set_edge(&parts, part, parts.panels + j * part);
            for (intptr_t c = 0; c < wide; c++)
              for (intptr_t l = 0; l < height; l++) place[l + c * target_ld] += parts.edge[l + c * STRIP];
          }
        }
      }
    }
  }
}

void product_scatter_large(double *restrict target, intptr_t ld, const int32_t *restrict place, intptr_t rows,
                           intptr_t columns, intptr_t depth, const double *restrict block, intptr_t block_ld) {
  packed_parts parts;
  parts.tile = best_tile();
  for (intptr_t first = 0; first < columns; first += COLUMNS) {
    intptr_t width = least(columns - first, COLUMNS);
    for (intptr_t from = 0; from < depth; from += DEPTH) {
      intptr_t part = least(depth - from, DEPTH);
      pack_panels(&parts, width, part, block + first + from * block_ld, block_ld);
      for (intptr_t i = first; i < rows; i += STRIP) {
        intptr_t height = least(rows - i, STRIP);
        pack_strip(parts.strip, height, part, block + i + from * block_ld, block_ld);
        for (intptr_t j = 0; j < width; j += WIDTH) {
          if (i + height <= first + j) break;
          set_edge(&parts, part, parts.panels + j * part);
          intptr_t wide = least(width - j, WIDTH);
          for (intptr_t l = 0; l < height; l += 8) {
            const int32_t *row = place + i + l;
            if (l + 8 <= height && row[7] - row[0] == 7) {
              for (intptr_t c = 0; c < wide; c++)
                *(lanes *)(target + row[0] + place[first + j + c] * ld) += *(lanes *)(parts.edge + l + c * STRIP);
            } else {
              intptr_t high = least(height - l, 8);
              for (intptr_t c = 0; c < wide; c++) {
                double *column = target + place[first + j + c] * ld;
                for (intptr_t k = 0; k < high; k++) column[row[k]] += parts.edge[l + k + c * STRIP];
              }
            }
          }
        }
      }
    }
  }
}
