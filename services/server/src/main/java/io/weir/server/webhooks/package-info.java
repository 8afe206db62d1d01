/** Alerts, pushed to the endpoints of others: signed, at least once, each endpoint at its own pace. */
@NullMarked
package io.weir.server.webhooks;

import org.jspecify.annotations.NullMarked;
