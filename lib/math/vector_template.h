/* SPDX-License-Identifier: MIT
 * Included by vector.c once for float and once for double: REAL, NAME(x). */

/* Works through a block at a time in a buffer of its own: out may alias, the loops still
 * vectorise, and memory is read and written once. */
void NAME(rs__vector_combine)(REAL *out, size_t n, int count, const REAL *const *v,
                              const double *c) {
  for (size_t at = 0; at < n; at += BLOCK) {
    REAL sum[BLOCK] = {0};
    const size_t m = n - at < BLOCK ? n - at : BLOCK;
    for (int k = 0; k < count; k++) {
      const REAL ck = (REAL)c[k], *vk = v[k] + at;
      if (k == 0)
        for (size_t i = 0; i < m; i++)
          sum[i] = ck * vk[i];
      else
        for (size_t i = 0; i < m; i++)
          sum[i] += ck * vk[i];
    }
    memcpy(out + at, sum, m * sizeof *out);
  }
}

/* x - x is 0 for finite x only. */
size_t NAME(rs__vector_nonfinite)(const REAL *v, size_t n) {
  for (size_t at = 0; at < n; at += BLOCK) {
    const size_t m = n - at < BLOCK ? n - at : BLOCK;
    int bad = 0;
    for (size_t i = 0; i < m; i++)
      bad |= !(v[at + i] - v[at + i] == 0);
    for (size_t i = 0; bad && i < m; i++)
      if (!(v[at + i] - v[at + i] == 0))
        return at + i;
  }
  return n;
}

void NAME(rs__vector_blend)(REAL *out, size_t n, const REAL *v, const REAL *mask) {
  for (size_t i = 0; i < n; i++)
    out[i] += mask[i] * (v[i] - out[i]);
}

void NAME(rs__vector_scale)(REAL *v, size_t n, double c) {
  const REAL factor = (REAL)c;
  for (size_t i = 0; i < n; i++)
    v[i] *= factor;
}

void NAME(rs__vector_clip)(REAL *v, size_t n, double low, double high) {
  const REAL bottom = (REAL)low, top = (REAL)high;
  for (size_t i = 0; i < n; i++) {
    const REAL raised = v[i] < bottom ? bottom : v[i];
    v[i] = raised > top ? top : raised;
  }
}

double NAME(rs__vector_spread)(const REAL *v, size_t n) {
  double mean = 0, sum = 0;
  for (size_t i = 0; i < n; i++)
    mean += (double)v[i];
  mean /= (double)n;
  for (size_t i = 0; i < n; i++)
    sum += ((double)v[i] - mean) * ((double)v[i] - mean);
  return sqrt(sum / (double)n);
}

/* Puts the k-th smallest at place k, nothing larger before it and nothing smaller behind it
 * (Hoare's selection). */
static void NAME(select)(REAL *v, size_t n, size_t k) {
  size_t low = 0, high = n - 1;
  while (low < high) {
    const REAL pivot = v[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (v[i] < pivot)
        i++;
      while (pivot < v[j])
        j--;
      if (i >= j)
        break;
      const REAL t = v[i];
      v[i++] = v[j];
      v[j--] = t;
    }
    if (k <= j)
      high = j;
    else
      low = j + 1;
  }
}

double NAME(rs__vector_quantile)(const REAL *v, size_t n, double q, REAL *scratch) {
  const double place = q * (double)(n - 1);
  const size_t k = (size_t)place;
  for (size_t i = 0; i < n; i++)
    scratch[i] = v[i] < 0 ? -v[i] : v[i];
  NAME(select)(scratch, n, k);
  double next = (double)scratch[k];
  if (k + 1 < n) {
    next = (double)scratch[k + 1];
    for (size_t i = k + 2; i < n; i++)
      next = (double)scratch[i] < next ? (double)scratch[i] : next;
  }
  return (double)scratch[k] + (place - (double)k) * (next - (double)scratch[k]);
}
