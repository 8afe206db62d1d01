package io.weir.load.report;

import io.weir.load.report.Plot.Lines;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Ruler.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws lines as SVG. Lines of few points have a marker at each, of another shape for every series; others are dashed
 * differently: colour is never the only difference.
 */
final class LinesDrawing {
    /** As many colours as the style sheet has. */
    static final int COLOURS = 7;

    private static final double WIDTH = 760;
    private static final double HEIGHT = 360;
    private static final double LEFT = 64;
    private static final double RIGHT = 34;
    private static final double TOP = 14;
    private static final double BOTTOM = 52;
    private static final int MOST_MARKERS = 24;
    private static final double MARKER = 4;
    private static final String[] DASHES = {"none", "9 4", "2 3", "12 3 2 3", "5 2", "1 4", "14 5"};

    private final Markup out;
    private final Lines lines;
    private final Ruler x;
    private final Ruler y;

    private LinesDrawing(Markup out, Lines lines) {
        this.out = out;
        this.lines = lines;
        this.x = Ruler.over(lines.x().scale(), values(lines, true), false);
        this.y = Ruler.over(lines.y().scale(), values(lines, false), true);
    }

    /** Draws the picture and its legend. */
    static void draw(Markup out, Lines lines) {
        new LinesDrawing(out, lines).draw();
    }

    /** The coordinates of points both of whose values are known. */
    private static DoubleStream values(Lines lines, boolean ofX) {
        return lines.series().stream()
                .flatMapToDouble(series -> IntStream.range(0, Math.min(series.x().length, series.y().length))
                        .filter(i -> Double.isFinite(series.x()[i]) && Double.isFinite(series.y()[i]))
                        .mapToDouble(i -> ofX ? series.x()[i] : series.y()[i]));
    }

    private void draw() {
        legend();
        out.open(
                "svg",
                "viewBox",
                "0 0 " + Numbers.pixel(WIDTH) + " " + Numbers.pixel(HEIGHT),
                "role",
                "img",
                "aria-label",
                lines.title());
        grid();
        boolean any = false;
        for (int i = 0; i < lines.series().size(); i++) {
            any |= series(lines.series().get(i), i);
        }
        if (!any) {
            out.element(
                    "text",
                    "nothing was measured",
                    "class",
                    "none",
                    "x",
                    Numbers.pixel(across(0.5)),
                    "y",
                    Numbers.pixel(up(0.5)),
                    "text-anchor",
                    "middle");
        }
        out.close().line();
    }

    private void grid() {
        for (Tick tick : x.ticks()) {
            line(across(tick.position()), up(0), across(tick.position()), up(1));
            label(tick.label(), across(tick.position()), up(0) + 18, "middle");
        }
        for (Tick tick : y.ticks()) {
            line(across(0), up(tick.position()), across(1), up(tick.position()));
            label(tick.label(), across(0) - 8, up(tick.position()) + 4, "end");
        }
        out.empty(
                "rect",
                "class",
                "frame",
                "x",
                Numbers.pixel(LEFT),
                "y",
                Numbers.pixel(TOP),
                "width",
                Numbers.pixel(WIDTH - LEFT - RIGHT),
                "height",
                Numbers.pixel(HEIGHT - TOP - BOTTOM));
        label(lines.x().label(), across(0.5), HEIGHT - 8, "middle");
        double middle = up(0.5);
        out.element(
                "text",
                lines.y().label(),
                "transform",
                "translate(14 " + Numbers.pixel(middle) + ") rotate(-90)",
                "text-anchor",
                "middle");
    }

    private void line(double x1, double y1, double x2, double y2) {
        out.empty(
                "line",
                "class",
                "grid",
                "x1",
                Numbers.pixel(x1),
                "y1",
                Numbers.pixel(y1),
                "x2",
                Numbers.pixel(x2),
                "y2",
                Numbers.pixel(y2));
    }

