package io.weir.cli.fuzz;

import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.load.fuzz.Counts;
import io.weir.load.fuzz.GatewayFuzz;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir fuzz gateway}: bad requests. */
@Command(
        name = "gateway",
        sortOptions = false,
        description = {
            "Sends malformed requests over sockets and counts the answers by kind, while good requests trickle.",
            "Every refusal must be a problem document of an expected status that tells nothing internal; every good request "
                    + "must be decided; no connection stays open, no event loop is blocked, the heap does not grow but by what the views keep."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing is wrong", "1:something is; it is named with its seed", "2:wrong usage"})
final class FuzzGatewayCommand implements Callable<Integer> {
    /** Of the live heap but for what the views keep, whose bounds are settings: state of new accounts, and noise. */
    private static final double MOST_GROWTH = 1.2;

    private static final double MB = 1 << 20;
    private static final int WARM_UP = 2_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private FuzzRun run = new FuzzRun();

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Requests to send (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "16",
            description = "Connections at a time, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--slow-bodies",
            paramLabel = "N",
            defaultValue = "20",
            description = "Requests beside them whose bodies never end, 0 to 1000 (default: ${DEFAULT-VALUE}).")
    private int slowBodies;

    @Override
    public Integer call() throws IOException, InterruptedException {
        FuzzRun.require(spec, requests >= 1, "--requests", requests, "at least 1");
        FuzzRun.require(spec, connections >= 1 && connections <= 1_000, "--connections", connections, "1 to 1000");
        FuzzRun.require(spec, slowBodies >= 0 && slowBodies <= 1_000, "--slow-bodies", slowBodies, "0 to 1000");
        return run.run(spec, this::feed);
    }

    private FuzzRun.Outcome feed(Stack stack, Progress progress) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), stack.port());
        Counts warmUp = new GatewayFuzz(address, ~run.seed(), WARM_UP, connections, 0)
                .run(FuzzRun.counting(progress, "warming up", WARM_UP))
                .counts();
        double viewsBefore = views(stack);
        long before = LiveHeap.bytes(stack.serverPid());
        GatewayFuzz.Result result = new GatewayFuzz(address, run.seed(), requests, connections, slowBodies)
                .run(FuzzRun.counting(progress, "sent", requests));
        progress.endLine();
        List<String> faults = new ArrayList<>(warmUp.faults());
        faults.addAll(FuzzRun.comesDown(stack, "weir_gateway_in_flight", 0));
        // The one that asks.
        faults.addAll(FuzzRun.comesDown(stack, "weir_http_connections", 1));
        long after = LiveHeap.bytes(stack.serverPid());
        double inViews = views(stack) - viewsBefore;
        if (after - inViews > MOST_GROWTH * before) {
            faults.add("the live heap has grown from %,.0f to %,.0f MB, of which only %,.0f are in views"
                    .formatted(before / MB, after / MB, inViews / MB));
        }
        return new FuzzRun.Outcome(
                result.counts(),
                List.of(
                        "live heap after %,d requests: %,.0f MB, after %,d more: %,.0f MB, of which %,.0f MB are what views have come to hold"
                                .formatted(WARM_UP, before / MB, requests, after / MB, inViews / MB),
                        "the longest that a good request waited: %,d ms".formatted(result.longestGoodMs())),
                faults);
    }

    /** What the views take on the heap, in bytes. */
    private static double views(Stack stack) throws IOException {
        return ServerMeters.read(stack.url()).value("weir_views_heap_bytes");
    }
}
