package io.weir.training.evaluate;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Precision-recall curves, with axes from 0 to 1 and a legend; as SVG, and as PNG of twice its size. */
final class PrecisionRecallPicture {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 560;
    private static final int LEFT = 70;
    private static final int TOP = 30;
    private static final int RIGHT = WIDTH - 30;
    private static final int BOTTOM = HEIGHT - 60;
    private static final int FONT_SIZE = 15;
    private static final int SCALE = 2;
    private static final String GRID = "#d8dce0";
    private static final String INK = "#24292f";
    /** Told apart by those who see few colours, too. */
    private static final List<String> COLOURS = List.of("#8a8f98", "#e08a00", "#0b5cad");

    private final List<Curve> curves;

    /**
     * A curve.
     *
     * @param name for the legend
     * @param precisions by {@link PrecisionRecall} level
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Curve(String name, double[] precisions) {}

    /** What can be drawn on: coordinates in pixels from the top left corner. */
    private interface Canvas {
        void line(double[] xs, double[] ys, String colour, double width);

        /** Places the middle of the text's width at x (its beginning if {@code start}), and its base line at y. */
        void text(String text, double x, double y, boolean start, boolean upwards);
    }

    /** A picture of at most three curves. */
    PrecisionRecallPicture(List<Curve> curves) {
        if (curves.size() > COLOURS.size()) {
            throw new IllegalArgumentException(curves.size() + " curves, more than there are colours");
        }
        this.curves = List.copyOf(curves);
    }

    String svg() {
        SvgCanvas canvas = new SvgCanvas();
        draw(canvas);
        return canvas.document();
    }

    /** Null where this Java has no fonts, as some minimal installations do not. */
    byte @Nullable [] png() {
        System.setProperty("java.awt.headless", "true");
        BufferedImage image = new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            if (!canWrite(graphics)) {
                return null;
            }
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.scale(SCALE, SCALE);
            draw(new ImageCanvas(graphics));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        } finally {
            graphics.dispose();
        }
    }

    /** A Java without fonts, or without the libraries for them, says so in any of these ways. */
    private static boolean canWrite(Graphics2D graphics) {
        try {
            return graphics.getFontMetrics().stringWidth("0") > 0;
        } catch (RuntimeException | Error e) {
            return false;
        }
    }

    private void draw(Canvas canvas) {
        for (int tenth = 0; tenth <= 10; tenth++) {
            double value = tenth / 10.0;
            String colour = tenth == 0 ? INK : GRID;
            canvas.line(new double[] {x(value), x(value)}, new double[] {TOP, BOTTOM}, colour, 1);
            canvas.line(new double[] {LEFT, RIGHT}, new double[] {y(value), y(value)}, colour, 1);
            if (tenth % 2 == 0) {
                String label = String.format(Locale.ROOT, "%.1f", value);
                canvas.text(label, x(value), BOTTOM + 22, false, false);
                canvas.text(label, LEFT - 22, y(value) + 5, false, false);
            }
        }
        canvas.text("Recall: share of the frauds that are found", (LEFT + RIGHT) / 2.0, HEIGHT - 12, false, false);
        canvas.text("Precision: share of frauds among what is found", 20, (TOP + BOTTOM) / 2.0, false, true);
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            double[] xs = new double[PrecisionRecall.LEVELS];
            double[] ys = new double[PrecisionRecall.LEVELS];
            for (int level = 0; level < xs.length; level++) {
                xs[level] = x(PrecisionRecall.recall(level));
                ys[level] = y(curve.precisions()[level]);
            }
            canvas.line(xs, ys, COLOURS.get(i), 2.5);
            double legend = BOTTOM - 24.0 * (curves.size() - i) + 4;
            canvas.line(new double[] {LEFT + 16, LEFT + 46}, new double[] {legend, legend}, COLOURS.get(i), 4);
            canvas.text(curve.name(), LEFT + 56, legend + 5, true, false);
        }
    }

    private static double x(double recall) {
        return LEFT + recall * (RIGHT - LEFT);
    }

    private static double y(double precision) {
        return BOTTOM - precision * (BOTTOM - TOP);
    }

    /** Text that browsers draw. */
    private static final class SvgCanvas implements Canvas {
        private final StringBuilder body = new StringBuilder();

        @Override
        public void line(double[] xs, double[] ys, String colour, double width) {
            body.append("<polyline fill=\"none\" stroke=\"").append(colour).append("\" stroke-width=\"");
            body.append(width).append("\" points=\"");
            for (int i = 0; i < xs.length; i++) {
                body.append(i == 0 ? "" : " ").append(String.format(Locale.ROOT, "%.1f,%.1f", xs[i], ys[i]));
            }
            body.append("\"/>\n");
        }

        @Override
        public void text(String text, double x, double y, boolean start, boolean upwards) {
            body.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\"", x, y, INK));
            body.append(" text-anchor=\"").append(start ? "start" : "middle").append('"');
            if (upwards) {
                body.append(String.format(Locale.ROOT, " transform=\"rotate(-90 %.1f %.1f)\"", x, y));
            }
            body.append('>').append(text).append("</text>\n");
        }

        String document() {
            return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                    + "\" font-family=\"sans-serif\" font-size=\"" + FONT_SIZE + "\">\n"
                    + "<rect width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\" fill=\"#ffffff\"/>\n" + body
                    + "</svg>\n";
        }
    }

    /** Pixels. */
    private static final class ImageCanvas implements Canvas {
        private final Graphics2D graphics;

        ImageCanvas(Graphics2D graphics) {
            this.graphics = graphics;
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
        }

        @Override
        public void line(double[] xs, double[] ys, String colour, double width) {
            graphics.setColor(Color.decode(colour));
            graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
            if (xs.length == 2) {
                graphics.draw(new Line2D.Double(xs[0], ys[0], xs[1], ys[1]));
                return;
            }
            Path2D path = new Path2D.Double();
            path.moveTo(xs[0], ys[0]);
            for (int i = 1; i < xs.length; i++) {
                path.lineTo(xs[i], ys[i]);
            }
            graphics.draw(path);
        }

        @Override
        public void text(String text, double x, double y, boolean start, boolean upwards) {
            Graphics2D turned = (Graphics2D) graphics.create();
            turned.setColor(Color.decode(INK));
            turned.translate(x, y);
            if (upwards) {
                turned.rotate(-Math.PI / 2);
            }
            float from = start ? 0 : -turned.getFontMetrics().stringWidth(text) / 2f;
            turned.drawString(text, from, 0);
            turned.dispose();
        }
    }
}
