/** Dead letters as people handle them: found, looked at, and put back on the log once. */
@NullMarked
package io.weir.server.deadletters;

import org.jspecify.annotations.NullMarked;
