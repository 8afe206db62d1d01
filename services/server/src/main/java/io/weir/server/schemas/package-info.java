/** The schema registry: ids of our schemas, schemas of other people's ids, compatibility. */
@NullMarked
package io.weir.server.schemas;

import org.jspecify.annotations.NullMarked;
