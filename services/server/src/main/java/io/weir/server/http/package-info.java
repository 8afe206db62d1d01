/** What gateway and views share over HTTP: problem documents and the JSON of events. */
@NullMarked
package io.weir.server.http;

import org.jspecify.annotations.NullMarked;
