package io.weir.core.decide;

import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of label on its way to the entities of the labelled transaction. The array is not copied.
 *
 * @param timeMs the transaction's event time
 * @param amountMinor its amount, in minor units
 * @param results by measure, what it gave for the transaction
 * @param was the label before; null for none
 * @param is the label now; null for none that counts
 * @param entities ids of those that the change concerns
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Relabelling(
        long timeMs,
        long amountMinor,
        long[] results,
        @Nullable Label was,
        @Nullable Label is,
        Map<Entity, String> entities) {}
