package io.weir.training.learn;

/** Linear equations with a symmetric positive definite matrix. */
final class Cholesky {
    private Cholesky() {}

    /**
     * Solves A·x = b.
     *
     * @param matrix A, of which the lower triangle is read; overwritten
     * @param right b; overwritten by x
     * @return x
     */
    static double[] solve(double[][] matrix, double[] right) {
        int size = right.length;
        for (int j = 0; j < size; j++) {
            for (int k = 0; k < j; k++) {
                for (int i = j; i < size; i++) {
                    matrix[i][j] -= matrix[i][k] * matrix[j][k];
                }
            }
            double root = Math.sqrt(matrix[j][j]);
            for (int i = j; i < size; i++) {
                matrix[i][j] /= root;
            }
        }
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < i; k++) {
                right[i] -= matrix[i][k] * right[k];
            }
            right[i] /= matrix[i][i];
        }
        for (int i = size - 1; i >= 0; i--) {
            for (int k = i + 1; k < size; k++) {
                right[i] -= matrix[k][i] * right[k];
            }
            right[i] /= matrix[i][i];
        }
        return right;
    }
}
