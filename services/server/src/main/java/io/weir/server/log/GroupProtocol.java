package io.weir.server.log;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;

/** How the engines of a group share its partitions out. Exactly once holds with each; what differs is how soon they are handed over. */
public enum GroupProtocol {
    /** {@link #CONSUMER} where the cluster offers it, else {@link #CLASSIC}; asked when an engine joins. */
    AUTO,
    /** By the brokers (KIP-848), which keep the timeouts too: 4.0 and newer, with the feature {@code group.version} finalised. */
    CONSUMER,
    /** Among the members, with their own timeouts: every broker since 3.0. */
    CLASSIC;

    /** The feature without which brokers refuse {@link #CONSUMER}, whatever their version. */
    private static final String FEATURE = "group.version";

    /**
     * The one to join with: this, or what the cluster offers if that is to be found out.
     *
     * @throws EngineLogException when the cluster does not answer
     */
    GroupProtocol chosen(Admin admin) {
        if (this != AUTO) {
            return this;
        }
        try {
            FinalizedVersionRange offered = admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .get(FEATURE);
            return offered != null && offered.maxVersionLevel() > 0 ? CONSUMER : CLASSIC;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted while asking for the cluster's features", e);
        } catch (ExecutionException e) {
            throw new EngineLogException("the cluster's features cannot be had: " + e.getMessage(), e);
        }
    }

    /** As in options and in Kafka's settings. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
