package io.weir.server.log;

/** Another process runs under this engine's instance id. Two of them would fence each other without end. */
public final class InstanceIdTakenException extends EngineLogException {
    private static final long serialVersionUID = 1L;

    public InstanceIdTakenException(Throwable cause) {
        super("fenced: another process runs under this instance id", cause);
    }
}
