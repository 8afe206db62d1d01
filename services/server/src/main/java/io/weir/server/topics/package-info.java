/** Provisioning: topics and schemas as this build needs them, compared with what is there, and made so. */
@NullMarked
package io.weir.server.topics;

import org.jspecify.annotations.NullMarked;
