package io.weir.peers;

import io.weir.core.policy.Policy;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyPublished;
import io.weir.events.Sha256;
import io.weir.server.log.Cluster;
import io.weir.server.log.ControlLog;
import io.weir.server.model.Models;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A policy on its way to where it is compiled, which is wherever decisions are made.
 *
 * @param registry URL of the schema registry, which the same places need
 * @param document the policy's text
 * @param models files, packed, of all models that were published
 */
public record PeerPolicy(String registry, String document, List<PackedModel> models) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The name of the policy that Weir starts with. */
    public static final String DEFAULT = "default";

    private static final Map<String, Policy> COMPILED = new ConcurrentHashMap<>();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A model as it was published. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record PackedModel(String sha256, byte[] gzip) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Finds the policy that options name.
     *
     * @throws IllegalArgumentException when the control topic does not have it
     */
    public static PeerPolicy named(PeerOptions options) {
        if (options.policy().equals(DEFAULT)) {
            return new PeerPolicy(options.registry(), DefaultPolicy.document(), List.of());
        }
        List<PackedModel> models = new ArrayList<>();
        String document = null;
        for (ControlLog.Entry entry :
                new ControlLog(Cluster.at(options.bootstrapServers()), schemas(options.registry())).readAll()) {
            if (entry.event() instanceof ModelPublished model) {
                models.add(new PackedModel(model.modelSha256().hex(), model.gzip()));
            } else if (entry.event() instanceof PolicyPublished policy
                    && policy.policySha256().hex().equals(options.policy())) {
                document = policy.document();
            }
        }
        if (document == null) {
            throw new IllegalArgumentException(
                    "policy " + options.policy() + " is not on the control topic; publish it, or name 'default'");
        }
        return new PeerPolicy(options.registry(), document, List.copyOf(models));
    }

    /** The ids of our schemas in the registry. */
    public Schemas schemas() {
        return schemas(registry);
    }

    private static Schemas schemas(String url) {
        return Schemas.load(new RegistryClient(url), PATIENCE);
    }

    /** Compiled, once in a process. */
    public Policy compiled() {
        return COMPILED.computeIfAbsent(document, unknown -> compile());
    }

    private Policy compile() {
        Models known = new Models();
        for (PackedModel model : models) {
            known.take(new ModelPublished(
                    Sha256.parse(model.sha256()), "model", ModelPublished.XGBOOST_JSON, model.gzip(), null, 0, ""));
        }
        try {
            return new PolicyCompiler(known::find).compile(document);
        } catch (PolicyException e) {
            throw new IllegalStateException("the policy does not compile: " + e.getMessage(), e);
        }
    }
}
