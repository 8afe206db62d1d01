package io.weir.load.report;

import java.util.Locale;

/** Figures as people read them. */
final class Numbers {
    private static final String[] THOUSANDS = {"", "k", "M", "G"};

    private Numbers() {}

    /**
     * A figure in three significant digits, or whole with its thousands apart; "-" for what could not be measured; text as it
     * is.
     */
    static String text(Object cell) {
        if (!(cell instanceof Number number)) {
            return cell.toString();
        }
        double value = number.doubleValue();
        if (!Double.isFinite(value)) {
            return "-";
        }
        int digits = value == Math.rint(value) || Math.abs(value) >= 100
                ? 0
                : Math.clamp(2 - (int) Math.floor(Math.log10(Math.abs(value))), 0, 6);
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** The same for the ticks of an axis, where room is scarce: 20000 is 20k. Exact for up to four digits. */
    static String tick(double value) {
        double scaled = value;
        int thousands = 0;
        while (Math.abs(scaled) >= (thousands == 0 ? 10_000 : 1_000) && thousands < THOUSANDS.length - 1) {
            scaled /= 1_000;
            thousands++;
        }
        String digits = String.format(Locale.ROOT, "%,.6f", scaled);
        return digits.replaceAll("\\.?0+$", "") + THOUSANDS[thousands];
    }

    /** For coordinates in a drawing: a tenth of a pixel is enough. */
    static String pixel(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
    }
}