    private void label(String text, double atX, double atY, String anchor) {
        out.element("text", text, "x", Numbers.pixel(atX), "y", Numbers.pixel(atY), "text-anchor", anchor);
    }

    /** Whether there was anything to draw. */
    private boolean series(Series series, int index) {
        int points = Math.min(series.x().length, series.y().length);
        boolean marked = points <= MOST_MARKERS;
        StringBuilder path = new StringBuilder();
        List<double[]> drawn = new ArrayList<>();
        boolean gap = true;
        for (int i = 0; i < points; i++) {
            double atX = across(x.position(series.x()[i]));
            double atY = up(y.position(series.y()[i]));
            boolean known = Double.isFinite(atX) && Double.isFinite(atY);
            if (known) {
                path.append(gap ? 'M' : 'L')
                        .append(Numbers.pixel(atX))
                        .append(' ')
                        .append(Numbers.pixel(atY));
                drawn.add(new double[] {atX, atY, i});
            }
            gap = !known;
        }
        if (drawn.isEmpty()) {
            return false;
        }
        out.open("g", "class", colour(index));
        out.empty("path", "class", "curve", "d", path.toString(), "stroke-dasharray", marked ? "none" : dashes(index));
        if (marked) {
            for (double[] point : drawn) {
                int i = (int) point[2];
                out.open("path", "class", "marker", "d", marker(index, point[0], point[1]))
                        .element(
                                "title",
                                series.name() + ": " + Numbers.text(series.y()[i]) + " at "
                                        + Numbers.text(series.x()[i]))
                        .close();
            }
        }
        out.close();
        return true;
    }

    private void legend() {
        if (lines.series().isEmpty()) {
            return;
        }
        out.open("ul", "class", "legend");
        for (int i = 0; i < lines.series().size(); i++) {
            Series series = lines.series().get(i);
            boolean marked = Math.min(series.x().length, series.y().length) <= MOST_MARKERS;
            out.open("li").open("svg", "viewBox", "0 0 34 12", "class", colour(i), "aria-hidden", "true");
            out.empty("path", "class", "curve", "d", "M0 6L34 6", "stroke-dasharray", marked ? "none" : dashes(i));
            if (marked) {
                out.empty("path", "class", "marker", "d", marker(i, 17, 6));
            }
            out.close().element("span", series.name()).close();
        }
        out.close().line();
    }

    private static String colour(int index) {
        return "c" + index % COLOURS;
    }

    private static String dashes(int index) {
        return DASHES[index % DASHES.length];
    }

    private static String marker(int index, double atX, double atY) {
        double r = MARKER;
        double[][] corners =
                switch (index % 4) {
                    case 1 -> new double[][] {{-r, -r}, {r, -r}, {r, r}, {-r, r}};
                    case 2 -> new double[][] {{0, -1.3 * r}, {1.2 * r, r}, {-1.2 * r, r}};
                    case 3 -> new double[][] {{0, -1.4 * r}, {1.4 * r, 0}, {0, 1.4 * r}, {-1.4 * r, 0}};
                    default -> new double[0][];
                };
        if (corners.length == 0) {
            String radius = Numbers.pixel(r);
            String arc = "a" + radius + " " + radius + " 0 1 0 ";
            return "M" + Numbers.pixel(atX - r) + " " + Numbers.pixel(atY) + arc + Numbers.pixel(2 * r) + " 0" + arc
                    + Numbers.pixel(-2 * r) + " 0Z";
        }
        StringBuilder path = new StringBuilder();
        for (double[] corner : corners) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(Numbers.pixel(atX + corner[0]))
                    .append(' ')
                    .append(Numbers.pixel(atY + corner[1]));
        }
        return path.append('Z').toString();
    }

    private static double across(double position) {
        return LEFT + position * (WIDTH - LEFT - RIGHT);
    }

    private static double up(double position) {
        return HEIGHT - BOTTOM - position * (HEIGHT - TOP - BOTTOM);
    }
}
