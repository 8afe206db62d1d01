package io.weir.load;

/**
 * What an entity takes by itself and what each of its events adds: {@code bytes = perEntity × entities + perEvent × events},
 * fitted to measurements by least squares of the relative errors, so that small and large ones weigh the same.
 */
public record SizeFit(double perEntity, double perEvent) {
    /**
     * Fits. Both are {@code NaN} when the measurements do not tell them apart, as one alone cannot.
     *
     * @param entities of each measurement
     * @param events of each
     * @param bytes of each, more than 0
     */
    public static SizeFit of(double[] entities, double[] events, double[] bytes) {
        double nn = 0;
        double ne = 0;
        double ee = 0;
        double n = 0;
        double e = 0;
        for (int i = 0; i < bytes.length; i++) {
            double entityShare = entities[i] / bytes[i];
            double eventShare = events[i] / bytes[i];
            nn += entityShare * entityShare;
            ne += entityShare * eventShare;
            ee += eventShare * eventShare;
            n += entityShare;
            e += eventShare;
        }
        double determinant = nn * ee - ne * ne;
        if (!(determinant > 1e-9 * nn * ee)) {
            return new SizeFit(Double.NaN, Double.NaN);
        }
        return new SizeFit((n * ee - e * ne) / determinant, (e * nn - n * ne) / determinant);
    }
}
