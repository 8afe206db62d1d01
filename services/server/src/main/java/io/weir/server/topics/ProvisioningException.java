package io.weir.server.topics;

/** Provisioning did not come to its end; the message says why and what to do, in words for an operator. */
public class ProvisioningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProvisioningException(String message) {
        super(message);
    }

    ProvisioningException(String message, Throwable cause) {
        super(message, cause);
    }
}
