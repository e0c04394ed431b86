/* SPDX-License-Identifier: MIT
 * Logarithm, exponential and cosine that give the same bits on every machine, which libm does not
 * promise. Relative error below 1e-15. Square roots are exact by IEEE 754 and come from libm. */
#ifndef RS_BASE_ELEMENTARY_H
#define RS_BASE_ELEMENTARY_H

/* Natural logarithm of a positive finite number. */
double rs__log(double x);

/* ln(1 + x) for x > -1, also where x is tiny. */
double rs__log1p(double x);

/* e^x for |x| < 700. */
double rs__exp(double x);

/* e^x - 1 for |x| < 700, also where it is tiny. */
double rs__expm1(double x);

/* x^y for x >= 0 (0 gives 0). */
double rs__pow(double x, double y);

/* Cosine for |x| <= pi; its absolute error is below 1e-15. */
double rs__cos(double x);

#endif
