package io.weir.load.report;

import io.weir.load.report.Plot.Bars;
import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Ruler.Tick;
import java.util.Map;

/** Draws bars as SVG, lying, with their names to the left and their figures at their ends. */
final class BarsDrawing {
    private static final double WIDTH = 760;
    private static final double RIGHT = 86;
    private static final double TOP = 8;
    private static final double BOTTOM = 50;
    private static final double ROW = 32;
    private static final double BAR = 18;
    /** A letter's width at the size of the text; a little more than most have. */
    private static final double LETTER = 6.9;

    private static final double MOST_LEFT = 300;

    private BarsDrawing() {}

    /** Draws the picture. */
    static void draw(Markup out, Bars bars) {
        double left = Math.min(
                MOST_LEFT,
                20
                        + LETTER
                                * bars.bars().keySet().stream()
                                        .mapToInt(String::length)
                                        .max()
                                        .orElse(0));
        double bottom = TOP + ROW * Math.max(1, bars.bars().size());
        double length = WIDTH - left - RIGHT;
        Ruler ruler =
                Ruler.over(Scale.LINEAR, bars.bars().values().stream().mapToDouble(value -> Math.max(0, value)), true);
        out.open(
                "svg",
                "viewBox",
                "0 0 " + Numbers.pixel(WIDTH) + " " + Numbers.pixel(bottom + BOTTOM),
                "role",
                "img",
                "aria-label",
                bars.title());
        for (Tick tick : ruler.ticks()) {
            String at = Numbers.pixel(left + tick.position() * length);
            out.empty(
                    "line", "class", "grid", "x1", at, "x2", at, "y1", Numbers.pixel(TOP), "y2", Numbers.pixel(bottom));
            text(out, tick.label(), left + tick.position() * length, bottom + 18, "middle");
        }
        double top = TOP;
        for (Map.Entry<String, Double> bar : bars.bars().entrySet()) {
            double middle = top + ROW / 2 + 4;
            text(out, shortened(bar.getKey(), left), left - 10, middle, "end");
            double value = bar.getValue();
            if (Double.isFinite(value) && value >= 0) {
                double end = left + ruler.position(value) * length;
                out.empty(
                        "rect",
                        "class",
                        bar.getKey().startsWith("Weir") ? "bar ours" : "bar",
                        "x",
                        Numbers.pixel(left),
                        "y",
                        Numbers.pixel(top + (ROW - BAR) / 2),
                        "width",
                        Numbers.pixel(end - left),
                        "height",
                        Numbers.pixel(BAR));
                text(out, Numbers.text(value), end + 8, middle, "start", "class", "figure");
            } else {
                text(out, "not measured", left + 8, middle, "start", "class", "none");
            }
            top += ROW;
        }
        String edge = Numbers.pixel(left);
        out.empty(
                "line", "class", "zero", "x1", edge, "x2", edge, "y1", Numbers.pixel(TOP), "y2", Numbers.pixel(bottom));
        text(out, bars.unit(), left + length / 2, bottom + BOTTOM - 8, "middle");
        out.close().line();
    }

    private static void text(Markup out, String text, double x, double y, String anchor, String... more) {
        String[] attributes = new String[6 + more.length];
        attributes[0] = "x";
        attributes[1] = Numbers.pixel(x);
        attributes[2] = "y";
        attributes[3] = Numbers.pixel(y);
        attributes[4] = "text-anchor";
        attributes[5] = anchor;
        System.arraycopy(more, 0, attributes, 6, more.length);
        out.element("text", text, attributes);
    }

    private static String shortened(String name, double left) {
        int letters = (int) ((left - 20) / LETTER);
        return name.length() <= letters ? name : name.substring(0, letters - 1) + "…";
    }
}
