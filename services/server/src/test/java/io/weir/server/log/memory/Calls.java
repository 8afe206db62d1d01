package io.weir.server.log.memory;

/** What happens around an engine's calls to the cluster. What a client does by itself is no call. */
public interface Calls {
    /** Nothing happens. */
    Calls UNDISTURBED = new Calls() {
        @Override
        public void before(String call) {}

        @Override
        public void after(String call) {}
    };

    /** Before a call takes effect. May throw, for the engine to end here. */
    void before(String call);

    /** After a call took effect, before its answer is there. May throw, for the engine to end here. */
    void after(String call);
}
