package io.weir.server.http;

import io.vertx.ext.web.Router;

/** A part of the HTTP interface. */
@FunctionalInterface
public interface Routes {

    /** Adds its routes to the router; they run on the event loop and must not block. */
    void mount(Router router);
}
