package io.weir.events;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a policy's model said of a transaction.
 *
 * <p>The array is not copied: whoever makes or reads an event leaves it as it is.
 *
 * @param modelSha256 the model, as published in the control topic
 * @param probability of fraud by the model, 0 to 1
 * @param points what it added to the score
 * @param margin the model's log-odds, whose logistic function is the probability
 * @param meanMargin the margin expected where no feature is known
 * @param contributions of each of the model's features to the margin, in the order of the policy's {@code model.features}; they and
 *     the mean make the margin, but for rounding
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record ModelScore(
        Sha256 modelSha256,
        double probability,
        double points,
        double margin,
        double meanMargin,
        double[] contributions) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelScore that
                && modelSha256.equals(that.modelSha256)
                && Double.compare(probability, that.probability) == 0
                && Double.compare(points, that.points) == 0
                && Double.compare(margin, that.margin) == 0
                && Double.compare(meanMargin, that.meanMargin) == 0
                && Arrays.equals(contributions, that.contributions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(modelSha256, margin);
    }

    @Override
    public String toString() {
        return "ModelScore[" + probability + ", " + points + " points, margin " + margin + " of " + meanMargin + " and "
                + Arrays.toString(contributions) + ", model " + modelSha256 + "]";
    }

    static void encode(@Nullable ModelScore score, AvroOutput out) {
        if (score == null) {
            out.writeLong(0);
            return;
        }
        out.writeLong(1);
        out.writeFixed(score.modelSha256.bytes());
        out.writeDouble(score.probability);
        out.writeDouble(score.points);
        out.writeDouble(score.margin);
        out.writeDouble(score.meanMargin);
        out.writeDoubles(score.contributions);
    }

    static @Nullable ModelScore decode(AvroInput in) {
        return in.readIndex("model", 2) == 0
                ? null
                : new ModelScore(
                        in.readSha256("model.modelSha256"),
                        in.readDouble("model.probability"),
                        in.readDouble("model.points"),
                        in.readDouble("model.margin"),
                        in.readDouble("model.meanMargin"),
                        in.readDoubles("model.contributions"));
    }
}
