// OpenBLAS carries LAPACK but installs no C header for it, so the routines in use are declared here.
// Fortran passes everything by address; the lengths of CHARACTER arguments follow at the end (gfortran's convention).
#include <stddef.h>

// Eigenvalues (ascending, in `w`) and eigenvectors (columns of `a`) of a real symmetric matrix.
// https://netlib.org/lapack/explore-html/ group heevd
void dsyevd_(
    const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
    const int *lwork, int *iwork, const int *liwork, int *info, size_t jobz_length, size_t uplo_length);

// Cholesky factor, in place, of a real symmetric positive definite matrix; *info > 0 if the matrix is not positive
// definite.
// https://netlib.org/lapack/explore-html/ group potrf
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);
